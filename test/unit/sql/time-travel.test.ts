import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query, rowsOf } from '../../support/sql-session.ts';

/** What a database held after one commit. */
interface RecordedState {
  readonly transaction: number;
  readonly scn: number;
  readonly micros: number;
  /** By table: its rows, in order, and how often each value of `k` occurs. */
  readonly tables: ReadonlyMap<string, { readonly rows: unknown[][]; readonly counts: unknown[][] }>;
}

const NAMES = ['a', 'b', 'c'];
const COLUMNS = ['v', 'w', 'x'];

/** A database in memory that somebody changes at random, and that keeps in mind what it was after each commit. */
class History {
  readonly disk = new MemoryDisk();
  readonly clock = new SimulatedClock();
  readonly random: SeededRandom;
  readonly states: RecordedState[] = [];
  session: Session;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.session = this.open();
  }

  private open(): Session {
    const engine = Engine.open(openMemoryStorage(this.disk), this.clock, new SeededRandom(1));
    return new Session(engine, { batchRows: this.random.pick([3, 2048]) });
  }

  reopen(): void {
    this.session.close();
    this.session.engine.close();
    this.session = this.open();
  }

  /** One transaction of a few statements; those that fail leave no trace. */
  change(): void {
    const { random, session, clock } = this;
    clock.advanceMicros(random.below(3) === 0 ? 0 : 1_000_000);
    if (random.below(10) === 0) clock.jumpWallMicros(-5_000_000);
    const before = session.engine.lastTransaction;
    session.begin();
    for (let i = random.between(1, 4); i > 0; i--) this.attempt(this.statement());
    if (random.below(8) === 0) {
      session.savepoint('s');
      this.attempt(this.statement());
      session.rollbackTo('s');
    }
    if (random.below(10) === 0) session.rollback();
    else session.commit();
    if (session.engine.lastTransaction > before) this.record();
  }

  private attempt(sql: string): void {
    try {
      this.session.prepare(sql).run();
    } catch (error) {
      expect(error).toHaveProperty('name', 'HeliosError');
    }
  }

  private statement(): string {
    const { random } = this;
    const table = random.pick(NAMES);
    const column = random.pick(COLUMNS);
    const row = (): string => `(${random.below(9)}, ${random.below(4) === 0 ? 'NULL' : random.below(40)})`;
    const where = `WHERE k % ${random.between(2, 5)} = ${random.below(2)}`;
    switch (random.below(15)) {
      case 0:
      case 1:
        return `CREATE TABLE ${table}(id INTEGER PRIMARY KEY, k INTEGER, v)`;
      case 2:
        return random.below(3) === 0 ? `DROP TABLE ${table}` : `CREATE INDEX ${table}_k ON ${table}(k)`;
      case 3:
        return `DROP INDEX ${table}_k`;
      case 4:
        return `ALTER TABLE ${table} ADD COLUMN ${column} DEFAULT ${random.below(5)}`;
      case 5:
        return `ALTER TABLE ${table} DROP COLUMN ${column}`;
      case 6:
        return random.below(2) === 0
          ? `ALTER TABLE ${table} RENAME COLUMN ${column} TO ${random.pick(COLUMNS)}`
          : `ALTER TABLE ${table} RENAME TO ${random.pick(NAMES)}`;
      case 7:
        return random.below(4) === 0 ? `TRUNCATE ${table}` : `DELETE FROM ${table} ${where}`;
      case 8:
      case 9:
        return `UPDATE ${table} SET k = k + 1, v = ${random.below(100)} ${where}`;
      case 10:
        return `UPDATE ${table} SET id = id + 100 ${where}`;
      default:
        return `INSERT INTO ${table}(k, v) VALUES ${Array.from({ length: random.between(1, 20) }, row).join(', ')}`;
    }
  }

  private record(): void {
    const { engine } = this.session;
    const { lastTransaction: transaction, lastScn: scn, lastMicros: micros } = engine.commitLog;
    this.states.push({ transaction, scn, micros, tables: this.tables('') });
  }

  /** What the tables hold, read with that AS OF behind their names. */
  private tables(asOf: string): RecordedState['tables'] {
    const names = query(this.session, `SELECT name FROM sqlite_schema ${asOf} WHERE type = 'table' ORDER BY name`);
    return new Map(
      names.map(([name]) => {
        const table = `${name} ${asOf}`;
        const rows = query(this.session, `SELECT * FROM ${table} ORDER BY id`);
        const counts = [1, 3, 5].flatMap((k) => query(this.session, `SELECT id FROM ${table} WHERE k = ${k}`).sort());
        return [String(name), { rows, counts: counts.sort() }];
      }),
    );
  }

  /** Compares what AS OF tells of some of the states with what was recorded. */
  verify(): void {
    const { random, states } = this;
    for (let i = 0; i < states.length; i++) {
      if (i % 3 !== random.below(3)) continue;
      const { transaction, scn, micros, tables } = states[i];
      const previous = states[i - 1];
      const text = new Date(Math.floor(micros / 1000)).toISOString();
      const points = [`TRANSACTION ${transaction}`, `TIMESTAMP ${micros / 1e6}`];
      if (scn > (previous?.scn ?? 0)) {
        points.push(`SCN ${scn}`, `SCN ${(previous?.scn ?? 0) + 1}`);
      }
      if (micros % 1000 === 0) points.push(`TIMESTAMP '${text}'`);
      const point = random.pick(points);
      expect({ point, tables: this.tables(`AS OF ${point}`) }).toEqual({ point, tables });
    }
  }
}

describe('every recorded state is what AS OF tells of it', () => {
  test.each(Array.from({ length: 8 }, (_, i) => i + 1))('seed %i', (seed) => {
    const history = new History(seed);
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 12; i++) history.change();
      history.verify();
      const { engine } = history.session;
      if (round % 2 === 0) engine.checkpoint();
      else if (round === 1) engine.vacuum();
      history.verify();
      if (round > 1) history.reopen();
      history.verify();
    }
    expect(history.states.length).toBeGreaterThan(20);
    expect(history.session.engine.check().problems).toEqual([]);
  });
});

describe('AS OF', () => {
  const clock = new SimulatedClock();
  let session: Session;
  const all = (sql: string, params?: readonly unknown[]): unknown[][] => query(session, sql, params);
  const failing = (code: string, message: RegExp | string) =>
    expect.objectContaining({ code, message: expect.stringMatching(message) });

  beforeEach(() => {
    session = new Session(Engine.open(openMemoryStorage(), clock, new SeededRandom(1)));
    session.executeScript('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); CREATE INDEX t_v ON t(v)');
    session.executeScript('INSERT INTO t VALUES (1, 10), (2, 20); UPDATE t SET v = v + 1; DELETE FROM t WHERE id = 1');
  });

  test('a statement is bound anew where its parameter names another catalogue', () => {
    session.executeScript("ALTER TABLE t ADD COLUMN w TEXT DEFAULT 'new'; DROP TABLE t");
    const statement = session.prepare('SELECT * FROM t AS OF TRANSACTION ? ORDER BY id');
    expect(statement.columns.map(({ name }) => name)).toEqual(['id', 'v', 'w']);
    expect(rowsOf(statement, [3])).toEqual([
      [1, 10],
      [2, 20],
    ]);
    expect(rowsOf(statement, [6])).toEqual([[2, 21, 'new']]);
    expect(rowsOf(statement, [4])).toHaveLength(2);
    expect(() => rowsOf(statement, [7])).toThrow(failing('TABLE_NOT_FOUND', 'no such table "t" as of transaction 7'));
  });

  test('point, index and range queries read the instant', () => {
    expect(all('SELECT v FROM t AS OF TRANSACTION 3 WHERE id = 1')).toEqual([[10]]);
    expect(session.prepare('SELECT v FROM t AS OF TRANSACTION ? WHERE id = 1').get([4])).toEqual([11]);
    expect(all('SELECT id FROM t AS OF TRANSACTION 3 WHERE v = 20')).toEqual([[2]]);
    expect(all('SELECT count(*), sum(v) FROM t AS OF TRANSACTION 4')).toEqual([[2, 32]]);
    expect(all('SELECT a.v, b.v FROM t AS OF TRANSACTION 3 AS a LEFT JOIN t AS b ON a.id = b.id ORDER BY 1')).toEqual([
      [10, null],
      [20, 21],
    ]);
  });

  test('views, subqueries, changes: wherever a table can be read', () => {
    session.executeScript('CREATE VIEW old AS SELECT v FROM t AS OF TRANSACTION 3; CREATE VIEW now AS SELECT v FROM t');
    expect(all('SELECT * FROM old')).toEqual([[10], [20]]);
    const { lastTransaction } = session.engine;
    session.executeScript('UPDATE t SET v = 0');
    expect(all(`SELECT * FROM now AS OF TRANSACTION ${lastTransaction}`)).toEqual([[21]]);
    expect(
      all(
        'WITH w AS (SELECT v FROM t AS OF TRANSACTION 4) SELECT (SELECT max(v) FROM w), EXISTS (SELECT 1 FROM t AS OF TRANSACTION 2)',
      ),
    ).toEqual([[21, 0]]);
    session.executeScript(
      'INSERT INTO t SELECT id + 10, v FROM t AS OF TRANSACTION 3; UPDATE t SET v = (SELECT v FROM t AS OF TRANSACTION 3 AS o WHERE o.id = t.id) WHERE id = 2',
    );
    expect(all('SELECT * FROM t ORDER BY id')).toEqual([
      [2, 20],
      [11, 10],
      [12, 20],
    ]);
  });

  test.each([
    ['SELECT * FROM t AS OF TRANSACTION 99', 'INVALID_VALUE', 'TRANSACTION takes whole numbers from 0 to 5'],
    ['SELECT * FROM t AS OF SCN 99', 'INVALID_VALUE', 'SCN takes whole numbers from 0 to 5'],
    ['SELECT * FROM t AS OF TRANSACTION -1', 'INVALID_VALUE', 'from 0'],
    ['SELECT * FROM t AS OF TRANSACTION 1.5', 'INVALID_VALUE', 'from 0'],
    ['SELECT * FROM t AS OF TRANSACTION NULL', 'TYPE_MISMATCH', 'cannot take NULL'],
    ["SELECT * FROM t AS OF SCN 'x'", 'TYPE_MISMATCH', "cannot take 'x'"],
    ["SELECT * FROM t AS OF TIMESTAMP 'yesterday'", 'INVALID_VALUE', 'is not a TIMESTAMP'],
    ['SELECT * FROM t AS OF TRANSACTION (SELECT 1)', 'INVALID_STATEMENT', 'a subquery cannot stand in AS OF'],
    ['SELECT * FROM t AS OF TRANSACTION v', 'COLUMN_NOT_FOUND', 'no such column "v"'],
    ['WITH w AS (SELECT 1) SELECT * FROM w AS OF TRANSACTION 1', 'INVALID_STATEMENT', 'WITH table has no history'],
    ['UPDATE t AS OF TRANSACTION 3 SET v = 1', 'NOT_SUPPORTED', 'AS OF a table that is changed'],
    ['DELETE FROM t AS OF TRANSACTION 3', 'NOT_SUPPORTED', 'AS OF a table that is changed'],
    ['SELECT * FROM t AS OF TRANSACTION 0', 'TABLE_NOT_FOUND', 'as of transaction 0'],
  ])('%s: %s', (sql, code, message) => {
    expect(() => all(sql)).toThrow(failing(code, message));
  });

  test('triggers cannot look back', () => {
    const body = 'BEGIN INSERT INTO t SELECT id + 100, v FROM t AS OF TRANSACTION 3; END';
    session.executeScript(`CREATE TRIGGER r AFTER DELETE ON t ${body}`);
    expect(() => session.executeScript('DELETE FROM t')).toThrow(failing('NOT_SUPPORTED', 'AS OF in a trigger'));
    expect(all('SELECT count(*) FROM t')).toEqual([[1]]);
  });

  test('a reader of an older transaction sees no later ones', () => {
    session.begin({ readOnly: true });
    const other = new Session(session.engine);
    other.executeScript('INSERT INTO t VALUES (9, 9)');
    expect(() => all('SELECT * FROM t AS OF TRANSACTION 6')).toThrow(failing('INVALID_VALUE', 'from 0 to 5'));
    expect(all(`SELECT count(*) FROM t AS OF TIMESTAMP '2999-01-01'`)).toEqual([[1]]);
    session.commit();
    expect(all('SELECT count(*) FROM t AS OF TRANSACTION 6')).toEqual([[2]]);
  });

  test('what a reader of an older catalogue has planned is good for no other', () => {
    const other = new Session(session.engine);
    session.begin({ readOnly: true });
    other.executeScript('ALTER TABLE t ADD COLUMN w DEFAULT 5');
    const statement = session.prepare('SELECT * FROM t');
    expect([rowsOf(statement), all('SELECT * FROM t')]).toEqual([[[2, 21]], [[2, 21]]]);
    session.commit();
    expect([rowsOf(statement), all('SELECT * FROM t')]).toEqual([[[2, 21, 5]], [[2, 21, 5]]]);
  });

  test('what the retention has given up is an error that names the oldest instant', () => {
    session.executeScript('PRAGMA min_retention_seconds = 60');
    clock.advanceMillis(120_000);
    session.executeScript('INSERT INTO t VALUES (5, 5)');
    session.vacuum();
    expect(() => all('SELECT * FROM t AS OF TRANSACTION 3')).toThrow(
      failing('SNAPSHOT_TOO_OLD', /TRANSACTION 3 is no longer readable: the history begins with transaction 6/),
    );
    expect(() => all("SELECT * FROM t AS OF TIMESTAMP '2020-01-01'")).toThrow(
      failing('SNAPSHOT_TOO_OLD', /2020-01-01T00:00:00.000Z is no longer readable/),
    );
    expect(all('SELECT v FROM t AS OF TRANSACTION 6')).toEqual([[21]]);
    session.executeScript('PRAGMA min_retention_seconds = 6000000');
    session.vacuum();
    expect(() => all('SELECT * FROM t AS OF TRANSACTION 3')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
  });

  test('a query that is being read keeps its instant through VACUUM', () => {
    session.executeScript('PRAGMA min_retention_seconds = 0');
    session.executeScript('INSERT INTO t SELECT value + 100, value FROM generate_series(1, 10000)');
    const { lastTransaction } = session.engine;
    session.executeScript('DELETE FROM t');
    const cursor = session.prepare(`SELECT v FROM t AS OF TRANSACTION ${lastTransaction}`).execute();
    let count = cursor.next()?.count ?? 0;
    session.vacuum();
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) count += batch.count;
    expect(count).toBe(10_001);
    session.vacuum();
    expect(() => all(`SELECT v FROM t AS OF TRANSACTION ${lastTransaction}`)).toThrow(failing('SNAPSHOT_TOO_OLD', ''));
  });
});
