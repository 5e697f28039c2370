import { expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { scratch, scratchCopy, withScratch } from '../../../src/engine/column/encodings/scratch.ts';

test('arrays of one scope do not overlap, and those of an inner one are used again', () => {
  withScratch(() => {
    const outer = scratchCopy(
      Float64Array.from({ length: 100 }, (_, i) => i),
      10,
      90,
    );
    const inner = withScratch(() => scratch(200).fill(-1));
    const again = scratch(200).fill(-2);
    expect(inner.byteOffset).toBe(again.byteOffset);
    expect([...outer]).toEqual(Array.from({ length: 80 }, (_, i) => i + 10));
  });
});

test('what does not fit gets an array of its own', () => {
  withScratch(() => {
    const arrays = Array.from({ length: 20 }, (_, i) => scratch(LIMITS.deltaChunkRows).fill(i));
    expect(arrays.map((array) => array[0])).toEqual(arrays.map((_, i) => i));
  });
});

test('outside of a scope, and after one that has failed, arrays are their own', () => {
  expect(() =>
    withScratch(() => {
      scratch(1000);
      throw new Error('failed');
    }),
  ).toThrow('failed');
  const [one, other] = [scratch(1000).fill(1), scratch(1000).fill(2)];
  expect([one[0], other[0]]).toEqual([1, 2]);
});
