import { HeliosError } from '../../src/base/errors.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Fault, FaultEffect } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { describeEngine } from '../support/engine-state.ts';
import { RecoveredFiles } from './crash-everywhere.ts';
import { assertState, openOn, runStep, statesOf } from './harness.ts';
import type { Workload } from './workload.ts';
import { WORKLOADS } from './workloads.ts';

/** What may go wrong with the n-th operation, and which operations count. */
export const FAILURES: readonly { readonly effect: FaultEffect; readonly on: 'change' | 'read' }[] = [
  { effect: 'io', on: 'change' },
  { effect: 'disk-full', on: 'change' },
  { effect: 'quota', on: 'change' },
  { effect: 'dead', on: 'change' },
  { effect: 'io', on: 'read' },
  { effect: 'dead', on: 'read' },
];

const NAMED = ['IO', 'DISK_FULL', 'QUOTA_EXCEEDED', 'STORAGE_FAILED'];

/** What failing storage has left. Other failures at the same place leave the same files most often. */
export function reopenedFiles(): RecoveredFiles {
  return new RecoveredFiles((disk) => {
    const engine = openOn(disk);
    const state = describeEngine(engine);
    const { problems } = engine.check();
    if (problems.length > 0) throw new Error(`check: ${problems.map(({ what }) => what).join('; ')}`);
    return state;
  });
}

/**
 * Runs a workload once for each of its operations that count, and lets that one fail, once and for good. The error has a
 * name; what the database then still says is right; a reopened one, if `files` does not know what it
 * finds, has all that was acknowledged. Returns how often something failed.
 */
export function failEverywhere(
  name: string,
  seed: number,
  failure: (typeof FAILURES)[number],
  files: RecoveredFiles,
): number {
  const workload = WORKLOADS[name];
  const expected = statesOf(workload, seed);
  let failures = 0;
  for (const times of [1, Number.POSITIVE_INFINITY]) {
    for (let at = 1; ; at++) {
      try {
        if (!failAt(workload, seed, { ...failure, at, times }, expected, files)) break;
      } catch (error) {
        const where = `${name}, seed ${seed}, ${failure.effect} at ${failure.on} ${at}${times === 1 ? '' : ' and ever after'}`;
        throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
      }
      failures++;
    }
  }
  return failures;
}

/** False where the workload has ended before the fault came. */
function failAt(
  workload: Workload,
  seed: number,
  fault: Fault,
  expected: readonly string[],
  files: RecoveredFiles,
): boolean {
  const disk = new LyingDisk(seed);
  disk.faults.add(fault);
  const steps = workload(new SeededRandom(seed));
  let acknowledged = 0;
  let engine: Engine | null = null;
  try {
    engine = openOn(disk);
    for (const step of steps) {
      runStep(engine, step);
      acknowledged++;
    }
    return false;
  } catch (error) {
    assertNamed(error, NAMED);
  }
  const progress = { acknowledged, begun: Math.min(acknowledged + 1, steps.length) };
  const judge = (state: string) => assertState(state, expected, progress);
  disk.faults.clear();
  if (engine !== null) assertNamedOrRight(engine, judge);
  judge(files.stateOf(disk.crash({ kind: 'prefix', count: disk.pending().length })));
  return true;
}

/** A database that goes on has the right rows; one that cannot says so. */
function assertNamedOrRight(engine: Engine, judge: (state: string) => void): void {
  try {
    engine.makeDurable();
    judge(describeEngine(engine));
    runStep(engine, { kind: 'checkpoint' });
    judge(describeEngine(engine));
  } catch (error) {
    if (error instanceof HeliosError) assertNamed(error, ['STORAGE_FAILED', 'IO']);
    else throw error;
  }
}

function assertNamed(error: unknown, codes: readonly string[]): void {
  if (error instanceof HeliosError && codes.includes(error.code)) return;
  throw new Error(`an error that is none of ${codes.join(', ')}: ${String(error)}`, { cause: error });
}
