import { expect, it } from 'vitest';
import { testSeeds } from '../sim/seeds.ts';
import { RecoveredFiles } from './crash-everywhere.ts';
import { crashInRecovery } from './crash-in-recovery.ts';
import { WORKLOADS } from './workloads.ts';

/** Distinct files that three crashes of recovery leave, over all workloads. */
const STATES_WANTED = 5_000;
const CHAINS = 100;

it('crashes while the database recovers from crashes, three deep, lose nothing and tear nothing', () => {
  const files = new RecoveredFiles();
  const run = (seed: number) => {
    for (const workload of Object.keys(WORKLOADS))
      crashInRecovery(workload, seed, CHAINS, { synchronous: seed % 4 === 0 ? 'normal' : 'full' }, files);
  };
  if (process.env.HELIOS_SEED !== undefined) {
    testSeeds(1).forEach(run);
    return;
  }
  for (let seed = 1; files.count < STATES_WANTED; seed++) run(seed);
  expect(files.count).toBeGreaterThanOrEqual(STATES_WANTED);
});
