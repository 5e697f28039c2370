import { describe, expect, test } from 'vitest';
import { finish, inSteps } from '../../../src/base/work.ts';
import { mergeSort } from '../../../src/engine/column/merge-sort.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

/** All values of a generator, and what it returns. */
function stepsOf<T>(work: Generator<number, T, void>): { readonly steps: readonly number[]; readonly result: T } {
  const steps: number[] = [];
  for (;;) {
    const step = work.next();
    if (step.done === true) return { steps, result: step.value };
    steps.push(step.value);
  }
}

describe('a merge sort in steps', () => {
  test.each([0, 1, 2047, 2048, 2049, 10_000, 65_536])('of %d numbers is stable and complete', (count) => {
    const random = new SeededRandom(count);
    const keys = Uint32Array.from({ length: count }, () => random.u32() % 500);
    const compare = (a: number, b: number): number => keys[a] - keys[b];
    const numbers = Uint32Array.from(keys.keys());
    const expected = [...numbers].sort((a, b) => compare(a, b) || a - b);
    const { steps, result } = stepsOf(mergeSort(numbers, new Uint32Array(count), compare));
    expect([...result]).toEqual(expected);
    expect(Math.max(0, ...steps)).toBeLessThanOrEqual(2048);
  });
});

describe('a pass in steps', () => {
  test('goes over everything once, some ten thousand at a time', () => {
    const stretches: [number, number][] = [];
    const { steps } = stepsOf(
      inSteps(100_000, (from, to) => {
        stretches.push([from, to]);
      }),
    );
    expect(stretches).toEqual([
      [0, 32_768],
      [32_768, 65_536],
      [65_536, 98_304],
      [98_304, 100_000],
    ]);
    expect(steps).toHaveLength(4);
    expect(finish(inSteps(0, () => false))).toBe(true);
  });

  test('ends where it is told to', () => {
    let passes = 0;
    expect(finish(inSteps(100_000, () => ++passes < 2))).toBe(false);
    expect(passes).toBe(2);
  });
});
