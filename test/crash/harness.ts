import { Engine } from '../../src/engine/engine.ts';
import type { Damage } from '../sim/damage.ts';
import { SimulatedCrash } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { describeEngine } from '../support/engine-state.ts';
import { type Step, tableDefinition, type Workload } from './workload.ts';

export interface CrashReport {
  readonly crashes: number;
  readonly states: number;
}

/** Under 'normal' the newest commits may be lost, but only as a whole, and only from the end. */
export interface CrashOptions {
  readonly synchronous: 'full' | 'normal';
}

/** How a run ended: how many steps had been acknowledged, and how many had begun. */
interface Run {
  readonly disk: LyingDisk;
  readonly acknowledged: number;
  readonly begun: number;
}

/**
 * Crashes a workload at every change that it makes to storage, recovers from every simple damage and `randomDamages`
 * random ones, and holds each recovered database against the states that the workload went through. Throws at the first
 * one that is wrong, with what is needed to see it again.
 */
export function crashEverywhere(
  workload: Workload,
  seed: number,
  randomDamages: number,
  options: CrashOptions = { synchronous: 'full' },
): CrashReport {
  const expected = statesOf(workload, seed);
  const total = countChanges(workload, seed, options);
  let states = 0;
  for (let at = 1; at <= total; at++) {
    const run = runUntilCrash(workload, seed, at, options);
    for (const damage of run.disk.damages(randomDamages)) {
      states++;
      try {
        verify(run, damage, expected);
      } catch (error) {
        const where = `seed ${seed}, crash at change ${at} of ${total}, damage ${JSON.stringify(damage)}`;
        const progress = `${run.acknowledged} steps acknowledged, ${run.begun} begun`;
        throw new Error(`${where} (${progress}): ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return { crashes: total, states };
}

export function openOn(disk: LyingDisk, options: CrashOptions = { synchronous: 'full' }): Engine {
  return Engine.open(disk.open(), new SimulatedClock(), new SeededRandom(disk.seed), options);
}

export function runStep(engine: Engine, step: Step): void {
  if (step.kind === 'checkpoint') {
    engine.checkpoint();
    return;
  }
  if (step.kind === 'run') step.run(engine);
  else {
    const transaction = engine.begin();
    step.change(transaction, engine);
    transaction.commit();
  }
  engine.makeDurable();
}

/** The visible state before the first step and after each one. */
export function statesOf(workload: Workload, seed: number): string[] {
  const engine = openOn(new LyingDisk(seed));
  const states = [describeEngine(engine)];
  for (const step of workload(new SeededRandom(seed))) {
    runStep(engine, step);
    states.push(describeEngine(engine));
  }
  return states;
}

function countChanges(workload: Workload, seed: number, options: CrashOptions): number {
  const disk = new LyingDisk(seed);
  const engine = openOn(disk, options);
  for (const step of workload(new SeededRandom(seed))) runStep(engine, step);
  return disk.changes;
}

function runUntilCrash(workload: Workload, seed: number, at: number, options: CrashOptions): Run {
  const disk = new LyingDisk(seed);
  disk.faults.add({ effect: 'crash', on: 'change', at });
  let acknowledged = 0;
  let begun = 0;
  try {
    const engine = openOn(disk, options);
    for (const step of workload(new SeededRandom(seed))) {
      begun++;
      runStep(engine, step);
      // What has only been promised to survive a crash of the process may be lost with the power.
      if (options.synchronous === 'full' || step.kind === 'checkpoint') acknowledged = begun;
    }
  } catch (error) {
    if (!causedByCrash(error)) throw error;
  }
  return { disk, acknowledged, begun };
}

function causedByCrash(error: unknown): boolean {
  if (error instanceof SimulatedCrash) return true;
  return error instanceof Error && causedByCrash(error.cause);
}

function verify({ disk, acknowledged, begun }: Run, damage: Damage, expected: readonly string[]): void {
  const found = disk.crash(damage);
  const storage = found.open();
  const engine = Engine.open(storage, new SimulatedClock(), new SeededRandom(found.seed));
  const state = describeEngine(engine);
  const candidates = expected.slice(acknowledged, begun + 1);
  if (!candidates.includes(state)) throw new Error(explain(state, expected, acknowledged, begun));
  const report = engine.check();
  if (!report.ok) throw new Error(`check: ${report.problems.map((problem) => problem.what).join('; ')}`);
  storage.close();
  verifySecondOpen(found, state);
}

/** Opening again changes nothing, and the database goes on working. */
function verifySecondOpen(disk: LyingDisk, state: string): void {
  const before = [disk.shownBytes('main'), disk.shownBytes('wal')].map((bytes) => Buffer.from(bytes));
  const engine = openOn(disk);
  const after = [disk.shownBytes('main'), disk.shownBytes('wal')];
  if (!before.every((bytes, i) => bytes.equals(after[i]))) throw new Error('the second open changed the files');
  if (describeEngine(engine) !== state) throw new Error('the second open sees another state');
  for (let i = 0; i < 10; i++) {
    runStep(engine, {
      kind: 'commit',
      change: (transaction) => {
        if (i === 0)
          transaction.createTable(
            tableDefinition('after', [
              ['id', 'INTEGER'],
              ['n', 'INTEGER'],
            ]),
          );
        const table = engine.catalog.table(transaction, 'after');
        transaction.table(table?.id ?? 0).append(transaction, null, [null, i]);
      },
    });
    if (i === 5) engine.checkpoint();
  }
  const settled = describeEngine(engine);
  engine.close();
  const reopened = openOn(disk);
  if (describeEngine(reopened) !== settled) throw new Error('ten more commits are not there after close and open');
}

function explain(state: string, expected: readonly string[], acknowledged: number, begun: number): string {
  const other = expected.lastIndexOf(state);
  if (other >= 0 && other < acknowledged) return `acknowledged work is lost: the state is that after step ${other}`;
  if (other > begun) return `the state is that after step ${other}, which had not begun`;
  return `a torn state: ${state.slice(0, 300)}`;
}
