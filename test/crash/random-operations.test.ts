import { expect, it } from 'vitest';
import { testSeeds } from '../sim/seeds.ts';
import { runRandomOperations } from './random-operations.ts';

const SEEDS = 200;

it(`random operations with faults and restarts equal their model, ${SEEDS} seeds; a seed gives the same bytes again`, () => {
  for (const seed of testSeeds(SEEDS))
    expect(runRandomOperations(seed), `seed ${seed}`).toBe(runRandomOperations(seed));
});
