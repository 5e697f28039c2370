import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/base/bytes.ts';
import { isHeliosError } from '../../../src/base/errors.ts';
import { finish } from '../../../src/base/work.ts';
import { bitsAt, packBits, packedLength, unpackBits } from '../../../src/engine/column/encodings/bits.ts';
import { ChoiceMemory } from '../../../src/engine/column/encodings/choice-memory.ts';
import { decodeColumn, encodeColumn, readColumn } from '../../../src/engine/column/encodings/registry.ts';
import { storeColumn } from '../../../src/engine/column/encodings/store-column.ts';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector } from '../../../src/engine/column/vector.ts';
import { numbers, roundTrip, seededRandom } from './support.ts';

function fill(count: number, value: (i: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => value(i));
}

describe('bits', () => {
  it('gives back every width, from every start', () => {
    for (let width = 0; width <= 53; width++) {
      const top = 2 ** width - 1;
      const values = fill(67, (i) => (i % 3 === 0 ? top : Math.floor(top / (i + 1))));
      const bytes = new Uint8Array(packedLength(67, width) + 2).fill(0xff);
      packBits(bytes, 1, values, 0, 67, 0, width);
      expect(bytes[0]).toBe(0xff);
      expect(bytes[bytes.length - 1]).toBe(0xff);
      const packed = bytes.slice(1, bytes.length - 1);
      for (const first of [0, 1, 5, 64, 66]) {
        const out = new Float64Array(67 - first);
        unpackBits(packed, first, 67 - first, 7, width, out, 0);
        expect(out).toEqual(values.slice(first).map((v) => v + 7));
      }
      for (let i = 0; i < 67; i++) expect(bitsAt(packed, i, width)).toBe(values[i]);
    }
  });
});

describe('integers', () => {
  it('stores a constant and a constant stride in a few bytes', () => {
    const constant = roundTrip('integer', numbers(fill(4096, () => 77)), 0, 4096);
    expect(constant.encoded.encoding).toBe('constant');
    expect(constant.lengthBytes).toBeLessThan(8);
    const stride = roundTrip('integer', numbers(fill(4096, (i) => 1e12 + i * 10)), 0, 4096);
    expect(stride.encoded.encoding).toBe('delta');
    expect(stride.lengthBytes).toBeLessThan(16);
  });

  it('stores a range in its width and outliers aside', () => {
    const random = seededRandom(1);
    const range = roundTrip('integer', numbers(fill(4096, () => 1e9 + Math.floor(random() * 1000))), 0, 4096);
    expect(range.encoded.encoding).toBe('bit-packed');
    expect(range.lengthBytes).toBeLessThan((4096 * 10) / 8 + 16);
    const outliers = fill(4096, (i) => (i % 500 === 3 ? -1e14 + i : Math.floor(random() * 16)));
    expect(roundTrip('integer', numbers(outliers), 0, 4096).lengthBytes).toBeLessThan(2048 + 150);
  });

  it('stores periodic jumps for next to nothing', () => {
    const permutation = numbers(fill(4096, (i) => Math.floor(i / 10) * 500 + (i % 10) + 30));
    expect(roundTrip('integer', permutation, 0, 4096).lengthBytes).toBeLessThan(64);
    const repeated = numbers(fill(4096, (i) => 1_700_000_000 + Math.floor(i / 500) * 10));
    expect(roundTrip('integer', repeated, 0, 4096).lengthBytes).toBeLessThan(64);
  });

  it('keeps the limits of safe integers, and zero rows, and one', () => {
    const extremes = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0, 1, -1, 2 ** 52, -(2 ** 52), 2 ** 52 - 1];
    roundTrip('integer', numbers(extremes), 0, extremes.length);
    for (let i = 0; i < extremes.length; i++) roundTrip('integer', numbers(extremes), i, i + 1);
    for (let i = 0; i < extremes.length - 1; i++) roundTrip('integer', numbers(extremes), i, i + 2);
    roundTrip('integer', numbers(fill(300, (i) => extremes[i % 8])), 0, 300);
    expect(roundTrip('integer', numbers([]), 0, 0).encoded.encoding).toBe('all-null');
  });

  it('keeps bigints, and stores a safe range of them as numbers', () => {
    const values = BigInt64Array.from([2n ** 63n - 1n, -(2n ** 63n), 0n, 5n, 6n, 7n, 2n ** 60n, 2n ** 60n]);
    const vector: ColumnVector = { kind: 'bigint', values, nulls: null };
    expect(roundTrip('integer', vector, 0, 8).encoded.encoding).toBe('plain-bigint');
    expect(roundTrip('integer', vector, 3, 6).encoded.encoding).toBe('bit-packed');
    expect(roundTrip('integer', vector, 6, 8).encoded.encoding).toBe('constant');
    const nulls = Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1);
    roundTrip('integer', { kind: 'bigint', values, nulls }, 0, 8);
    roundTrip('integer', { kind: 'bigint', values, nulls }, 1, 7);
  });
});

describe('reals', () => {
  it('stores decimals as integers, exactly', () => {
    const random = seededRandom(2);
    const readings = numbers(fill(4096, () => Math.round((20 + 5 * random()) * 100) / 100));
    const { encoded, lengthBytes } = roundTrip('real', readings, 0, 4096);
    expect(encoded.encoding).toBe('decimal');
    expect(lengthBytes).toBeLessThan((4096 * 9) / 8 + 32);
  });

  it('keeps values among decimals that are none', () => {
    const values = fill(500, (i) => i / 10);
    values.set([-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.PI], 40);
    expect(roundTrip('real', numbers(values), 0, 500).encoded.encoding).toBe('decimal');
    values[0] = -0;
    roundTrip('real', numbers(values), 0, 500);
    roundTrip('real', numbers(values), 41, 42);
  });

  it('keeps arbitrary doubles, -0 and the bits of a NaN', () => {
    const random = seededRandom(3);
    const values = fill(100, () => random() * 10 ** Math.floor(random() * 600 - 300));
    values.set([-0, 0, 5e-324, -5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 60)], 10);
    expect(roundTrip('real', numbers(values), 0, 100).encoded.encoding).toBe('plain');
    expect(roundTrip('real', numbers([-0, -0]), 0, 2).encoded.encoding).toBe('constant');
    const patterned = new Float64Array(4);
    new BigUint64Array(patterned.buffer).fill(0x7ff8_0000_dead_beefn);
    const writer = new ByteWriter();
    encodeColumn(writer, 'real', { kind: 'number', values: patterned, nulls: null }, 0, 4);
    const decoded = decodeColumn(new ByteReader(writer.bytes(), 'test'), 'real', 4, null);
    if (decoded.kind !== 'number') throw new Error('not numbers');
    expect(new BigUint64Array(decoded.values.buffer)).toEqual(new BigUint64Array(patterned.buffer));
  });
});

describe('text', () => {
  const odd = ['', 'a', 'ä', '\u{1f600}', '\ufeffwith a mark', 'x'.repeat(300), 'ß\u{10ffff}z', 'naïve', 'plain'];

  it('keeps distinct texts plain', () => {
    const values = Array.from({ length: 1000 }, (_, i) => `${odd[i % odd.length]}#${i}`);
    expect(roundTrip('text', { kind: 'value', values }, 0, 1000).encoded.encoding).toBe('plain-text');
    const ascii = Array.from({ length: 1000 }, (_, i) => `key-${i * 7919}-of-some-length-beyond-the-short`);
    expect(roundTrip('text', { kind: 'value', values: ascii }, 3, 900).encoded.encoding).toBe('plain-text');
  });

  it('builds a dictionary where texts repeat', () => {
    const values = Array.from({ length: 3000 }, (_, i) => odd[i % odd.length]);
    const { encoded } = roundTrip('text', { kind: 'value', values }, 0, 3000);
    expect(encoded.encoding).toBe('local-dictionary');
    const first = encoded.decode();
    const second = encoded.decode();
    if (first.kind !== 'dictionary' || second.kind !== 'dictionary') throw new Error('not codes');
    expect(first.dictionary).toBe(second.dictionary);
    expect(roundTrip('text', { kind: 'value', values }, 0, 1).encoded.encoding).toBe('constant');
  });

  it('writes only the entries of a large dictionary that the range uses', () => {
    const dictionary = Array.from({ length: 50_000 }, (_, i) => `entry number ${i}`);
    const codes = Uint32Array.from({ length: 400 }, (_, i) => (i % 4) * 12_345);
    const vector: ColumnVector = { kind: 'dictionary', codes, dictionary, nulls: null };
    expect(roundTrip('text', vector, 0, 400).lengthBytes).toBeLessThan(200);
    expect(roundTrip('text', vector, 10, 12).lengthBytes).toBeLessThan(48);
    const nulls = Uint8Array.from({ length: 400 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    codes[5] = 4_000_000;
    roundTrip('text', { kind: 'dictionary', codes, dictionary, nulls }, 0, 400);
  });

  it('refers to a dictionary that the caller keeps', () => {
    const dictionary = ['a', 'b', 'c'];
    const writer = new ByteWriter();
    const vector: ColumnVector = { kind: 'dictionary', codes: Uint32Array.of(2, 2, 0, 1), dictionary, nulls: null };
    finish(storeColumn(writer, 'text', vector, 0, 4, new ChoiceMemory(), { shared: true, effort: 'search' }));
    const encoded = readColumn(new ByteReader(writer.bytes(), 'test'), 'text', 4, dictionary);
    expect(encoded.at(3)).toBe('b');
    const decoded = encoded.decode();
    expect(decoded).toEqual(vector);
    expect(decoded.kind === 'dictionary' && decoded.dictionary).toBe(dictionary);
    expect(() => readColumn(new ByteReader(writer.bytes(), 'test'), 'text', 4, null)).toThrow(/dictionary/);
    const short = readColumn(new ByteReader(writer.bytes(), 'test'), 'text', 4, ['a']);
    expect(() => short.decode()).toThrow(/beyond its dictionary/);
    expect(() => short.at(0)).toThrow(/beyond its dictionary/);
  });

  it('does not join surrogates over the border of two texts', () => {
    const writer = new ByteWriter();
    encodeColumn(writer, 'text', { kind: 'value', values: ['a\ud83d', '\ude00b'] }, 0, 2);
    const decoded = decodeColumn(new ByteReader(writer.bytes(), 'test'), 'text', 2, null);
    expect(decoded).toEqual({ kind: 'value', values: ['a\ufffd', '\ufffdb'] });
  });
});

describe('blobs and any', () => {
  it('keeps them', () => {
    const blobs: SqlValue[] = [Uint8Array.of(), Uint8Array.of(1, 2, 3), null, new Uint8Array(1000).fill(9)];
    const writer = new ByteWriter();
    encodeColumn(writer, 'blob', { kind: 'value', values: blobs }, 0, 4);
    expect(decodeColumn(new ByteReader(writer.bytes(), 'test'), 'blob', 4, null)).toEqual({
      kind: 'value',
      values: blobs,
    });
    const any: SqlValue[] = [null, 1n, 1, -0, 'x', 2n ** 63n - 1n, Number.NaN, ''];
    expect(roundTrip('any', { kind: 'value', values: any }, 0, 8).encoded.encoding).toBe('self-typed');
    expect(roundTrip('any', { kind: 'value', values: ['q', 'q', 'q'] }, 0, 3).encoded.encoding).toBe('constant');
    expect(roundTrip('any', { kind: 'value', values: [null, null] }, 0, 2).encoded.encoding).toBe('all-null');
    roundTrip('any', { kind: 'value', values: [1, 1n] }, 0, 2);
  });
});

describe('nulls', () => {
  it('survive in every kind, with anything lying under them', () => {
    const kinds: PhysicalKind[] = ['integer', 'real'];
    for (const physical of kinds) {
      const values = fill(1000, (i) => (i % 7 === 0 ? Number.NaN : i * 3));
      const nulls = Uint8Array.from({ length: 1000 }, (_, i) => (i % 7 === 0 ? 1 : 0));
      roundTrip(physical, numbers(values, nulls), 0, 1000);
      roundTrip(physical, numbers(values, nulls), 7, 15);
      expect(roundTrip(physical, numbers(values, nulls), 1, 7).lengthBytes).toBeLessThan(16);
      expect(roundTrip(physical, numbers(values, nulls), 7, 8).encoded.encoding).toBe('all-null');
      expect(
        roundTrip(
          physical,
          numbers(
            fill(1000, () => 4),
            nulls,
          ),
          0,
          1000,
        ).encoded.encoding,
      ).toBe('constant');
    }
    const texts = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? null : `t${i % 5}`));
    roundTrip('text', { kind: 'value', values: texts }, 0, 100);
    roundTrip('text', { kind: 'value', values: texts }, 0, 4);
    roundTrip('text', { kind: 'value', values: [null, 'only', null] }, 0, 3);
    roundTrip('text', { kind: 'value', values: [null, null] }, 0, 2);
    roundTrip('text', { kind: 'value', values: Array.from({ length: 50 }, (_, i) => (i % 2 ? null : `u${i}`)) }, 0, 50);
  });
});

describe('random columns', () => {
  const seed = 20260101;
  it(`round trip (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 300; round++) {
      const count = 1 + Math.floor(random() ** 3 * 5000);
      const scale = 10 ** Math.floor(random() * 16);
      const step = Math.floor(random() * 5);
      const period = 1 + Math.floor(random() * 600);
      const offset = Math.floor((random() - 0.5) * scale);
      const values = fill(count, (i) => {
        const base = offset + step * i + (i % period) * Math.floor(scale / 1e4);
        const noise = random() < 0.02 ? Math.floor((random() - 0.5) * scale) : Math.floor(random() * 4);
        return Math.max(-9e15, Math.min(9e15, base + noise));
      });
      const nulls = random() < 0.3 ? Uint8Array.from(values, () => (random() < 0.1 ? 1 : 0)) : null;
      const from = Math.floor(random() * count);
      roundTrip('integer', numbers(values, nulls), 0, count);
      roundTrip('integer', numbers(values, nulls), from, count);
      const places = 10 ** Math.floor(random() * 9);
      roundTrip(
        'real',
        numbers(
          values.map((v) => v / places),
          nulls,
        ),
        from,
        count,
      );
    }
  });

  it('of one row give it back without a vector, whatever the rows before were', () => {
    const random = seededRandom(11);
    const text = (): string => 'aé\u0000z7'.charAt(Math.floor(random() * 5)).repeat(Math.floor(random() * 30));
    for (let round = 0; round < 2000; round++) {
      roundTrip('text', { kind: 'value', values: [random() < 0.1 ? null : text()] }, 0, 1);
      const any = [null, BigInt(Math.floor(random() * 2 ** 60)), random(), text(), new Uint8Array([1])];
      roundTrip('any', { kind: 'value', values: [any[round % any.length]] }, 0, 1);
    }
    roundTrip('integer', { kind: 'bigint', values: BigInt64Array.of(2n ** 62n), nulls: null }, 0, 1);
    roundTrip('integer', numbers([2 ** 53 - 1]), 0, 1);
    roundTrip('real', numbers([Number.NaN]), 0, 1);
    roundTrip('blob', { kind: 'value', values: [new Uint8Array([7, 8])] }, 0, 1);
  });

  it('report damage as CORRUPT and nothing else', () => {
    const random = seededRandom(7);
    const writer = new ByteWriter();
    encodeColumn(writer, 'integer', numbers(fill(200, (i) => (i % 9) * 1000 + (i % 50 === 0 ? 1e9 : 0))), 0, 200);
    encodeColumn(
      writer,
      'text',
      { kind: 'value', values: Array.from({ length: 200 }, (_, i) => `v${i % 7}é`) },
      0,
      200,
    );
    encodeColumn(writer, 'real', numbers(fill(200, (i) => (i === 5 ? Math.PI : i / 4))), 0, 200);
    for (let round = 0; round < 3000; round++) {
      const bytes = writer.bytes().slice(0, random() < 0.2 ? Math.floor(random() * writer.length) : writer.length);
      for (let k = 0; k < 3 && bytes.length > 0; k++) bytes[Math.floor(random() * bytes.length)] = random() * 256;
      const reader = new ByteReader(bytes, 'test');
      try {
        for (const physical of ['integer', 'text', 'real'] as const) {
          const column = readColumn(reader, physical, 200, null);
          column.decode();
          column.at(150);
        }
      } catch (error) {
        expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
      }
    }
  });
});
