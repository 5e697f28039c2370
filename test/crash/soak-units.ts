import { crashEverywhere, RecoveredFiles } from './crash-everywhere.ts';
import { crashInRecovery } from './crash-in-recovery.ts';
import { FAILURES, failEverywhere, reopenedFiles } from './fail-everywhere.ts';
import { flipBytes } from './flip-bytes.ts';
import type { CrashOptions } from './harness.ts';
import { runRandomOperations } from './random-operations.ts';
import { killWriters } from './sigkill.ts';
import { largeVictim, smallVictims, type Victim } from './victims.ts';
import { WORKLOADS } from './workloads.ts';

/** A piece of a long run: some seconds of one harness, the same again for the same seed. */
export interface SoakUnit {
  /** For --only; the part before the colon is the harness, under which figures are added up. */
  readonly name: string;
  /** What `run` counts. */
  readonly counted: string;
  /** Throws at the first thing that is wrong. */
  run(seed: number): number | Promise<number>;
}

const CHAINS = 60;
const RANDOM_SEEDS = 5;
const KILLS = 10;
/** A prime, so that the places of different seeds differ. */
const SMALL_STRIDE = 37;
const LARGE_STRIDE = 20_011;

let small: Victim[] | null = null;
let large: Victim | null = null;

/** All harnesses, in pieces. `writer`: the bundled sigkill-writer.ts. */
export function soakUnits(writer: string): readonly SoakUnit[] {
  return [...Object.keys(WORKLOADS).flatMap(unitsOf), ...otherUnits(writer)];
}

function unitsOf(workload: string): readonly SoakUnit[] {
  return [
    {
      name: `crash:${workload}`,
      counted: 'distinct states after a crash',
      run: (seed) => {
        const files = new RecoveredFiles();
        crashEverywhere(workload, seed, optionsOf(seed), files);
        return files.count;
      },
    },
    {
      name: `recovery:${workload}`,
      counted: 'distinct states after crashes of recovery',
      run: (seed) => {
        const files = new RecoveredFiles();
        crashInRecovery(workload, seed, CHAINS, optionsOf(seed), files);
        return files.count;
      },
    },
    {
      name: `fail:${workload}`,
      counted: 'failures of storage',
      // One kind a seed: all of them take a while.
      run: (seed) => failEverywhere(workload, seed, FAILURES[seed % FAILURES.length], reopenedFiles()),
    },
  ];
}

function otherUnits(writer: string): readonly SoakUnit[] {
  return [
    {
      name: 'flip:small',
      counted: 'opens of damaged files',
      run: (seed) => {
        small ??= smallVictims();
        return flipBytes(small, seed, SMALL_STRIDE).opens;
      },
    },
    {
      name: 'flip:large',
      counted: 'opens of damaged files',
      run: (seed) => {
        large ??= largeVictim();
        return flipBytes([large], seed, LARGE_STRIDE).opens;
      },
    },
    {
      name: 'random:operations',
      counted: 'seeds of random operations',
      run: (seed) => {
        for (let i = 0; i < RANDOM_SEEDS; i++) {
          const own = seed * RANDOM_SEEDS + i;
          const digest = runRandomOperations(own);
          if (runRandomOperations(own) !== digest)
            throw new Error(`random operations, seed ${own}: a second run is another one`);
        }
        return RANDOM_SEEDS;
      },
    },
    {
      name: 'sigkill:writer',
      counted: 'writers killed',
      run: async (seed) => {
        await killWriters(writer, seed, KILLS);
        return KILLS;
      },
    },
  ];
}

function optionsOf(seed: number): CrashOptions {
  return { synchronous: seed % 4 === 0 ? 'normal' : 'full' };
}
