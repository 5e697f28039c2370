import { beforeEach, describe, expect, test } from 'vitest';
import { Session } from '../../../src/sql/session.ts';
import { failing } from '../../support/failing.ts';
import { query } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

const HOUR_MILLIS = 3_600_000;

let db: TestDatabase;
const versions = (table: string): unknown =>
  db.all(`SELECT sum(rows) FROM helios.segments WHERE table_name = '${table}'`)[0][0];

beforeEach(() => {
  db = new TestDatabase();
});

describe('WITH (history = …)', () => {
  test("a table's own time, shorter than the database's", () => {
    db.run("CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = '12 hours'); CREATE TABLE u(v)");
    db.run('INSERT INTO t VALUES (1, 10); INSERT INTO u VALUES (10)');
    const [, first] = [db.run('UPDATE t SET v = 11; UPDATE u SET v = 11'), db.now];
    db.clock.advanceMillis(13 * HOUR_MILLIS);
    db.run('UPDATE t SET v = 12; UPDATE u SET v = 12');
    const second = db.now - 1;
    db.session.vacuum();
    const check = (): void => {
      expect(db.all(`SELECT v FROM u AS OF TRANSACTION ${first - 2}`)).toEqual([[10]]);
      expect(db.all(`SELECT v FROM t AS OF TRANSACTION ${second - 1}`)).toEqual([[11]]);
      const begins = `the history begins with transaction ${first}, committed at 2026-01-01T00:00`;
      expect(() => db.all(`SELECT v FROM t AS OF TRANSACTION ${first - 2}`)).toThrow(
        failing('SNAPSHOT_TOO_OLD', begins),
      );
      expect(db.all("SELECT history_seconds, oldest_txn FROM helios.tables WHERE name = 't'")).toEqual([
        [43_200, first],
      ]);
    };
    check();
    db.reopen();
    check();
    // All tables at one instant: each of them tells for itself.
    db.session.begin({ asOf: { transaction: first - 2 } });
    expect(db.all('SELECT v FROM u')).toEqual([[10]]);
    expect(() => db.all('SELECT v FROM t')).toThrow(
      failing('SNAPSHOT_TOO_OLD', `of table "t" is no longer readable: its history begins with transaction ${first}`),
    );
    db.session.commit();
    expect(versions('t')).toBe(2);
    expect(versions('u')).toBe(3);
  });

  test("longer than the database's: rows, definitions and keys of indexes stay", () => {
    db.run('PRAGMA min_retention_seconds = 60');
    db.run("CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = '10 years'); CREATE TABLE u(v)");
    db.run('CREATE INDEX t_twice ON t(v * 2); INSERT INTO t VALUES (1, 10); INSERT INTO u VALUES (10)');
    const first = db.now;
    db.clock.advanceMillis(HOUR_MILLIS);
    db.run("UPDATE t SET v = 11; UPDATE u SET v = 11; ALTER TABLE t ADD COLUMN w DEFAULT 'new'; DROP INDEX t_twice");
    db.clock.advanceMillis(HOUR_MILLIS);
    db.run('INSERT INTO t VALUES (2, 20, NULL)');
    db.session.vacuum();
    const check = (): void => {
      expect(db.all(`SELECT * FROM t AS OF TRANSACTION ${first} WHERE v * 2 = 20`)).toEqual([[1, 10]]);
      expect(db.all('SELECT * FROM t ORDER BY id')).toEqual([
        [1, 11, 'new'],
        [2, 20, null],
      ]);
      expect(() => db.all(`SELECT v FROM u AS OF TRANSACTION ${first}`)).toThrow(failing('SNAPSHOT_TOO_OLD', 'begins'));
      expect(db.engine.check().problems).toEqual([]);
    };
    check();
    db.reopen();
    check();
    db.run('DROP TABLE t');
    db.clock.advanceMillis(HOUR_MILLIS);
    db.run('INSERT INTO u VALUES (1)');
    db.session.vacuum();
    db.reopen();
    expect(db.all(`SELECT * FROM t AS OF TRANSACTION ${first}`)).toEqual([[1, 10]]);
  });

  test('off: what is over is gone, but for readers', () => {
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v) WITH (history = off)');
    db.run('INSERT INTO t SELECT value, 1 FROM generate_series(1, 100)');
    const first = db.now;
    const reader = new Session(db.engine);
    reader.begin({ readOnly: true });
    db.run('UPDATE t SET v = 2');
    const none = failing('SNAPSHOT_TOO_OLD', `table "t" keeps no history: .* not as of transaction ${first}`);
    const check = (): void => {
      expect(db.all('SELECT sum(v) FROM t')).toEqual([[200]]);
      expect(db.all(`SELECT sum(v) FROM t AS OF TRANSACTION ${db.now}`)).toEqual([[200]]);
      expect(() => db.all(`SELECT sum(v) FROM t AS OF TRANSACTION ${first}`)).toThrow(none);
      expect(() => db.all(`SELECT v FROM t AS OF TRANSACTION ${first} WHERE id = 5`)).toThrow(none);
    };
    check();
    db.session.checkpoint();
    check();
    expect(query(reader, 'SELECT sum(v) FROM t')).toEqual([[100]]);
    reader.commit();
    expect(versions('t')).toBe(200);
    db.session.vacuum();
    expect(versions('t')).toBe(100);
    check();
    db.session.begin({ asOf: { transaction: first } });
    expect(() => db.all('SELECT sum(v) FROM t')).toThrow(none);
    db.session.commit();
    db.reopen();
    check();
  });

  test('ALTER TABLE … SET changes it, and brings nothing back', () => {
    db.run('CREATE TABLE t(v, w /* kept */)');
    db.run('INSERT INTO t VALUES (1, 1)');
    const first = db.now;
    db.run("ALTER TABLE t SET (history = '1 hour')");
    expect(db.all("SELECT sql FROM sqlite_schema WHERE name = 't'")).toEqual([
      ["CREATE TABLE t(v, w /* kept */) WITH (history = '1 hour')"],
    ]);
    db.run('UPDATE t SET v = 2');
    db.clock.advanceMillis(2 * HOUR_MILLIS);
    db.run('UPDATE t SET v = 3');
    db.session.vacuum();
    expect(() => db.all(`SELECT v FROM t AS OF TRANSACTION ${first}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'no longer'),
    );
    db.run("ALTER TABLE t SET (history = 'default')");
    expect(db.all("SELECT sql FROM sqlite_schema WHERE name = 't'")[0][0]).toMatch(/WITH \(history = 'default'\)$/);
    db.session.vacuum();
    expect(() => db.all(`SELECT v FROM t AS OF TRANSACTION ${first}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'no longer'),
    );
    expect(db.all(`SELECT v FROM t AS OF TRANSACTION ${db.now - 1}`)).toEqual([[3]]);
    expect(db.all("SELECT history_seconds FROM helios.tables WHERE name = 't'")).toEqual([[null]]);
  });

  test('the text that makes a table has its options, whatever made it', () => {
    db.run("CREATE TABLE a(x) WITH (history = '2 days'); ALTER TABLE a ADD COLUMN y; ALTER TABLE a RENAME TO b");
    db.run("CREATE TABLE c WITH (history = 'off') AS SELECT 1 AS x");
    expect(db.all('SELECT sql FROM sqlite_schema')).toEqual([
      [`CREATE TABLE "b"(x, y) WITH (history = '2 days')`],
      ["CREATE TABLE c(x) WITH (history = 'off')"],
    ]);
    expect(db.all('SELECT history_seconds FROM helios.tables ORDER BY name')).toEqual([[172_800], [0]]);
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
    expect(() => db.run(sql)).toThrow(failing('INVALID_DEFINITION', message));
  });
});
