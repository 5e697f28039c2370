import { afterEach, describe, expect, it } from 'vitest';
import { type PlantedBugs, plantedBugs } from '../../src/base/planted-bugs.ts';
import { testSeeds } from '../sim/seeds.ts';
import { crashEverywhere } from './harness.ts';
import { sqlChanges } from './sql-workload.ts';
import { insertLoad, schemaChanges, updatesAndDeletes, vacuums, type Workload } from './workload.ts';

const WORKLOADS: Readonly<Record<string, Workload>> = { insertLoad, updatesAndDeletes, schemaChanges, vacuums };
/** Random damages at each crash, beside the simple ones. */
const RANDOM_DAMAGES = 24;
/** Over all workloads: the figure that a landing must reach. */
const STATES_WANTED = 20_000;

describe('a crash at every change to storage', () => {
  let states = 0;

  for (const [name, workload] of Object.entries(WORKLOADS)) {
    it(`${name}: no acknowledged transaction lost, no torn one seen`, { timeout: 600_000 }, () => {
      for (const seed of testSeeds(3)) states += crashEverywhere(workload, seed, RANDOM_DAMAGES).states;
    });
  }

  it('sqlChanges: what a statement sets off is recovered with it, or lost with it', () => {
    // Its many definitions make each recovery slower: fewer damages take as long as those of the other workloads.
    for (const seed of testSeeds(1)) states += crashEverywhere(sqlChanges, seed, 4).states;
  });

  it('synchronous = normal: commits may be lost from the end, never torn, never after a checkpoint', () => {
    for (const workload of Object.values(WORKLOADS)) {
      states += crashEverywhere(workload, 1, RANDOM_DAMAGES, { synchronous: 'normal' }).states;
    }
  });

  it(`were at least ${STATES_WANTED} states`, () => {
    if (process.env.HELIOS_SEED !== undefined) return;
    expect(states).toBeGreaterThanOrEqual(STATES_WANTED);
  });
});

describe('planted bugs are caught', () => {
  afterEach(() => {
    for (const bug of Object.keys(plantedBugs) as (keyof PlantedBugs)[]) plantedBugs[bug] = false;
  });

  for (const bug of Object.keys(plantedBugs) as (keyof PlantedBugs)[]) {
    it(bug, { timeout: 600_000 }, () => {
      plantedBugs[bug] = true;
      expect(() => {
        for (const workload of Object.values(WORKLOADS)) crashEverywhere(workload, 1, RANDOM_DAMAGES);
      }).toThrow(/seed 1|check/);
    });
  }
});
