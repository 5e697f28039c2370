import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';
import { SIMULATED_START_MICROS, SimulatedClock } from '../../sim/simulated-clock.ts';

describe('seeded random', () => {
  test('gives the same numbers for ever', () => {
    const random = new SeededRandom(42);
    expect(Array.from({ length: 4 }, () => random.u32())).toMatchInlineSnapshot(`
      [
        1849552023,
        4223452576,
        118919111,
        3893884377,
      ]
    `);
  });

  test('is even enough', () => {
    const random = new SeededRandom(1);
    const counts = new Uint32Array(10);
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('stays inside of its bounds', () => {
    const random = new SeededRandom(2 ** 40 + 5);
    for (let i = 0; i < 1000; i++) {
      expect([3, 4, 5]).toContain(random.between(3, 5));
      expect(random.fraction()).toBeLessThan(1);
    }
    expect(random.shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(random.bytes(7).length).toBe(7);
  });

  test('a fork does not depend on what its parent draws later', () => {
    const first = new SeededRandom(9).fork();
    const parent = new SeededRandom(9);
    const second = parent.fork();
    parent.u32();
    expect(second.u32()).toBe(first.u32());
    expect(new SeededRandom(1).u32()).not.toBe(new SeededRandom(2 ** 32 + 1).u32());
  });
});

describe('seeds', () => {
  test('a failure says its seed', () => {
    expect(testSeeds(3).length).toBeGreaterThan(0);
    expect(() => withSeed(17, () => expect(1).toBe(2))).toThrow('HELIOS_SEED=17');
  });
});

describe('simulated clock', () => {
  test('stands still, advances, ticks, and jumps on the wall only', () => {
    const clock = new SimulatedClock();
    expect(clock.wallMicros()).toBe(SIMULATED_START_MICROS);
    clock.advanceMillis(5);
    clock.jumpWallMicros(-1_000_000);
    expect(clock.wallMicros()).toBe(SIMULATED_START_MICROS + 5000 - 1_000_000);
    expect(clock.monotonicMillis()).toBe(5);
    const ticking = new SimulatedClock(0, 10);
    expect([ticking.wallMicros(), ticking.wallMicros()]).toEqual([10, 20]);
  });
});
