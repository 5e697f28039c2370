import { Engine } from '../../src/engine/engine.ts';
import { SimulatedCrash } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { describeEngine } from '../support/engine-state.ts';
import type { Step, Workload } from './workload.ts';

// What the harnesses of this folder share: how a workload runs on a lying disk, step by step.

/** Under 'normal' the newest commits may be lost, but only as a whole, and only from the end. */
export interface CrashOptions {
  readonly synchronous: 'full' | 'normal';
  /** Of both files; left out: whatever they need. */
  readonly maxBytes?: number;
}

/** Transactions move their rows out of memory whenever they look. */
const TINY = { deltaBytes: 0 };
/** So that checkpoints of small workloads are due now and then, and yet the log's file is not cut after each. */
const walCheckpointBytes = 17_000;

export function openOn(
  disk: LyingDisk,
  options: CrashOptions = { synchronous: 'full' },
  clock = new SimulatedClock(),
): Engine {
  return Engine.open(disk.open(), clock, new SeededRandom(disk.seed), { ...options, ...TINY, walCheckpointBytes });
}

/** Runs one step and makes it durable. A step that fails leaves no transaction open. */
export function runStep(engine: Engine, step: Step): void {
  if (step.kind === 'checkpoint') {
    engine.checkpoint();
    return;
  }
  if (step.kind === 'run') step.run(engine);
  else {
    const transaction = engine.begin();
    try {
      step.change(transaction, engine);
      transaction.commit();
    } catch (error) {
      if (!causedByCrash(error)) transaction.rollback();
      throw error;
    }
  }
  engine.makeDurable();
}

/** The visible state before the first step and after each one. */
export function statesOf(workload: Workload, seed: number): string[] {
  const engine = openOn(new LyingDisk(seed));
  const states = [describeEngine(engine)];
  for (const step of workload(new SeededRandom(seed))) {
    try {
      runStep(engine, step);
      states.push(describeEngine(engine));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: a step, or reading what is there after it, fails: ${what}`, { cause: error });
    }
    if (step.kind === 'checkpoint' && states.at(-1) !== states.at(-2))
      throw new Error(`seed ${seed}: a checkpoint has changed what can be seen`);
  }
  return states;
}

/** Which states may be found: those after the steps from `acknowledged` to `begun`, both included. */
export interface Progress {
  readonly acknowledged: number;
  readonly begun: number;
}

/** Steps from the `from`-th on until one crashes or none is left; `note` hears of the progress before it changes. */
export function runSteps(
  engine: Engine,
  steps: readonly Step[],
  from: number,
  options: CrashOptions,
  note: (progress: Progress) => void,
): void {
  let acknowledged = from;
  for (let begun = from + 1; begun <= steps.length; begun++) {
    const step = steps[begun - 1];
    note({ acknowledged, begun });
    runStep(engine, step);
    // What has only been promised to survive a crash of the process may be lost with the power.
    if (options.synchronous === 'full' || step.kind === 'checkpoint') acknowledged = begun;
    note({ acknowledged, begun });
  }
}

export function causedByCrash(error: unknown): boolean {
  if (error instanceof SimulatedCrash) return true;
  return error instanceof Error && causedByCrash(error.cause);
}

/** Throws where the state is none of those that may be found. */
export function assertState(state: string, expected: readonly string[], { acknowledged, begun }: Progress): void {
  if (expected.slice(acknowledged, begun + 1).includes(state)) return;
  const other = expected.lastIndexOf(state);
  if (other > begun) throw new Error(`the state is that after step ${other}, which had not begun`);
  if (other >= 0) throw new Error(`acknowledged work is lost: the state is that after step ${other}`);
  throw new Error(`a torn state: ${state.slice(0, 300)}`);
}
