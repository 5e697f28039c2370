import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/base/bytes.ts';
import { isHeliosError } from '../../../src/base/errors.ts';
import { finish } from '../../../src/base/work.ts';
import { ChoiceMemory } from '../../../src/engine/column/encodings/choice-memory.ts';
import { chooseIntegers } from '../../../src/engine/column/encodings/choose-integers.ts';
import { assertReadsBack } from '../../../src/engine/column/encodings/read-back.ts';
import { type EncodingName, readColumn } from '../../../src/engine/column/encodings/registry.ts';
import { storeColumn } from '../../../src/engine/column/encodings/store-column.ts';
import type { PhysicalKind } from '../../../src/engine/column/types.ts';
import { numbers, seededRandom, storedRoundTrip } from './support.ts';

const ROWS = 4096;

function fill(value: (i: number) => number, count = ROWS): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => value(i));
}

/** Whole numbers below `limit`, the same in every run. */
function below(limit: number, seed = 1): () => number {
  const random = seededRandom(seed);
  return () => Math.floor(random() * limit);
}

/** One series for each of `count` sensors, which report in turns. */
function inTurns(count: number, step: (sensor: number) => number, start: (sensor: number) => number): Float64Array {
  const now = Array.from({ length: count }, (_, sensor) => start(sensor));
  return fill((i) => {
    const sensor = i % count;
    now[sensor] += step(sensor);
    return now[sensor];
  });
}

describe('a shape of integers', () => {
  const noise = below(9);
  const wild = below(1e9, 2);

  it.each<[string, EncodingName, number, Float64Array]>([
    [
      'whole minutes in microseconds',
      'scaled',
      2.1,
      fill(() => (1.7e9 + noise() * 60) * 1e6 + 17).map((v) => v % 2 ** 51),
    ],
    ['long repetitions', 'runs', 0.05, fill((i) => wild() * 0 + ((Math.floor(i / 97) * 7919) % 1000))],
    ['a clock with jitter', 'linear', 0.4, fill((i) => 1.7e12 + i * 1000 + (noise() % 7))],
    ['an accelerating counter', 'lagged', 0.01, fill((i) => (i * (i + 1)) / 2)],
    [
      'sensors in turns',
      'lagged',
      0.8,
      inTurns(
        50,
        () => noise() - 4,
        () => wild(),
      ),
    ],
    [
      'measures of different sizes in turns',
      'pieces',
      1.3,
      fill((i) => (i % 3 === 0 ? 1e12 + noise() : i % 3 === 1 ? noise() : below(1e6, i)())),
    ],
    [
      'few values, far apart',
      'distinct',
      0.55,
      fill(() => [5, 1e14, -3e13, 77, 1e9 + 1, 123_456_789_012][noise() % 6]),
    ],
  ])('%s is stored as %s', (_, encoding, bytesPerValue, values) => {
    const stored = storedRoundTrip('integer', numbers(values), 0, ROWS);
    expect(stored.encoded.encoding).toBe(encoding);
    expect(stored.lengthBytes).toBeLessThan(bytesPerValue * ROWS + 16);
  });
});

describe('a shape of reals', () => {
  const random = seededRandom(5);
  const noise = below(300, 6);

  it.each<[string, EncodingName, number, Float64Array]>([
    ['readings with two decimals', 'decimal', 1.2, fill(() => (2000 + noise()) / 100)],
    ['sensors with two decimals in turns', 'decimal', 1.3, fill((i) => (2000 + 1500 * (i % 5) + noise()) / 100)],
    [
      'ten decimals beside whole numbers',
      'decimal',
      3,
      fill((i) => (i % 2 === 0 ? 4_764_163_024 + noise() * 1000 : 700e10 + noise() * 1e10) / 1e10),
    ],
    ['few doubles', 'distinct', 0.4, fill((i) => Math.sqrt(2 + (Math.floor(i / 3) % 4)))],
    ['doubles of single precision', 'split', 3.2, fill(() => Math.fround(20 + 5 * random()))],
    ['a wave', 'split', 6.2, fill((i) => Math.sin(i / 1000))],
    ['noise', 'split', 7, fill(() => random())],
    ['averages that stand still for a while', 'xored', 3.2, fill((i) => Math.sqrt(100 + Math.floor(i / 3)))],
    [
      'sensors in turns, each of which seldom moves',
      'xored',
      2.2,
      inTurns(
        40,
        () => (noise() < 60 ? random() : 0),
        () => random(),
      ),
    ],
    [
      'fractions of a few bits',
      'xored',
      5.4,
      fill(() => 50 + Math.floor(random() * 2 ** (noise() % 40)) / 2 ** (noise() % 40)),
    ],
    ['any bits', 'plain', 8, anyBits(ROWS, 8)],
  ])('%s is stored as %s', (_, encoding, bytesPerValue, values) => {
    const stored = storedRoundTrip('real', numbers(values), 0, ROWS);
    expect(stored.encoded.encoding).toBe(encoding);
    expect(stored.lengthBytes).toBeLessThan(bytesPerValue * ROWS + 16);
  });

  it('keeps the bits of every NaN, and -0, among others', () => {
    const values = fill((i) => i / 8);
    const words = new BigUint64Array(values.buffer);
    words[3] = 0x7ff8_0000_dead_beefn;
    words[4] = 0xfff0_0000_0000_0001n;
    words[5] = 0x8000_0000_0000_0000n;
    storedRoundTrip('real', numbers(values), 0, ROWS);
    const noisy = fill(() => random());
    noisy.set(values.subarray(0, 100), 200);
    expect(storedRoundTrip('real', numbers(noisy), 0, ROWS).encoded.encoding).toBe('xored');
    storedRoundTrip('real', numbers(fill((i) => (i % 2 === 0 ? 0 : -0))), 0, ROWS);
  });
});

function anyBits(count: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  const words = Uint32Array.from({ length: count * 2 }, () => Math.floor(random() * 2 ** 32));
  return new Float64Array(words.buffer);
}

describe('any numbers', () => {
  const seed = 20_260_202;

  it(`come back bit for bit, in no more bytes than plain ones (seed ${seed})`, () => {
    const random = seededRandom(seed);
    let memory = new ChoiceMemory();
    for (let round = 0; round < 400; round++) {
      if (random() < 0.3) memory = new ChoiceMemory();
      const count = 1 + Math.floor(random() ** 2 * ROWS);
      const values = randomNumbers(random, count);
      const nulls = random() < 0.2 ? Uint8Array.from(values, () => (random() < 0.1 ? 1 : 0)) : null;
      const from = random() < 0.5 ? 0 : Math.floor(random() * count);
      const physical: PhysicalKind = random() < 0.5 ? 'integer' : 'real';
      const kept = physical === 'integer' ? values.map(safe) : values.map((v) => v / 10 ** Math.floor(round % 9));
      const { lengthBytes } = storedRoundTrip(physical, numbers(kept, nulls), from, count, memory);
      const rows = count - from;
      expect(lengthBytes).toBeLessThanOrEqual(rows * 8 + (nulls === null ? 0 : Math.ceil(rows / 8)) + 24);
    }
  });

  it(`of any bits come back too (seed ${seed + 1})`, () => {
    const random = seededRandom(seed + 1);
    for (let round = 0; round < 60; round++) {
      const values = anyBits(1 + Math.floor(random() * 700), round);
      const words = new BigUint64Array(values.buffer);
      const mask = BigInt(Math.floor(random() * 2 ** 32)) << BigInt(Math.floor(random() * 33));
      for (let i = 0; i < words.length; i++) if (random() < 0.9) words[i] &= mask | 0x7ff0_0000_0000_0000n;
      storedRoundTrip('real', numbers(values), 0, values.length);
    }
  });
});

function safe(value: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(value))) + 0;
}

/** Whole numbers of some shape: the sum of a walk, a wave, sensors in turns, repetitions, and outliers, or of some of these. */
function randomNumbers(random: () => number, count: number): Float64Array {
  const period = 1 + Math.floor(random() ** 3 * 600);
  const unit = 10 ** Math.floor(random() * 8);
  const repeat = random() < 0.3 ? 1 + Math.floor(random() * 50) : 1;
  const offsets = Array.from({ length: period }, () => Math.floor((random() - 0.5) * 10 ** Math.floor(random() * 9)));
  const step = Math.floor((random() - 0.5) * 10 ** Math.floor(random() * 6));
  const spread = random() < 0.3 ? 0 : 10 ** Math.floor(random() * 4);
  const outliers = random() < 0.3 ? random() * 0.05 : 0;
  const distinct = random() < 0.1 ? Array.from({ length: 7 }, () => Math.floor(random() * 1e15)) : null;
  let last = 0;
  return Float64Array.from({ length: count }, (_, i) => {
    if (i % repeat !== 0) return last;
    last = offsets[i % period] + step * i + Math.floor(random() * spread);
    if (distinct !== null) last = distinct[Math.abs(last) % distinct.length];
    if (random() < outliers) last = Math.floor((random() - 0.5) * 2 ** 54);
    return last * unit;
  });
}

describe('64-bit integers', () => {
  const noise = below(1e6, 9);
  const nanoseconds = BigInt64Array.from(
    { length: ROWS },
    (_, i) => 1_760_000_000_000_000_000n + BigInt(i * 1e9 + noise()),
  );
  const vector = (values: BigInt64Array, nulls: Uint8Array | null = null) =>
    ({ kind: 'bigint', values, nulls }) as const;

  it('close together are stored by their offset, others plain, and safe ones as numbers', () => {
    const { encoded, lengthBytes } = storedRoundTrip('integer', vector(nanoseconds), 0, ROWS);
    expect(encoded.encoding).toBe('offset-bigint');
    expect(lengthBytes).toBeLessThan(3 * ROWS);
    const nulls = Uint8Array.from(nanoseconds, (_, i) => (i % 3 === 0 ? 1 : 0));
    expect(storedRoundTrip('integer', vector(nanoseconds, nulls), 5, ROWS - 5).encoded.encoding).toBe('offset-bigint');
    const ends = BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n), 0n, 5n);
    expect(storedRoundTrip('integer', vector(ends), 0, 4).encoded.encoding).toBe('plain-bigint');
    expect(storedRoundTrip('integer', vector(ends), 0, 1).encoded.encoding).toBe('constant');
    expect(storedRoundTrip('integer', vector(ends), 2, 4).encoded.encoding).toBe('bit-packed');
    const top = BigInt64Array.from({ length: 50 }, (_, i) => 2n ** 63n - 1n - BigInt(i * i));
    expect(storedRoundTrip('integer', vector(top), 0, 50).encoded.encoding).toBe('offset-bigint');
    const low = BigInt64Array.from({ length: 50 }, (_, i) => -(2n ** 63n) + BigInt(i) * 2n ** 46n);
    expect(storedRoundTrip('integer', vector(low), 0, 50).encoded.encoding).toBe('offset-bigint');
    expect(storedRoundTrip('integer', vector(BigInt64Array.of(0n, 2n ** 52n, 2n ** 54n)), 0, 3).encoded.encoding).toBe(
      'plain-bigint',
    );
  });

  it('that were damaged are CORRUPT or others', () => {
    const random = seededRandom(79);
    const writer = new ByteWriter();
    finish(
      storeColumn(writer, 'integer', vector(nanoseconds), 0, 500, new ChoiceMemory(), {
        shared: false,
        effort: 'search',
      }),
    );
    const whole = writer.bytes().slice();
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] ^= 1 + Math.floor(random() * 255);
      readDamaged(changed, 'integer');
      readDamaged(whole.slice(0, at), 'integer');
    }
  });
});

describe('a block that would not read back', () => {
  it('is an error before it is written', () => {
    const values = fill((i) => i % 7, 100);
    const { bytes } = chooseIntegers(values, new ChoiceMemory());
    const stored = { encoding: 2, isLate: false, bytes };
    assertReadsBack(stored, values, true);
    expect(() =>
      assertReadsBack(
        stored,
        values.map((v, i) => (i === 50 ? v + 1 : v)),
        false,
      ),
    ).toThrow(/reads back/);
    expect(() =>
      assertReadsBack(
        stored,
        values.map((v) => (v === 0 ? -0 : v)),
        true,
      ),
    ).toThrow(/reads back/);
    expect(() => assertReadsBack({ ...stored, bytes: Uint8Array.of(...bytes, 0) }, values, true)).toThrow(/reads back/);
  });
});

describe('damage', () => {
  it('of any byte, or at any end, is CORRUPT or other values of as many rows', () => {
    const random = seededRandom(77);
    const noise = below(9, 3);
    const blocks: [PhysicalKind, Float64Array][] = [
      ['integer', fill(() => (1.7e9 + noise() * 60) * 1e6, 500)],
      ['integer', fill((i) => mixed(Math.floor(i / 10)) % 1_000_000, 500)],
      ['integer', fill((i) => 1.7e12 + i * 1000 + (noise() % 7), 500)],
      [
        'integer',
        inTurns(
          10,
          () => noise() - 4,
          (sensor) => sensor * 1e6,
        ).slice(0, 500),
      ],
      ['integer', fill((i) => (i % 2 === 0 ? 1e12 + mixed(i) : noise()), 500)],
      ['integer', fill(() => [5, 1e14, -3e13, 77][noise() % 4], 500)],
      ['real', fill((i) => (2000 + 1500 * (i % 5) + noise()) / 100, 500)],
      ['real', fill(() => Math.fround(20 + 5 * random()), 500)],
      ['real', fill((i) => Math.sqrt(100 + Math.floor(i / 3)), 500)],
    ];
    const seen = new Set<string>();
    for (const [physical, values] of blocks) {
      const writer = new ByteWriter();
      expect(
        finish(
          storeColumn(writer, physical, numbers(values), 0, 500, new ChoiceMemory(), {
            shared: false,
            effort: 'search',
          }),
        ),
        `${values.slice(0, 5)}`,
      ).toBe(true);
      const whole = writer.bytes().slice();
      seen.add(readColumn(new ByteReader(whole, 'test'), physical, 500, null).encoding);
      for (let at = 0; at < whole.length; at++) {
        const changed = whole.slice();
        changed[at] ^= 1 + Math.floor(random() * 255);
        readDamaged(changed, physical);
        readDamaged(whole.slice(0, at), physical);
      }
    }
    expect([...seen].sort()).toEqual([
      'decimal',
      'distinct',
      'lagged',
      'linear',
      'pieces',
      'runs',
      'scaled',
      'split',
      'xored',
    ]);
  });

  it('that nests encodings without an end is CORRUPT', () => {
    const nested = new Uint8Array(4000);
    for (let i = 0; i + 2 < nested.length; i += 3) nested.set([13, 0, 2], i);
    expect(() => readColumn(new ByteReader(nested, 'test'), 'integer', 100, null)).toThrow(/without an end/);
  });
});

function readDamaged(bytes: Uint8Array, physical: PhysicalKind): void {
  try {
    const column = readColumn(new ByteReader(bytes, 'test'), physical, 500, null);
    const decoded = column.decode();
    expect(decoded.kind === 'value' || decoded.kind === 'dictionary' || decoded.values.length === 500).toBe(true);
    column.at(0);
    column.at(250);
    column.at(499);
  } catch (error) {
    expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
  }
}

describe('bytes that were written once', () => {
  it.each<[EncodingName, PhysicalKind, Float64Array, string]>([
    [
      'scaled',
      'integer',
      fill((i) => 5e6 + ((i * 7919) % 13 ** 2) * 1e6, 64),
      '0d80ade204c0843d0f0702000800917961493119020200',
    ],
    [
      'runs',
      'integer',
      fill((i) => mixed(i >> 4) % 100_000, 320),
      '0e14021e0002d64011f4ac3a70ce95e98507362deb54ea1cc413df6060e6c883609735a2ad2ddef549209b8e06d83e4975040000',
    ],
    [
      'linear',
      'integer',
      fill((i) => i * 1001 + (mixed(i) % 7), 100),
      '100000000000488f40020003766788c1cad1024a709ee950ab1b44250139630663da0c34ab9c02a63872495029d3d481b600',
    ],
    ['lagged', 'integer', fill((i) => (i * (i + 1)) / 2, 100), '0f0102000003020200'],
    [
      'pieces',
      'integer',
      fill((i) => (i < 128 ? mixed(i) % 4 : 1e6 + (mixed(i) % 8)), 256),
      '11010208020802001400000024f402020023c3dee2dd01556c5715253b0e182a5025e055122251807f37fb115e5037fe8838f132329912eeb4dac7117a4aef68f00e2ba05811344db1aa8f9c3c53e80b57903d06732396363275bd66f9689f8400',
    ],
    [
      'distinct',
      'integer',
      fill((i) => [5, 1e14, -3e13, 77][mixed(i) % 4], 64),
      '120402ffffbeb59dd20d2f4de057eb489b02f0ab75a40d00000000000000447a7fc70e020002641432263357ffe1fc7f6f4852796af5',
    ],
    [
      'decimal',
      'real',
      fill((i) => (2000 + (mixed(i) % 16)) / 100, 64),
      '04020002a01f048f8e4b34ba7d8eb279bd898c19ddf09edbd19d4dddca2747ba8c6c0162c20495',
    ],
    [
      'split',
      'real',
      fill((i) => Math.fround(Math.sqrt(i + 2)), 48),
      '13141d03d4fd1f0807cda0e652a148209087a3d1680c0803c26020180c040281402010040401412010080402814020000804009ea0670070378ef8a79e0000582c877ab682eaeebd00f0e07638f877e348fce2ee8e080065c58d7f8aa6ad48569ee0a6e502a100f04b5c08ae58cccc471cad7238531b01c37a06003b9a0eea1563563d064b7bac381cab4a171f',
    ],
  ])('%s', (encoding, physical, values, hex) => {
    const column = readColumn(
      new ByteReader(Uint8Array.from(Buffer.from(hex, 'hex')), 'test'),
      physical,
      values.length,
      null,
    );
    expect(column.encoding).toBe(encoding);
    expect(column.decode()).toEqual(numbers(values));
  });
});

/** The finalizer of MurmurHash3. */
function mixed(n: number): number {
  let h = Math.imul(n ^ (n >>> 16) ^ 0x9e37, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
