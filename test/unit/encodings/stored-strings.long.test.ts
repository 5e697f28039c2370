import { deflateSync } from 'fflate/browser';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/base/bytes.ts';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { finish } from '../../../src/base/work.ts';
import { ChoiceMemory } from '../../../src/engine/column/encodings/choice-memory.ts';
import { DEFLATED, FRONT_CODED, PLAIN_TEXT } from '../../../src/engine/column/encodings/encoding.ts';
import { type EncodingName, readColumn } from '../../../src/engine/column/encodings/registry.ts';
import { storeColumn } from '../../../src/engine/column/encodings/store-column.ts';
import { frontCoded } from '../../../src/engine/column/encodings/store-strings.ts';
import { writeTexts } from '../../../src/engine/column/encodings/texts.ts';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import { seededRandom } from './support.ts';

const ROWS = 2000;

function rows(value: (i: number) => SqlValue, count = ROWS): SqlValue[] {
  return Array.from({ length: count }, (_, i) => value(i));
}

/** Stores values, reads them back together and one by one, and says how. */
function roundTrip(physical: PhysicalKind, values: readonly SqlValue[], cold: boolean) {
  const writer = new ByteWriter(16);
  const vector = { kind: 'value', values } as const;
  const isLate = finish(
    storeColumn(writer, physical, vector, 0, values.length, new ChoiceMemory(), {
      shared: false,
      effort: cold ? 'deflate' : 'search',
    }),
  );
  const reader = new ByteReader(writer.bytes().slice(), 'test');
  const encoded = readColumn(reader, physical, values.length, null);
  expect(reader.remaining).toBe(0);
  expect(isLate).toBe(encoded.encoding === 'front-coded' || encoded.encoding === 'deflated');
  expect(Array.from(values, (_, i) => encoded.at(i))).toEqual(values);
  const decoded = encoded.decode();
  if (decoded.kind === 'value') expect(decoded.values).toEqual(values);
  else if (decoded.kind !== 'dictionary') expect(decoded.kind).toBe('dictionary');
  return { encoding: encoded.encoding, lengthBytes: writer.length };
}

const path = (i: number): string => `/factory/line-${Math.floor(i / 300)}/part/ä${100_000 + i}`;

function noise(seed: number): (length: number) => string {
  const random = seededRandom(seed);
  return (length) => Array.from({ length }, () => String.fromCodePoint(33 + Math.floor(random() * 2000))).join('');
}

describe('a shape of strings', () => {
  const any = noise(1);
  const line = (i: number): string => `${i} request from 10.0.0.${(i * 7) % 256} took ${(i * 7919) % 900} ms`;

  it.each<[string, PhysicalKind, SqlValue[], EncodingName, EncodingName]>([
    ['paths', 'text', rows(path), 'front-coded', 'deflated'],
    ['lines', 'text', rows((i) => (i % 9 === 0 ? null : line((i * 7919) % ROWS))), 'plain-text', 'deflated'],
    ['anything', 'text', rows(() => any(20)), 'plain-text', 'plain-text'],
    [
      'blobs of lines',
      'blob',
      rows((i) => (i % 9 === 0 ? null : new TextEncoder().encode(line(i)))),
      'plain-blob',
      'deflated',
    ],
    [
      'any of lines and numbers',
      'any',
      rows((i) => (i % 3 === 0 ? line(i) : i % 3 === 1 ? BigInt(i) : null)),
      'self-typed',
      'deflated',
    ],
    ['few texts', 'text', rows((i) => `type ${i % 10}`), 'local-dictionary', 'local-dictionary'],
    ['little', 'text', rows((i) => `text ${i}`, 20), 'plain-text', 'plain-text'],
  ])('%s', (_, physical, values, small, cold) => {
    const plain = roundTrip(physical, values, false);
    expect(plain.encoding).toBe(small);
    const deflated = roundTrip(physical, values, true);
    expect(deflated.encoding).toBe(cold);
    if (cold === 'deflated') expect(deflated.lengthBytes).toBeLessThan(plain.lengthBytes * 0.8);
  });
});

describe('any strings', () => {
  const seed = 20_260_303;

  it(`come back (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const any = noise(seed);
    for (let round = 0; round < 120; round++) {
      const count = 1 + Math.floor(random() ** 2 * 1500);
      const prefix = any(Math.floor(random() ** 3 * 300));
      const suffix = Math.floor(random() * 30);
      const step = random() < 0.5 ? 1 : 7919;
      const texts = rows((i) => {
        if (round % 3 === 0 && random() < 0.1) return null;
        return `${random() < 0.1 ? '' : prefix}${(i * step) % count}${any(Math.floor(random() * suffix))}`;
      }, count);
      roundTrip('text', round % 2 === 0 ? texts : texts.sort(), random() < 0.5);
      const blobs = rows(() => Uint8Array.from({ length: Math.floor(random() * 40) }, () => random() * 4), count);
      roundTrip('blob', blobs, true);
    }
  });
});

describe('damage', () => {
  it('of any byte, or at any end, is CORRUPT or other texts of as many rows', () => {
    const random = seededRandom(78);
    for (const cold of [false, true]) {
      const writer = new ByteWriter();
      const values = rows((i) => (i % 50 === 3 ? null : path(i)), 200);
      finish(
        storeColumn(writer, 'text', { kind: 'value', values }, 0, 200, new ChoiceMemory(), {
          shared: false,
          effort: cold ? 'deflate' : 'search',
        }),
      );
      const whole = writer.bytes().slice();
      for (let at = 0; at < whole.length; at++) {
        const changed = whole.slice();
        changed[at] ^= 1 + Math.floor(random() * 255);
        readDamaged(changed);
        readDamaged(whole.slice(0, at));
      }
    }
  });

  function readDamaged(bytes: Uint8Array): void {
    try {
      const column = readColumn(new ByteReader(bytes, 'test'), 'text', 200, null);
      column.decode();
      for (const i of [0, 31, 100, 199]) column.at(i);
    } catch (error) {
      expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
    }
  }

  const read = (writer: ByteWriter, rowCount: number) =>
    readColumn(new ByteReader(writer.bytes(), 'test'), 'text', rowCount, null);

  /** A block of one chunk that claims to be of some length. */
  function deflatedBlock(chunk: Uint8Array, lengthBytes: number): ByteWriter {
    const compressed = deflateSync(chunk);
    const writer = new ByteWriter();
    writer.u8(DEFLATED);
    writer.varint(1);
    for (const length of [lengthBytes, compressed.length]) {
      writer.u8(2);
      writer.signedVarint(length);
      writer.u8(0);
    }
    writer.raw(compressed);
    return writer;
  }

  it('that would fill the memory is found before anything is allocated', () => {
    const zeros = new Uint8Array(1_000_000);
    expect(() => read(deflatedBlock(zeros, LIMITS.expandedBlockBytes + 1), 1)).toThrow(/a block of/);
    expect(() => read(deflatedBlock(zeros, LIMITS.expandedBlockBytes), 1)).toThrow(/a chunk of \d+ bytes in/);
    const texts = rows((i) => 'x'.repeat(i % 32 === 0 ? 3_000_000 : 3_000_001), 30) as string[];
    const bytes = frontCoded(texts, new ChoiceMemory());
    expect(bytes).toBeNull();
    const writer = new ByteWriter();
    writer.u8(FRONT_CODED);
    writer.varint(3_000_000);
    for (const [first, others] of [
      [0, 3_000_000],
      [3_000_000, 0],
    ]) {
      writer.u8(5);
      for (let i = 0; i < 30; i++) writer.f64(i === 0 ? first : others);
    }
    writer.raw(new Uint8Array(3_000_000));
    expect(() => read(writer, 30)).toThrow(/a block of 90000000 bytes/);
  });

  it('that puts a chunk into a chunk, or other values into it, is CORRUPT', () => {
    const inner = deflatedBlock(Uint8Array.of(0), 1).bytes().slice();
    expect(() => read(deflatedBlock(inner, inner.length), 1).at(0)).toThrow(/a chunk in a chunk/);
    const long = new ByteWriter();
    long.u8(PLAIN_TEXT);
    writeTexts(long, ['one']);
    long.u8(0);
    expect(() => read(deflatedBlock(long.bytes().slice(), long.length), 1).at(0)).toThrow(/too many/);
    expect(() => read(deflatedBlock(long.bytes().slice(), long.length + 1), 1).decode()).toThrow(/does not inflate/);
  });
});

describe('bytes that were written once', () => {
  it.each<[EncodingName, string]>([
    [
      'front-coded',
      '146c020003f8ffffbfffffffeffffffffbf8fffffeffffbfffffffeffff8fffbffffff0202030700004000000010000000040700000100004000000010000700040000006b65792d31303030313233343536373839313031323334353637383932303132333435363738393330316b65792d31303332333435363738393430313233343536373839353031323334353637383936303132336b65792d3130363435363738393730313233343536373839',
    ],
    [
      'deflated',
      '155002e0020002c20100458a3b0a80301044d72490d6c26b08f9473b2f63a517f0741ec93610705d09618b61de7ca653802c8837223ea44afcf658b0920b2135c006002349110f3d6a50e4c77ecdd618639d0f31e565b58c8ed11bdb9ebe3781c7c8987e6ccfd49acce307',
    ],
  ])('%s', (encoding, hex) => {
    const values = rows((i) => `key-${1000 + i}`, 80);
    const column = readColumn(new ByteReader(Uint8Array.from(Buffer.from(hex, 'hex')), 'test'), 'text', 80, null);
    expect(column.encoding).toBe(encoding);
    expect(column.decode()).toEqual({ kind: 'value', values });
  });
});
