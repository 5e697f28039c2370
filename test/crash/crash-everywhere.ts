import { Engine } from '../../src/engine/engine.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { describeEngine } from '../support/engine-state.ts';
import { assertState, type CrashOptions, openOn, type Progress, runStep, runSteps, statesOf } from './harness.ts';
import { type Step, tableDefinition, type Workload } from './workload.ts';
import { WORKLOADS } from './workloads.ts';

/** A moment at which the power can fail: what the disk then is, and how far the workload was. */
export interface Moment {
  readonly disk: LyingDisk;
  readonly progress: Progress;
}

/** Recovers what is on a disk, examines it, and returns the state. Throws where something is wrong. */
type Examination = (disk: LyingDisk, end: 'closed' | 'killed') => string;

/** Files that were recovered before, and the state that was found in them: recovering the same bytes proves nothing new. */
export class RecoveredFiles {
  private readonly states = new Map<string, string>();
  private readonly texts = new Map<string, string>();
  private readonly examine: Examination;

  constructor(examine: Examination = recover) {
    this.examine = examine;
  }

  /** Distinct files so far: the figure that counts. */
  get count(): number {
    return this.states.size;
  }

  /** The state in the disk's files: recovers and examines what has not been seen before. */
  stateOf(disk: LyingDisk): string {
    const key = disk.fingerprint();
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state = this.examine(disk, key.charCodeAt(0) % 2 === 0 ? 'closed' : 'killed');
    // Few states, many files: one text each.
    const text = this.texts.get(state) ?? state;
    this.texts.set(text, text);
    this.states.set(key, text);
    return text;
  }
}

/** Random damages at each crash, beside the simple ones. */
const RANDOM_DAMAGES = 24;

/** All workloads with one seed, and every fourth seed without waiting for the disk at each commit. */
export function crashWorkloads(seed: number, files: RecoveredFiles): void {
  // What goes wrong without a crash shows soon.
  for (const workload of Object.values(WORKLOADS)) statesOf(workload, seed);
  for (const name of Object.keys(WORKLOADS))
    crashEverywhere(name, seed, { synchronous: seed % 4 === 0 ? 'normal' : 'full' }, files);
}

/**
 * Crashes a workload at every change that it makes to storage, recovers from every simple damage and some random ones,
 * and holds each recovered database against the states that the workload went through. Throws at the first one that is
 * wrong, with what is needed to see it again. What was recovered is counted in `files`.
 */
export function crashEverywhere(name: string, seed: number, options: CrashOptions, files: RecoveredFiles): void {
  const workload = WORKLOADS[name];
  const expected = statesOf(workload, seed);
  const moments = momentsOf(workload, seed, options);
  moments.forEach(({ disk, progress }, i) => {
    for (const damage of disk.damages(RANDOM_DAMAGES)) {
      try {
        assertState(files.stateOf(disk.crash(damage)), expected, progress);
      } catch (error) {
        const where = `${name}, seed ${seed}, synchronous ${options.synchronous}, crash at change ${i + 1} of ${moments.length}`;
        const when = `${progress.acknowledged} steps acknowledged, ${progress.begun} begun`;
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`${where}, damage ${JSON.stringify(damage)} (${when}): ${what}`, { cause: error });
      }
    }
  });
}

/** Every moment of the workload at which a crash leaves something else than at the one before. */
export function momentsOf(workload: Workload, seed: number, options: CrashOptions): Moment[] {
  const disk = new LyingDisk(seed);
  const moments: Moment[] = [];
  let progress: Progress = { acknowledged: 0, begun: 0 };
  disk.onCrashPoint = () => moments.push({ disk: disk.moment(), progress });
  const engine = openOn(disk, options);
  runSteps(engine, workload(new SeededRandom(seed)), 0, options, (next) => {
    progress = next;
  });
  return moments;
}

/**
 * Opens what a crash has left, and looks for all that was promised but the rows: `check()` is clean, opening twice
 * changes nothing, and the database goes on working, until it is closed or its process is killed. Returns the state that
 * was found.
 */
export function recover(disk: LyingDisk, end: 'closed' | 'killed'): string {
  const first = open(disk);
  const state = describeEngine(first.engine);
  const report = first.engine.check();
  if (!report.ok) throw new Error(`check: ${report.problems.map((problem) => problem.what).join('; ')}`);
  // Where opening has written nothing, a second one finds the same bytes, and nothing new comes of it.
  const last = disk.writes === 0 ? first : openAgain(disk, first, state);
  goOn(last.engine, end);
  const settled = describeEngine(last.engine);
  if (end === 'closed') last.engine.close();
  else last.storage.close();
  if (describeEngine(openOn(disk)) !== settled) throw new Error(`ten more commits are not there after it was ${end}`);
  return state;
}

interface Opened {
  readonly storage: Storage;
  readonly engine: Engine;
}

function open(disk: LyingDisk): Opened {
  const storage = disk.open();
  return { storage, engine: Engine.open(storage, new SimulatedClock(), new SeededRandom(disk.seed)) };
}

function openAgain(disk: LyingDisk, before: Opened, state: string): Opened {
  before.storage.close();
  const { writes } = disk;
  const again = open(disk);
  if (disk.writes !== writes) throw new Error('the second open changed the files');
  if (describeEngine(again.engine) !== state) throw new Error('the second open sees another state');
  return again;
}

const AFTER = tableDefinition('after', [
  ['id', 'INTEGER'],
  ['n', 'INTEGER'],
]);

const TEN_MORE: readonly Step[] = Array.from({ length: 10 }, (_, i) => ({
  kind: 'commit',
  change: (transaction, engine) => {
    if (i === 0) transaction.createTable(AFTER);
    const table = engine.catalog.table(transaction, 'after');
    transaction.table(table?.id ?? 0).append(transaction, null, [null, i]);
  },
}));

/** Ten more commits and a checkpoint: among them, or by the close that follows. */
function goOn(engine: Engine, end: 'closed' | 'killed'): void {
  TEN_MORE.forEach((step, i) => {
    runStep(engine, step);
    if (i === 5 && end === 'killed') engine.checkpoint();
  });
}
