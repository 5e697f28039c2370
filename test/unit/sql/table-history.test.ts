import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query } from '../../support/sql-session.ts';

const HOUR_MILLIS = 3_600_000;

let disk: MemoryDisk;
let clock: SimulatedClock;
let session: Session;

function open(): Session {
  return new Session(Engine.open(openMemoryStorage(disk), clock, new SeededRandom(1)));
}

function reopen(): void {
  session.close();
  session.engine.close();
  session = open();
}

const run = (sql: string): void => session.executeScript(sql);
const all = (sql: string): unknown[][] => query(session, sql);
const now = (): number => session.engine.lastTransaction;
const failing = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const versions = (table: string): unknown =>
  all(`SELECT sum(rows) FROM helios.segments WHERE table_name = '${table}'`)[0][0];

beforeEach(() => {
  disk = new MemoryDisk();
  clock = new SimulatedClock();
  session = open();
});

describe('WITH (history = …)', () => {
  test("a table's own time, shorter than the database's", () => {
    run("CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = '12 hours'); CREATE TABLE u(v)");
    run('INSERT INTO t VALUES (1, 10); INSERT INTO u VALUES (10)');
    const [, first] = [run('UPDATE t SET v = 11; UPDATE u SET v = 11'), now()];
    clock.advanceMillis(13 * HOUR_MILLIS);
    run('UPDATE t SET v = 12; UPDATE u SET v = 12');
    const second = now() - 1;
    session.vacuum();
    const check = (): void => {
      expect(all(`SELECT v FROM u AS OF TRANSACTION ${first - 2}`)).toEqual([[10]]);
      expect(all(`SELECT v FROM t AS OF TRANSACTION ${second - 1}`)).toEqual([[11]]);
      const begins = `the history begins with transaction ${first}, committed at 2026-01-01T00:00`;
      expect(() => all(`SELECT v FROM t AS OF TRANSACTION ${first - 2}`)).toThrow(failing('SNAPSHOT_TOO_OLD', begins));
      expect(all("SELECT history_seconds, oldest_txn FROM helios.tables WHERE name = 't'")).toEqual([[43_200, first]]);
    };
    check();
    reopen();
    check();
    // All tables at one instant: each of them tells for itself.
    session.begin({ asOf: { transaction: first - 2 } });
    expect(all('SELECT v FROM u')).toEqual([[10]]);
    expect(() => all('SELECT v FROM t')).toThrow(
      failing('SNAPSHOT_TOO_OLD', `of table "t" is no longer readable: its history begins with transaction ${first}`),
    );
    session.commit();
    expect(versions('t')).toBe(2);
    expect(versions('u')).toBe(3);
  });

  test("longer than the database's: rows, definitions and keys of indexes stay", () => {
    run('PRAGMA min_retention_seconds = 60');
    run("CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = '10 years'); CREATE TABLE u(v)");
    run('CREATE INDEX t_twice ON t(v * 2); INSERT INTO t VALUES (1, 10); INSERT INTO u VALUES (10)');
    const first = now();
    clock.advanceMillis(HOUR_MILLIS);
    run("UPDATE t SET v = 11; UPDATE u SET v = 11; ALTER TABLE t ADD COLUMN w DEFAULT 'new'; DROP INDEX t_twice");
    clock.advanceMillis(HOUR_MILLIS);
    run('INSERT INTO t VALUES (2, 20, NULL)');
    session.vacuum();
    const check = (): void => {
      expect(all(`SELECT * FROM t AS OF TRANSACTION ${first} WHERE v * 2 = 20`)).toEqual([[1, 10]]);
      expect(all('SELECT * FROM t ORDER BY id')).toEqual([
        [1, 11, 'new'],
        [2, 20, null],
      ]);
      expect(() => all(`SELECT v FROM u AS OF TRANSACTION ${first}`)).toThrow(failing('SNAPSHOT_TOO_OLD', 'begins'));
      expect(session.engine.check().problems).toEqual([]);
    };
    check();
    reopen();
    check();
    run('DROP TABLE t');
    clock.advanceMillis(HOUR_MILLIS);
    run('INSERT INTO u VALUES (1)');
    session.vacuum();
    reopen();
    expect(all(`SELECT * FROM t AS OF TRANSACTION ${first}`)).toEqual([[1, 10]]);
  });

  test('off: what is over is gone, but for readers', () => {
    run('CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = off)');
    run('INSERT INTO t SELECT value, 1 FROM generate_series(1, 100)');
    const first = now();
    const reader = new Session(session.engine);
    reader.begin({ readOnly: true });
    run('UPDATE t SET v = 2');
    const none = failing('SNAPSHOT_TOO_OLD', `table "t" keeps no history: .* not as of transaction ${first}`);
    const check = (): void => {
      expect(all('SELECT sum(v) FROM t')).toEqual([[200]]);
      expect(all(`SELECT sum(v) FROM t AS OF TRANSACTION ${now()}`)).toEqual([[200]]);
      expect(() => all(`SELECT sum(v) FROM t AS OF TRANSACTION ${first}`)).toThrow(none);
      expect(() => all(`SELECT v FROM t AS OF TRANSACTION ${first} WHERE id = 5`)).toThrow(none);
    };
    check();
    session.checkpoint();
    check();
    expect(query(reader, 'SELECT sum(v) FROM t')).toEqual([[100]]);
    reader.commit();
    expect(versions('t')).toBe(200);
    session.vacuum();
    expect(versions('t')).toBe(100);
    check();
    session.begin({ asOf: { transaction: first } });
    expect(() => all('SELECT sum(v) FROM t')).toThrow(none);
    session.commit();
    reopen();
    check();
  });

  test('ALTER TABLE … SET changes it, and brings nothing back', () => {
    run('CREATE TABLE t(v, w /* kept */)');
    run('INSERT INTO t VALUES (1, 1)');
    const first = now();
    run("ALTER TABLE t SET (history = '1 hour')");
    expect(all("SELECT sql FROM sqlite_schema WHERE name = 't'")).toEqual([
      ["CREATE TABLE t(v, w /* kept */) WITH (history = '1 hour')"],
    ]);
    run('UPDATE t SET v = 2');
    clock.advanceMillis(2 * HOUR_MILLIS);
    run('UPDATE t SET v = 3');
    session.vacuum();
    expect(() => all(`SELECT v FROM t AS OF TRANSACTION ${first}`)).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
    run("ALTER TABLE t SET (history = 'default')");
    expect(all("SELECT sql FROM sqlite_schema WHERE name = 't'")[0][0]).toMatch(/WITH \(history = 'default'\)$/);
    session.vacuum();
    expect(() => all(`SELECT v FROM t AS OF TRANSACTION ${first}`)).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
    expect(all(`SELECT v FROM t AS OF TRANSACTION ${now() - 1}`)).toEqual([[3]]);
    expect(all("SELECT history_seconds FROM helios.tables WHERE name = 't'")).toEqual([[null]]);
  });

  test('the text that makes a table has its options, whatever made it', () => {
    run("CREATE TABLE a(x) WITH (history = '2 days'); ALTER TABLE a ADD COLUMN y; ALTER TABLE a RENAME TO b");
    run("CREATE TABLE c WITH (history = 'off') AS SELECT 1 AS x");
    expect(all('SELECT sql FROM sqlite_schema')).toEqual([
      [`CREATE TABLE "b"(x, y) WITH (history = '2 days')`],
      ["CREATE TABLE c(x) WITH (history = 'off')"],
    ]);
    expect(all('SELECT history_seconds FROM helios.tables ORDER BY name')).toEqual([[172_800], [0]]);
  });

  test.each([
    ['CREATE TABLE t(a) WITH (histroy = off)', 'a table has no option "histroy"; did you mean "history"'],
    ["CREATE TABLE t(a) WITH (history = 'soon')", "history takes 'off', 'default', or a time"],
    ["CREATE TABLE t(a) WITH (history = '-1 day')", 'history takes'],
    ['CREATE TABLE t(a) WITH (history = 5)', 'history takes'],
    ['CREATE TABLE t(a) WITH (history)', 'history takes'],
    ["CREATE TABLE t(a) WITH (history = off, history = '1 day')", 'given twice'],
    ['CREATE TEMP TABLE t(a) WITH (history = off)', 'a temporary table has no options'],
    ['CREATE TABLE t(a); ALTER TABLE t SET (autovacuum = on)', 'a table has no option "autovacuum"'],
  ])('%s', (sql, message) => {
    expect(() => run(sql)).toThrow(failing('INVALID_DEFINITION', message));
  });
});
