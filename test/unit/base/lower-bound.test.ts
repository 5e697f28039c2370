import { expect, test } from 'vitest';
import { lowerBound, lowerBoundFrom } from '../../../src/base/lower-bound.ts';

test('a search from somewhere finds what one of all finds behind it', () => {
  for (let length = 0; length <= 40; length++)
    for (let bound = 0; bound <= length; bound++)
      for (let from = 0; from <= length; from++) {
        const found = lowerBoundFrom(from, length, (k) => {
          if (k < from || k >= length) throw new Error(`looks at ${k} of [${from}, ${length})`);
          return k < bound;
        });
        expect(found).toBe(
          Math.max(
            from,
            lowerBound(length, (k) => k < bound),
          ),
        );
      }
});

test('what is near is found in few steps', () => {
  let steps = 0;
  lowerBoundFrom(500_000, 1_000_000, (k) => {
    steps++;
    return k < 500_001;
  });
  expect(steps).toBeLessThan(5);
});
