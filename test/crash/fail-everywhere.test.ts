import { describe, expect, it } from 'vitest';
import { testSeeds } from '../sim/seeds.ts';
import { FAILURES, failEverywhere, reopenedFiles } from './fail-everywhere.ts';
import { WORKLOADS } from './workloads.ts';

/** A workload of fewer failures than this per kind tests little. */
const FEWEST_CHANGES = 40;

describe('storage that fails at its n-th operation, once and for good, for all n', () => {
  for (const workload of Object.keys(WORKLOADS)) {
    it(`${workload}: a named error, right rows, and all that was acknowledged after a reopen`, () => {
      for (const seed of testSeeds(1)) {
        const files = reopenedFiles();
        for (const failure of FAILURES) {
          const failures = failEverywhere(workload, seed, failure, files);
          expect(failures, `${failure.effect} at each ${failure.on}`).toBeGreaterThan(
            failure.on === 'change' ? FEWEST_CHANGES : 0,
          );
        }
      }
    });
  }

  it('a checkpoint that is in force is not made again when the log cannot be cut', () => {
    // With this seed the log is longer then than it may stay.
    const failures = failEverywhere('checkpointsInSteps', 5004, { effect: 'io', on: 'change' }, reopenedFiles());
    expect(failures).toBeGreaterThan(FEWEST_CHANGES);
  });
});
