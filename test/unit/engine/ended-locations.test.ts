import { expect, test } from 'vitest';
import { LOCATION_SOURCE } from '../../../src/engine/table/access.ts';
import { EndedLocations } from '../../../src/engine/transaction/ended-locations.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';

function all(ended: EndedLocations): number[] {
  const found: number[] = [];
  ended.forEach((location) => {
    found.push(location);
  });
  return found;
}

test('ended locations come in order, go from the end, and forget rows of the delta', () => {
  for (const seed of testSeeds(20)) {
    withSeed(seed, () => {
      const random = new SeededRandom(seed);
      const ended = new EndedLocations();
      let model: number[] = [];
      for (let step = 0; step < 300; step++) {
        const dice = random.below(10);
        if (dice < 8) {
          const start = random.below(3) * LOCATION_SOURCE + random.below(50);
          for (let i = random.below(6); i >= 0; i--) {
            const location = start + 5 + i * random.pick([1, 1, -1]);
            ended.append(location);
            model.push(location);
          }
        } else if (dice < 9) {
          const length = random.below(model.length + 1);
          const taken: number[] = [];
          ended.rewind(length, (location) => {
            taken.push(location);
          });
          expect(taken).toEqual(model.slice(length).reverse());
          model = model.slice(0, length);
        } else {
          const from = random.below(60);
          const isOf = (location: number): boolean => location >= from && location < LOCATION_SOURCE;
          expect(ended.hasDeltaFrom(from)).toBe(model.some(isOf));
          ended.dropDeltaFrom(from);
          model = model.filter((location) => !isOf(location));
        }
        expect(all(ended)).toEqual(model);
        expect(ended.length).toBe(model.length);
      }
    });
  }
});

test('a million neighbours are one run', () => {
  const ended = new EndedLocations();
  for (let i = 0; i < 1_000_000; i++) ended.append(LOCATION_SOURCE + i);
  expect(ended.length).toBe(1_000_000);
  expect(ended.runCount).toBe(1);
});
