import { createHash } from 'node:crypto';
import { HeliosError } from '../../src/base/errors.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Session } from '../../src/sql/session.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { FaultEffect } from '../sim/faults.ts';
import { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SIMULATED_START_MICROS, SimulatedClock } from '../sim/simulated-clock.ts';
import { query } from '../support/sql-session.ts';
import { causedByCrash } from './harness.ts';
import { type Model, type Rows, randomChange } from './random-changes.ts';

const STEPS = 45;
const RANDOM_DAMAGES = 4;
const MICROS_BETWEEN_OPENS = 1_000_000;
/** Faults lie so many operations ahead, at most. */
const FAULT_AHEAD = 60;
const NAMED = ['IO', 'DISK_FULL', 'QUOTA_EXCEEDED', 'STORAGE_FAILED', 'CORRUPT'];
/** Wrong bytes of the log's newest frame are a torn frame: only the main file can tell them from what was written. */
const MISREADS: readonly FaultEffect[] = ['bit-flip', 'stale', 'misplaced'];
const FAILURES: readonly FaultEffect[] = ['io', 'disk-full', 'quota', 'dead', 'crash'];

/**
 * Random statements, checkpoints, restarts, crashes of the power and faults of storage, against a model. After each
 * failure the database holds what was acknowledged, with the transaction that failed or without it; nothing else is ever
 * seen. Returns a digest of all that was done and seen, and of the files in the end.
 */
export function runRandomOperations(seed: number): string {
  const run = new RandomRun(seed);
  try {
    return run.execute();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`random operations, seed ${seed}, behind [${run.trail.slice(-8).join('; ')}]: ${message}`, {
      cause: error,
    });
  }
}

class RandomRun {
  readonly trail: string[] = [];
  private readonly random: SeededRandom;
  private readonly seed: number;
  private disk: LyingDisk;
  private storage!: Storage;
  private engine!: Engine;
  private session!: Session;
  private opens = 0;
  /** What was acknowledged, and what a transaction leaves whose commit has begun. */
  private certain: Model = new Map();
  private begun: Model | null = null;

  constructor(seed: number) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.disk = new LyingDisk(seed);
    this.open();
  }

  execute(): string {
    for (let step = 0; step < STEPS; step++) this.attempt(() => this.step());
    this.healDisk();
    this.attempt(() => this.restart('close'));
    const hash = createHash('sha1').update(this.trail.join('\n'));
    return hash.update(this.disk.shownBytes('main')).update(this.disk.shownBytes('wal')).digest('hex');
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.endFailure(error);
    }
  }

  private step(): void {
    const roll = this.random.below(100);
    if (roll < 55) this.transact();
    else if (roll < 63) this.background('checkpoint', () => this.engine.checkpoint());
    else if (roll < 66) this.background('vacuum', () => this.engine.vacuum());
    else if (roll < 70) this.restart('close');
    else if (roll < 74) this.restart('kill');
    else if (roll < 78) this.restart('crash');
    else if (roll < 93) this.setFault();
    else this.verify();
  }

  private transact(): void {
    const { random, session } = this;
    let model = this.certain;
    session.executeScript('BEGIN');
    for (let left = random.between(1, 4); left > 0; left--) {
      const isUndone = random.chance(0.15);
      const { sql, after } = randomChange(model, random);
      this.trail.push(sql.slice(0, 60));
      session.executeScript(isUndone ? `SAVEPOINT s; ${sql}; ROLLBACK TO s; RELEASE s` : sql);
      if (!isUndone) model = after;
    }
    if (random.chance(0.1)) {
      session.executeScript('ROLLBACK');
      return;
    }
    this.begun = model;
    session.executeScript('COMMIT');
    this.engine.makeDurable();
    this.certain = model;
    this.begun = null;
  }

  private background(what: string, work: () => void): void {
    this.trail.push(what);
    work();
    this.verify();
  }

  private setFault(): void {
    const { random } = this;
    if (random.chance(0.2)) {
      const used = this.disk.shownBytes('main').length + this.disk.shownBytes('wal').length;
      this.disk.capacityBytes = used + random.below(20_000);
      return;
    }
    const at = 1 + random.below(FAULT_AHEAD);
    const effect = random.pick([...FAILURES, ...MISREADS]);
    this.trail.push(`${effect} in ${at}`);
    if (MISREADS.includes(effect)) this.disk.faults.add({ effect, at, on: 'read', file: 'main' });
    else this.disk.faults.add({ effect, at, times: random.chance(0.7) ? 1 : Number.POSITIVE_INFINITY });
  }

  private healDisk(): void {
    this.disk.faults.clear();
    this.disk.capacityBytes = Number.POSITIVE_INFINITY;
  }

  /** Behind a failure the database goes on with what it should have, or it says so and is opened again. */
  private endFailure(error: unknown): void {
    if (!causedByCrash(error)) assertNamed(error);
    this.trail.push(String(error).slice(0, 80));
    this.healDisk();
    if (causedByCrash(error)) {
      this.restart('crash');
      return;
    }
    try {
      if (this.session.inTransaction) this.session.executeScript('ROLLBACK');
      this.engine.makeDurable();
      this.settle();
    } catch (second) {
      // A close that failed has closed.
      assertNamed(second, [...NAMED, 'CLOSED']);
      // What a failed flush has left counts as written though it is not, for whoever opens the files again: only a crash
      // of the power shows what is there.
      this.restart('crash');
    }
  }

  private restart(how: 'close' | 'kill' | 'crash'): void {
    this.trail.push(how);
    if (how === 'close') {
      this.session.close();
      this.engine.close();
    }
    this.storage.close();
    if (how === 'crash') this.disk = this.disk.crash(this.random.pick(this.disk.damages(RANDOM_DAMAGES)));
    try {
      this.open();
    } catch (error) {
      if (!causedByCrash(error)) assertNamed(error);
      this.trail.push(`open: ${String(error).slice(0, 80)}`);
      this.healDisk();
      this.storage.close();
      if (causedByCrash(error)) this.disk = this.disk.crash(this.random.pick(this.disk.damages(RANDOM_DAMAGES)));
      this.open();
    }
    this.settle();
    // A check that is read wrongly rightly complains.
    this.healDisk();
    const { problems } = this.engine.check();
    if (problems.length > 0) throw new Error(`check: ${problems.map(({ what }) => what).join('; ')}`);
  }

  private open(): void {
    this.opens++;
    this.storage = this.disk.open();
    const clock = new SimulatedClock(SIMULATED_START_MICROS + this.opens * MICROS_BETWEEN_OPENS, 1);
    const random = new SeededRandom(this.seed * 1000 + this.opens);
    this.engine = Engine.open(this.storage, clock, random, { walCheckpointBytes: 64 * 1024 });
    this.session = new Session(this.engine);
  }

  /** Finds out whether the transaction that had begun to commit is there. */
  private settle(): void {
    const state = this.visible();
    if (state === textOf(this.certain)) this.begun = null;
    else if (this.begun !== null && state === textOf(this.begun)) {
      this.certain = this.begun;
      this.begun = null;
    } else throw new Error(`another state than the model's: ${differenceOf(state, textOf(this.certain))}`);
  }

  private verify(): void {
    const [state, wanted] = [this.visible(), textOf(this.certain)];
    if (state !== wanted) throw new Error(`another state than the model's: ${differenceOf(state, wanted)}`);
    for (const [name, rows] of this.certain) this.verifyRange(name, rows);
  }

  /** By the index, where the table has one. */
  private verifyRange(name: string, rows: Rows): void {
    const low = this.random.between(-500, 400);
    const high = low + 60;
    const found = query(this.session, `SELECT id FROM ${name} WHERE n BETWEEN ${low} AND ${high} ORDER BY id`);
    const wanted = [...rows].filter(([, [n]]) => n !== null && n >= low && n <= high).map(([id]) => id);
    wanted.sort((a, b) => a - b);
    if (JSON.stringify(found.flat()) !== JSON.stringify(wanted))
      throw new Error(`rows of ${name} with n from ${low} to ${high}: ${found.flat()} instead of ${wanted}`);
  }

  private visible(): string {
    const names = query(this.session, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").flat();
    const lines = names.map((name) => {
      const rows = query(this.session, `SELECT id, n, text, real FROM ${name} ORDER BY id`);
      return `${name} ${JSON.stringify(rows)}`;
    });
    return lines.join('\n');
  }
}

function textOf(model: Model): string {
  const lines = [...model]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rows]) => {
      const sorted = [...rows].sort(([a], [b]) => a - b).map(([id, row]) => [id, ...row]);
      return `${name} ${JSON.stringify(sorted)}`;
    });
  return lines.join('\n');
}

function differenceOf(found: string, wanted: string): string {
  let at = 0;
  while (at < found.length && found[at] === wanted[at]) at++;
  const from = Math.max(0, at - 40);
  return `…${found.slice(from, at + 80)}… instead of …${wanted.slice(from, at + 80)}…`;
}

function assertNamed(error: unknown, codes: readonly string[] = NAMED): void {
  if (error instanceof HeliosError && codes.includes(error.code)) return;
  throw new Error(`an error that is none of ${codes.join(', ')}: ${String(error)}`, { cause: error });
}
