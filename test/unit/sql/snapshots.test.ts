import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Session } from '../../../src/sql/session.ts';
import { failing } from '../../support/failing.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

const DAY = 24 * 60 * 60 * 1000;

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
  db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t VALUES (1, 10), (2, 20)');
});

describe('named snapshots', () => {
  test('name the newest committed state, and are rows of helios.snapshots', () => {
    db.run('CREATE SNAPSHOT first; UPDATE t SET v = v + 1; CREATE SNAPSHOT "second one"; DELETE FROM t');
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT first')).toEqual([[10], [20]]);
    expect(db.all("SELECT v FROM t AS OF SNAPSHOT 'FIRST'")).toEqual([[10], [20]]);
    expect(db.all("SELECT v FROM t AS OF SNAPSHOT 'second one' WHERE id = 2")).toEqual([[21]]);
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT ? ORDER BY v DESC LIMIT 1', ['first'])).toEqual([[20]]);
    expect(db.all('SELECT * FROM helios.snapshots')).toEqual([
      ['first', 2, 2, new Date('2026-01-01'), null],
      ['second one', 4, 4, new Date('2026-01-01'), null],
    ]);
    expect(db.all("SELECT txn FROM helios.snapshots WHERE name = 'Second One'")).toEqual([[4]]);
    // Naming a state changes no row.
    expect(db.all('SELECT txn, changes FROM helios.transactions WHERE txn IN (3, 5)')).toEqual([
      [3, 0],
      [5, 0],
    ]);
  });

  test('inside of a transaction, name what was committed before it, and are undone with it', () => {
    db.run('BEGIN; UPDATE t SET v = 0; CREATE SNAPSHOT before_it; UPDATE t SET v = 1');
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT before_it')).toEqual([[10], [20]]);
    db.run('SAVEPOINT s; CREATE SNAPSHOT other; DROP SNAPSHOT before_it; ROLLBACK TO s; COMMIT');
    expect(db.all('SELECT name, txn FROM helios.snapshots')).toEqual([['before_it', 2]]);
    db.run('BEGIN; CREATE SNAPSHOT other; ROLLBACK');
    expect(() => db.all('SELECT * FROM t AS OF SNAPSHOT other')).toThrow(
      failing('SNAPSHOT_NOT_FOUND', 'no such snapshot'),
    );
    db.run('BEGIN READ ONLY');
    expect(() => db.run('CREATE SNAPSHOT more')).toThrow(failing('TRANSACTION_READ_ONLY', 'read only'));
    db.run('COMMIT');
  });

  test('survive a reopened file, and a checkpoint', () => {
    db.run('CREATE SNAPSHOT a');
    db.reopen();
    db.run("UPDATE t SET v = 0; CREATE SNAPSHOT b EXPIRES '2026-02-01'; PRAGMA wal_checkpoint; CREATE SNAPSHOT c");
    db.reopen();
    expect(db.all('SELECT name, txn, expires_at FROM helios.snapshots ORDER BY name')).toEqual([
      ['a', 2, null],
      ['b', 4, new Date('2026-02-01')],
      ['c', 5, null],
    ]);
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT a')).toEqual([[10], [20]]);
    expect(db.engine.check().problems).toEqual([]);
  });

  test('keep their state readable, until they are dropped', () => {
    db.run('PRAGMA min_retention_seconds = 0; CREATE SNAPSHOT kept; UPDATE t SET v = 0; PRAGMA user_version = 1');
    db.session.vacuum();
    db.run('UPDATE t SET v = 1');
    db.session.vacuum();
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT kept')).toEqual([[10], [20]]);
    expect(() => db.all('SELECT v FROM t AS OF TRANSACTION 2')).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'no longer readable'),
    );
    db.run('DROP SNAPSHOT kept');
    db.session.vacuum();
    expect(db.engine.oldestReadable).toBe(db.engine.lastTransaction);
    expect(db.all('SELECT count(*) FROM helios.snapshots')).toEqual([[0]]);
  });

  test('expire, and are gone then', () => {
    db.run(
      "PRAGMA min_retention_seconds = 0; CREATE SNAPSHOT week EXPIRES '7 days'; CREATE SNAPSHOT day EXPIRES '1 day'",
    );
    db.run('UPDATE t SET v = 0');
    db.session.vacuum();
    db.clock.advanceMillis(DAY);
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT week')).toEqual([[10], [20]]);
    expect(() => db.all('SELECT v FROM t AS OF SNAPSHOT day')).toThrow(
      failing('SNAPSHOT_NOT_FOUND', /snapshot "day" expired at 2026-01-02T00:00:00.000Z/),
    );
    expect(() => db.run('DROP SNAPSHOT day')).toThrow(failing('SNAPSHOT_NOT_FOUND', 'expired'));
    db.run('DROP SNAPSHOT IF EXISTS day');
    expect(db.all('SELECT name FROM helios.snapshots')).toEqual([['week']]);
    db.run('CREATE SNAPSHOT day');
    expect(db.all('SELECT name, expires_at FROM helios.snapshots ORDER BY name')).toEqual([
      ['day', null],
      ['week', new Date('2026-01-08')],
    ]);
    db.run('DROP SNAPSHOT day');
    db.clock.advanceMillis(6 * DAY);
    db.session.vacuum();
    expect(db.engine.oldestReadable).toBe(db.engine.lastTransaction);
    db.clock.jumpWallMicros(-2 * DAY * 1000);
    expect(() => db.all('SELECT v FROM t AS OF SNAPSHOT week')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
  });

  test.each([
    ["'90 seconds'", '2026-01-01T00:01:30.000Z'],
    ["'1 day 12 hours'", '2026-01-02T12:00:00.000Z'],
    ["INTERVAL '1.5 days'", '2026-01-02T12:00:00.000Z'],
    ["now() + INTERVAL '1 month'", '2026-02-01T00:00:00.000Z'],
    ["'1 year 1 month'", '2027-01-31T00:00:00.000Z'],
    ["'2026-03-01 12:00:00'", '2026-03-01T12:00:00.000Z'],
    ["date('now', '+1 month')", '2026-02-01T00:00:00.000Z'],
    ["DATE '2027-01-01'", '2027-01-01T00:00:00.000Z'],
    ["CAST('2027-01-01 01:00:00+01:00' AS TIMESTAMP)", '2027-01-01T00:00:00.000Z'],
    ['4102444800', '2100-01-01T00:00:00.000Z'],
    ['NULL', null],
  ])('EXPIRES %s', (expires, expected) => {
    db.run(`CREATE SNAPSHOT s EXPIRES ${expires}`);
    expect(db.all('SELECT expires_at FROM helios.snapshots')).toEqual([
      [expected === null ? null : new Date(expected)],
    ]);
  });

  test('EXPIRES takes a parameter', () => {
    for (const [i, when] of ['2 hours', new Date('2026-01-01T02:00:00Z'), 1_767_232_800].entries()) {
      db.session.prepare(`CREATE SNAPSHOT s${i} EXPIRES ?`).run([when]);
      expect(db.all('SELECT expires_at FROM helios.snapshots WHERE name = ?', [`s${i}`])).toEqual([
        [new Date('2026-01-01T02:00:00Z')],
      ]);
    }
  });

  test.each([
    ['CREATE SNAPSHOT known', 'SNAPSHOT_EXISTS', 'snapshot "known" exists already'],
    ['CREATE SNAPSHOT KNOWN', 'SNAPSHOT_EXISTS', 'snapshot "known" exists already'],
    ["CREATE SNAPSHOT s EXPIRES '2020-01-01'", 'INVALID_VALUE', 'cannot expire at 2020-01-01T00:00:00.000Z'],
    ["CREATE SNAPSHOT s EXPIRES '-7 days'", 'INVALID_VALUE', 'cannot expire at 2025-12-25T00:00:00.000Z'],
    ["CREATE SNAPSHOT s EXPIRES '0 days'", 'INVALID_VALUE', 'not in the future'],
    ["CREATE SNAPSHOT s EXPIRES 'soon'", 'INVALID_VALUE', '"soon" is not a TIMESTAMP'],
    ['CREATE SNAPSHOT s EXPIRES (SELECT 1)', 'INVALID_STATEMENT', 'a subquery cannot stand in EXPIRES'],
    ['CREATE SNAPSHOT s EXPIRES v', 'COLUMN_NOT_FOUND', 'no such column "v"'],
    ['CREATE SNAPSHOT', 'SYNTAX_ERROR', 'a snapshot name'],
    ['DROP SNAPSHOT knwon', 'SNAPSHOT_NOT_FOUND', 'no such snapshot "knwon"; did you mean "known"?'],
    ['SELECT * FROM t AS OF SNAPSHOT knwon', 'SNAPSHOT_NOT_FOUND', /did you mean "known"\?[\s\S]*line 1/],
    ['SELECT * FROM t AS OF SNAPSHOT 5', 'TYPE_MISMATCH', 'SNAPSHOT cannot take 5'],
    ['SELECT * FROM t AS OF SNAPSHOT NULL', 'TYPE_MISMATCH', 'SNAPSHOT cannot take NULL'],
  ])('%s: %s', (sql, code, message) => {
    db.run('CREATE SNAPSHOT known');
    expect(() => db.all(sql)).toThrow(failing(code, message));
    expect(db.all('SELECT name FROM helios.snapshots')).toEqual([['known']]);
  });

  test('IF NOT EXISTS and IF EXISTS do nothing where there is nothing to do', () => {
    db.run('CREATE SNAPSHOT s');
    const { lastTransaction } = db.engine;
    db.run("CREATE SNAPSHOT IF NOT EXISTS s EXPIRES '1 day'; DROP SNAPSHOT IF EXISTS other");
    expect(db.engine.lastTransaction).toBe(lastTransaction);
    db.run('CREATE SNAPSHOT IF NOT EXISTS other; DROP SNAPSHOT IF EXISTS s');
    expect(db.all('SELECT name FROM helios.snapshots')).toEqual([['other']]);
  });

  test('a reader sees those of its instant', () => {
    db.run('CREATE SNAPSHOT s');
    db.session.begin({ readOnly: true });
    const other = new Session(db.engine);
    other.executeScript('DROP SNAPSHOT s; CREATE SNAPSHOT later');
    expect(db.all('SELECT name FROM helios.snapshots')).toEqual([['s']]);
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT s')).toEqual([[10], [20]]);
    db.session.commit();
    expect(db.all('SELECT name FROM helios.snapshots')).toEqual([['later']]);
    expect(db.all('SELECT name FROM helios.snapshots AS OF TRANSACTION 3')).toEqual([['s']]);
  });

  test('a prepared statement follows the name to another catalogue', () => {
    db.run('CREATE SNAPSHOT s');
    const statement = db.session.prepare('SELECT * FROM t AS OF SNAPSHOT s WHERE id = 1');
    expect(rowsOf(statement)).toEqual([[1, 10]]);
    db.run('ALTER TABLE t ADD COLUMN w DEFAULT 5; DROP SNAPSHOT s; CREATE SNAPSHOT s');
    expect(rowsOf(statement)).toEqual([[1, 10, 5]]);
  });

  test('a prepared statement finds what has the name now, for whoever asks', () => {
    db.run('CREATE SNAPSHOT s; UPDATE t SET v = 11 WHERE id = 1');
    const statement = new Session(db.engine).prepare('SELECT v FROM t AS OF SNAPSHOT s WHERE id = 1');
    expect(rowsOf(statement)).toEqual([[10]]);
    // Whoever is dropping it finds none; others find it until then.
    db.run('BEGIN; DROP SNAPSHOT s');
    expect(() => db.all('SELECT v FROM t AS OF SNAPSHOT s')).toThrow(failing('SNAPSHOT_NOT_FOUND', 's'));
    expect(rowsOf(statement)).toEqual([[10]]);
    db.run('ROLLBACK');
    expect(db.all('SELECT v FROM t AS OF SNAPSHOT s WHERE id = 1')).toEqual([[10]]);
    db.run('DROP SNAPSHOT s; CREATE SNAPSHOT s');
    expect(rowsOf(statement)).toEqual([[11]]);
    db.run('DROP SNAPSHOT s');
    expect(() => rowsOf(statement)).toThrow(failing('SNAPSHOT_NOT_FOUND', 's'));
  });

  test('there are at most max_snapshots of them, not counting those that have expired', () => {
    db.run("PRAGMA max_snapshots = 2; CREATE SNAPSHOT a EXPIRES '1 hour'; CREATE SNAPSHOT b");
    expect(() => db.run('CREATE SNAPSHOT c')).toThrow(failing('LIMIT_EXCEEDED', 'there are 2 snapshots'));
    db.clock.advanceMillis(3_600_000);
    db.run('CREATE SNAPSHOT c');
    expect(() => db.run('CREATE SNAPSHOT d')).toThrow(failing('LIMIT_EXCEEDED', 'max_snapshots'));
    db.run('PRAGMA max_snapshots = 3; CREATE SNAPSHOT d');
    expect(db.all('PRAGMA max_snapshots')).toEqual([[3]]);
    db.reopen();
    expect(() => db.run('CREATE SNAPSHOT e')).toThrow(failing('LIMIT_EXCEEDED', 'max_snapshots'));
    expect(() => db.run("PRAGMA max_snapshots = 'many'")).toThrow(failing('INVALID_VALUE', 'whole snapshots'));
  });

  test('unless told otherwise, there are many', () => {
    expect(db.all('PRAGMA max_snapshots')).toEqual([[LIMITS.namedSnapshots]]);
  });
});
