import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { plantedBugs } from '../../../src/base/planted-bugs.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { failing } from '../../support/failing.ts';
import { query } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

const HOUR = 3_600_000;

/** What keeps a state readable, and what it is. */
interface Pin {
  readonly state: string;
  readonly read: () => string;
  readonly close: () => void;
}

/**
 * Somebody who changes rows at random, and pins states in every way there is, while checkpoints, compaction, VACUUM and
 * collection run in slices of random size and nothing is retained but for the pins.
 */
class Adversary {
  private readonly random: SeededRandom;
  private readonly clock = new SimulatedClock();
  private readonly disk = new MemoryDisk();
  private engine: Engine;
  private session: Session;
  private pins: Pin[] = [];
  private named = new Map<string, { readonly state: string; readonly expiresAt: number }>();
  private serial = 0;
  reads = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.engine = this.open();
    this.session = new Session(this.engine);
    this.session.executeScript(`
      PRAGMA min_retention_seconds = 0;
      CREATE TABLE t(id INTEGER PRIMARY KEY, k INTEGER, v TEXT); CREATE INDEX t_k ON t(k); CREATE INDEX t_low ON t(lower(v))`);
  }

  private open(): Engine {
    const options = { walCheckpointBytes: 4096, pageSize: 512 };
    return Engine.open(openMemoryStorage(this.disk), this.clock, new SeededRandom(1), options);
  }

  step(): void {
    const { random, clock } = this;
    clock.advanceMillis(random.below(4) === 0 ? 2 * LIMITS.collectionIntervalMs : 1);
    this.change();
    const what = random.below(12);
    if (what < 2) this.pin();
    else if (what === 2) this.name();
    else if (what === 3 && this.pins.length > 0) this.pins.splice(random.below(this.pins.length), 1)[0].close();
    else if (what === 4) this.dropName();
    else if (what === 5 && random.below(4) === 0) this.engine.vacuum();
    else if (what === 6 && random.below(6) === 0) this.reopen();
    this.engine.maintain(random.pick([1, 50, 500, Number.POSITIVE_INFINITY]));
    if (random.below(3) === 0) this.verify();
  }

  private change(): void {
    const { random } = this;
    const rows = (count: number): string =>
      Array.from({ length: count }, () => `(${random.below(60)}, ${random.below(9)}, 'V${random.below(1000)}')`).join();
    this.session.executeScript(
      random.pick([
        `INSERT OR REPLACE INTO t VALUES ${rows(random.between(1, 20))}`,
        `UPDATE t SET k = k + 1, v = v || 'x' WHERE id % 5 = ${random.below(5)}`,
        `DELETE FROM t WHERE id % 7 = ${random.below(7)}`,
      ]),
    );
  }

  private stateOf(session: Session, asOf = ''): string {
    const all = query(session, `SELECT * FROM t ${asOf} ORDER BY id`);
    const some = query(session, `SELECT id FROM t ${asOf} WHERE k = 3 ORDER BY id`);
    return JSON.stringify([all, some, query(session, `SELECT id FROM t ${asOf} WHERE lower(v) >= 'v5' ORDER BY id`)]);
  }

  /** A reader, of the present or of what another pin keeps, that begins a query at once or reads later on. */
  private pin(): void {
    const { random } = this;
    const source = random.below(3) === 0 && this.named.size > 0 ? random.pick([...this.named.keys()]) : null;
    const session = new Session(this.engine);
    const known = source === null ? undefined : this.named.get(source);
    if (source !== null && known !== undefined && known.expiresAt > this.clock.wallMicros()) {
      session.begin({ asOf: { snapshot: source } });
      this.pins.push({ state: known.state, read: () => this.stateOf(session), close: () => session.close() });
      return;
    }
    session.begin({ readOnly: true });
    const state = this.stateOf(session);
    this.pins.push({ state, read: () => this.stateOf(session), close: () => session.close() });
  }

  private name(): void {
    const name = `s${this.serial++}`;
    const hours = this.random.below(2) === 0 ? null : this.random.between(1, 3);
    const seconds = hours === null ? '' : `EXPIRES '${hours * 5} seconds'`;
    const expiresAt = hours === null ? Number.POSITIVE_INFINITY : this.clock.wallMicros() + hours * 5_000_000;
    const state = this.stateOf(this.session);
    this.session.executeScript(`CREATE SNAPSHOT ${name} ${seconds}`);
    this.named.set(name, { state, expiresAt });
  }

  private dropName(): void {
    if (this.named.size === 0) return;
    const name = this.random.pick([...this.named.keys()]);
    this.named.delete(name);
    this.session.executeScript(`DROP SNAPSHOT IF EXISTS ${name}`);
  }

  private reopen(): void {
    for (const pin of this.pins.splice(0)) pin.close();
    this.session.close();
    if (this.random.below(2) === 0) this.engine.close();
    else this.engine.storage.close();
    this.engine = this.open();
    this.session = new Session(this.engine);
  }

  verify(): void {
    for (const { state, read } of this.pins) {
      this.reads++;
      expect(read()).toBe(state);
    }
    for (const [name, { state, expiresAt }] of this.named) {
      this.reads++;
      if (expiresAt > this.clock.wallMicros()) expect(this.stateOf(this.session, `AS OF SNAPSHOT ${name}`)).toBe(state);
      else
        expect(() => query(this.session, `SELECT * FROM t AS OF SNAPSHOT ${name}`)).toThrow(
          failing('SNAPSHOT_NOT_FOUND', /expired|no such/),
        );
    }
  }

  /** When nothing is pinned any more, nothing of the past is left. */
  finish(): void {
    for (const pin of this.pins) pin.close();
    this.clock.advanceMillis(HOUR);
    for (const [name] of query(this.session, 'SELECT name FROM helios.snapshots'))
      this.session.executeScript(`DROP SNAPSHOT ${String(name)}`);
    this.engine.vacuum();
    expect(this.engine.check().problems).toEqual([]);
    expect(query(this.session, "SELECT count(*) FROM helios.segments WHERE kind = 'history'")).toEqual([[0]]);
  }
}

const SEEDS = Number(process.env.COLLECTION_SEEDS ?? 2);

describe('readers and names that are pinned at random never lose a version', () => {
  test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))('seed %i', (seed) => {
    const adversary = new Adversary(seed);
    for (let i = 0; i < 250; i++) adversary.step();
    adversary.verify();
    expect(adversary.reads).toBeGreaterThan(100);
    adversary.finish();
  });

  test('a horizon that passes them is noticed', () => {
    plantedBugs.passReaders = true;
    try {
      const adversary = new Adversary(1);
      expect(() => {
        for (let i = 0; i < 250; i++) adversary.step();
      }).toThrow();
    } finally {
      plantedBugs.passReaders = false;
    }
  });
});

describe('what lies behind the horizon', () => {
  let db: TestDatabase;
  const historySegments = (): unknown => db.all("SELECT count(*) FROM helios.segments WHERE kind = 'history'")[0][0];
  const settle = (): void => {
    for (let i = 0; i < 10_000 && db.engine.maintain(100); i++);
  };

  beforeEach(() => {
    db = new TestDatabase();
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t SELECT value, 0 FROM generate_series(1, 1000)');
  });

  afterEach(() => db.session.close());

  test('goes in the background, without a checkpoint that stores anything', () => {
    db.run('CREATE SNAPSHOT s; PRAGMA min_retention_seconds = 0; UPDATE t SET v = 1');
    db.engine.checkpoint();
    expect(historySegments()).toBe(1);
    const { checkpointCount } = db.engine;
    db.clock.advanceMillis(2 * LIMITS.collectionIntervalMs);
    settle();
    expect([historySegments(), db.engine.checkpointCount]).toEqual([1, checkpointCount]);
    db.run('DROP SNAPSHOT s');
    db.clock.advanceMillis(2 * LIMITS.collectionIntervalMs);
    settle();
    expect([historySegments(), db.engine.checkpointCount]).toEqual([0, checkpointCount + 1]);
    db.clock.advanceMillis(2 * LIMITS.collectionIntervalMs);
    settle();
    expect(db.engine.checkpointCount).toBe(checkpointCount + 1);
  });

  test('stays until VACUUM where auto_gc_enabled is off', () => {
    db.run(
      'PRAGMA auto_gc_enabled = off; PRAGMA min_retention_seconds = 0; UPDATE t SET v = 1; PRAGMA user_version = 1',
    );
    db.engine.checkpoint();
    db.clock.advanceMillis(2 * LIMITS.collectionIntervalMs);
    settle();
    db.engine.checkpoint();
    expect(db.all('SELECT sum(v) FROM t AS OF TRANSACTION 2')).toEqual([[0]]);
    db.engine.vacuum();
    expect(() => db.all('SELECT sum(v) FROM t AS OF TRANSACTION 2')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
    expect(historySegments()).toBe(0);
  });

  test('is counted in transactions by max_retained_transactions', () => {
    db.run('PRAGMA max_retained_transactions = 3');
    for (let i = 1; i < 6; i++) db.run(`UPDATE t SET v = ${i}`);
    db.engine.vacuum();
    const { lastTransaction } = db.engine;
    const at = (back: number): unknown[][] =>
      db.all(`SELECT max(v) FROM t AS OF TRANSACTION ${lastTransaction - back}`);
    expect([at(0), at(1), at(3)]).toEqual([[[5]], [[4]], [[2]]]);
    expect(() => at(4)).toThrow(failing('SNAPSHOT_TOO_OLD', `begins with transaction ${lastTransaction - 3}`));
    // The age counts, too.
    db.run('PRAGMA max_retained_transactions = 0; PRAGMA min_retention_seconds = 0');
    db.engine.vacuum();
    expect(() => at(1)).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer readable'));
  });

  test('is everything but snapshots where time travel is off', () => {
    db.run('CREATE SNAPSHOT s; UPDATE t SET v = 1; UPDATE t SET v = 2; PRAGMA time_travel_enabled = off');
    const { lastTransaction } = db.engine;
    expect(() => db.all(`SELECT sum(v) FROM t AS OF TRANSACTION ${lastTransaction - 1}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'time travel is off'),
    );
    expect(() => db.session.begin({ asOf: { transaction: 4 } })).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'time travel is off'),
    );
    expect(db.all(`SELECT max(v) FROM t AS OF TRANSACTION ${lastTransaction}`)).toEqual([[2]]);
    db.engine.vacuum();
    expect(db.all('SELECT max(v) FROM t AS OF SNAPSHOT s')).toEqual([[0]]);
    db.session.begin({ asOf: { transaction: 2 } });
    expect(db.all('SELECT max(v) FROM t')).toEqual([[0]]);
    db.session.commit();
    db.run('DROP SNAPSHOT s; PRAGMA time_travel_enabled = on');
    db.engine.vacuum();
    expect(db.all(`SELECT max(v) FROM t AS OF TRANSACTION 4`)).toEqual([[1]]);
  });

  test.each([
    ['time_travel_enabled', 1, 0, "'maybe'", 'it takes on or off'],
    ['auto_gc_enabled', 1, 0, 'NULL', 'it takes on or off'],
    ['max_retained_transactions', 0, 5, '-1', 'whole transactions'],
    ['min_retention_seconds', 2_592_000, 60, '1.5', 'whole seconds'],
    ['max_snapshots', LIMITS.namedSnapshots, 7, LIMITS.namedSnapshots + 1, 'whole snapshots'],
  ])('PRAGMA %s: %d, then %d, never %s', (name, usual, other, wrong, message) => {
    expect(db.all(`PRAGMA ${name}`)).toEqual([[usual]]);
    db.run(`BEGIN; PRAGMA ${name} = ${other}; ROLLBACK`);
    expect(db.all(`PRAGMA ${name}`)).toEqual([[usual]]);
    db.run(`PRAGMA ${name} = ${other}`);
    expect(db.all(`PRAGMA ${name}`)).toEqual([[other]]);
    expect(() => db.run(`PRAGMA ${name} = ${wrong}`)).toThrow(failing('INVALID_VALUE', message));
  });
});
