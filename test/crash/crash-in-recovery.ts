import type { Damage } from '../sim/damage.ts';
import type { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SIMULATED_START_MICROS, SimulatedClock } from '../sim/simulated-clock.ts';
import { describeEngine } from '../support/engine-state.ts';
import { type Moment, momentsOf, type RecoveredFiles } from './crash-everywhere.ts';
import { assertState, type CrashOptions, causedByCrash, openOn, type Progress, runSteps, statesOf } from './harness.ts';
import type { Step } from './workload.ts';
import { WORKLOADS } from './workloads.ts';

/** Crashes behind the first one: what recovers is crashed, and what recovers that. */
const DEPTH = 3;
/** Changes to storage before the next crash: most often in what recovery itself writes or right behind it. */
const CHANGES_UNTIL_CRASH = [1, 1, 2, 3, 4, 6, 10];
const RANDOM_DAMAGES = 3;
const MICROS_BETWEEN_RUNS = 1_000_000;

interface Chain {
  readonly options: CrashOptions;
  readonly expected: readonly string[];
  readonly steps: readonly Step[];
  readonly random: SeededRandom;
  /** For the message of a failure. */
  readonly trail: string[];
}

/**
 * `count` times: the power fails somewhere in the workload, and again three times while the database recovers and takes up
 * the work where it was left. After each crash the state must be one that the workload went through, no older than what
 * was acknowledged by any of the runs. What the last crash left is examined as after a single one, and counted in `files`.
 */
export function crashInRecovery(
  name: string,
  seed: number,
  count: number,
  options: CrashOptions,
  files: RecoveredFiles,
): void {
  const workload = WORKLOADS[name];
  const expected = statesOf(workload, seed);
  const moments = momentsOf(workload, seed, options);
  const random = new SeededRandom(seed);
  for (let i = 0; i < count; i++) {
    const chain = { options, expected, steps: workload(new SeededRandom(seed)), random, trail: [] };
    try {
      runChain(chain, moments, files);
    } catch (error) {
      const message = `${name}, seed ${seed}, synchronous ${options.synchronous}, chain ${i}: ${chain.trail.join('; ')}: ${(error as Error).message}`;
      throw new Error(message, { cause: error });
    }
  }
}

function runChain(chain: Chain, moments: readonly Moment[], files: RecoveredFiles): void {
  const first = chain.random.below(moments.length);
  chain.trail.push(`crash at change ${first + 1}`);
  let { disk, progress } = moments[first];
  disk = crashAtRandom(chain, disk);
  for (let depth = 0; depth < DEPTH; depth++) {
    const found = disk;
    progress = goOnUntilCrash(chain, found, progress, depth);
    disk = crashAtRandom(chain, found);
  }
  assertState(files.stateOf(disk), chain.expected, progress);
}

function crashAtRandom({ random, trail }: Chain, disk: LyingDisk): LyingDisk {
  const damage: Damage = random.pick(disk.damages(RANDOM_DAMAGES));
  trail.push(JSON.stringify(damage));
  return disk.crash(damage);
}

/** Opens the database, and runs what its state says is left of the workload until the power fails. */
function goOnUntilCrash(chain: Chain, disk: LyingDisk, before: Progress, depth: number): Progress {
  const { expected, options, random, steps, trail } = chain;
  const at = random.pick(CHANGES_UNTIL_CRASH);
  trail.push(`crash at change ${at} of the next run`);
  disk.faults.add({ effect: 'crash', on: 'change', at });
  let progress = before;
  try {
    // Time goes on: the same commit at the same moment would be the same frame, and make one that a crash left its successor.
    const clock = new SimulatedClock(SIMULATED_START_MICROS + (depth + 1) * MICROS_BETWEEN_RUNS);
    const engine = openOn(disk, options, clock);
    const state = describeEngine(engine);
    assertState(state, expected, before);
    // Where several steps leave the same state, those between them change nothing: they may run once more.
    const from = expected.indexOf(state, before.acknowledged);
    // What a crash of the power has left is durable.
    progress = { acknowledged: from, begun: from };
    runSteps(engine, steps, from, options, (next) => {
      progress = next;
    });
  } catch (error) {
    if (!causedByCrash(error)) throw error;
  }
  return progress;
}
