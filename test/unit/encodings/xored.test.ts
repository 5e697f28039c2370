import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/base/bytes.ts';
import { HeliosError } from '../../../src/base/errors.ts';
import { wordsOf } from '../../../src/engine/column/encodings/split.ts';
import { writeXored, XoredDoubles } from '../../../src/engine/column/encodings/xored.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

/** What comes back, as bits, all at once and one by one. */
function roundTrip(values: Float64Array, lag: number): { readonly whole: Uint32Array; readonly single: Uint32Array } {
  const writer = new ByteWriter();
  writeXored(writer, values, lag);
  const reader = new ByteReader(writer.bytes().slice(), 'test');
  const column = XoredDoubles.read(reader, values.length);
  expect(reader.remaining).toBe(0);
  const whole = new Float64Array(values.length + 3);
  column.decodeInto(whole, 3);
  const words = wordsOf(whole.subarray(3));
  const single = Float64Array.from(values, (_, i) => column.at(i));
  return { whole: words, single: wordsOf(single) };
}

function expectSame(values: Float64Array, lag: number): void {
  const { whole, single } = roundTrip(values, lag);
  expect(whole).toEqual(wordsOf(values));
  expect(single).toEqual(withoutPayloads(values));
}

/** What a NaN carries may not survive a number variable. */
function withoutPayloads(values: Float64Array): Uint32Array {
  return wordsOf(Float64Array.from(values, (value) => value));
}

describe('doubles as the bits in which they differ', () => {
  test('come back whatever their leading and trailing zeros are', () => {
    const words: bigint[] = [];
    for (let from = 0n; from < 64n; from++)
      for (let to = from; to < 64n; to++) words.push(((1n << (to + 1n)) - 1n) ^ ((1n << from) - 1n), 0n);
    expectSame(new Float64Array(BigUint64Array.from(words).buffer), 1);
    expectSame(new Float64Array(BigUint64Array.from(words).buffer), 2);
    expectSame(new Float64Array(BigUint64Array.from(words).reverse().buffer), 7);
  });

  test('are NaNs with what they carry, infinities, and zeros with their sign', () => {
    const words = [
      0x7ff8_0000_dead_beefn,
      0xfff0_0000_0000_0001n,
      0x7ff0_0000_0000_0000n,
      0x8000_0000_0000_0000n,
      0n,
      1n,
    ];
    expectSame(new Float64Array(BigUint64Array.from([...words, ...words]).buffer), 1);
    expectSame(new Float64Array(BigUint64Array.from([...words, ...words]).buffer), 6);
  });

  test.each([1, 2, 3, 4, 5, 6])('are any bits (seed %d)', (seed) => {
    const random = new SeededRandom(seed);
    for (let round = 0; round < 60; round++) {
      const count = 2 + (random.u32() % 700);
      const words = new Uint32Array(count * 2);
      // Bits of each word that may be 1: from all of them to few.
      const masks = [random.u32() & random.u32(), random.u32() | random.u32(), 0xffff_ffff, 0];
      for (let i = 0; i < words.length; i++) words[i] = random.u32() & masks[random.u32() % masks.length];
      expectSame(new Float64Array(words.buffer), 1 + (random.u32() % (count - 1)));
    }
  });

  test('are CORRUPT where the lag or the bits are none', () => {
    const writer = new ByteWriter();
    writeXored(
      writer,
      Float64Array.from({ length: 12 }, (_, i) => Math.sqrt(i)),
      1,
    );
    const bytes = writer.bytes().slice();
    const read = (lag: number, lengthBytes: number): Float64Array => {
      const changed = bytes.slice();
      changed[0] = lag;
      changed[1] = lengthBytes;
      const out = new Float64Array(12);
      XoredDoubles.read(new ByteReader(changed, 'test'), 12).decodeInto(out, 0);
      return out;
    };
    expect(read(1, bytes[1])[11]).toBe(Math.sqrt(11));
    for (const [lag, lengthBytes] of [
      [0, bytes[1]],
      [12, bytes[1]],
      [1, bytes[1] - 9],
      [1, 0],
    ])
      expect(() => read(lag, lengthBytes)).toThrow(HeliosError);
  });
});
