import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query, rowsOf } from '../../support/sql-session.ts';

const DAY = 24 * 60 * 60 * 1000;

let clock: SimulatedClock;
let disk: MemoryDisk;
let session: Session;
const all = (sql: string, params?: readonly unknown[]): unknown[][] => query(session, sql, params);
const run = (sql: string): void => session.executeScript(sql);
const failing = (code: string, message: RegExp | string) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

function reopen(): void {
  session.close();
  session.engine.close();
  open();
}

function open(): void {
  session = new Session(Engine.open(openMemoryStorage(disk), clock, new SeededRandom(1)));
}

beforeEach(() => {
  clock = new SimulatedClock();
  disk = new MemoryDisk();
  open();
  run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t VALUES (1, 10), (2, 20)');
});

describe('named snapshots', () => {
  test('name the newest committed state, and are rows of helios.snapshots', () => {
    run('CREATE SNAPSHOT first; UPDATE t SET v = v + 1; CREATE SNAPSHOT "second one"; DELETE FROM t');
    expect(all('SELECT v FROM t AS OF SNAPSHOT first')).toEqual([[10], [20]]);
    expect(all("SELECT v FROM t AS OF SNAPSHOT 'FIRST'")).toEqual([[10], [20]]);
    expect(all("SELECT v FROM t AS OF SNAPSHOT 'second one' WHERE id = 2")).toEqual([[21]]);
    expect(all('SELECT v FROM t AS OF SNAPSHOT ? ORDER BY v DESC LIMIT 1', ['first'])).toEqual([[20]]);
    expect(all('SELECT * FROM helios.snapshots')).toEqual([
      ['first', 2, 2, new Date('2026-01-01'), null],
      ['second one', 4, 4, new Date('2026-01-01'), null],
    ]);
    expect(all("SELECT txn FROM helios.snapshots WHERE name = 'Second One'")).toEqual([[4]]);
    // Naming a state changes no row.
    expect(all('SELECT txn, changes FROM helios.transactions WHERE txn IN (3, 5)')).toEqual([
      [3, 0],
      [5, 0],
    ]);
  });

  test('inside of a transaction, name what was committed before it, and are undone with it', () => {
    run('BEGIN; UPDATE t SET v = 0; CREATE SNAPSHOT before_it; UPDATE t SET v = 1');
    expect(all('SELECT v FROM t AS OF SNAPSHOT before_it')).toEqual([[10], [20]]);
    run('SAVEPOINT s; CREATE SNAPSHOT other; DROP SNAPSHOT before_it; ROLLBACK TO s; COMMIT');
    expect(all('SELECT name, txn FROM helios.snapshots')).toEqual([['before_it', 2]]);
    run('BEGIN; CREATE SNAPSHOT other; ROLLBACK');
    expect(() => all('SELECT * FROM t AS OF SNAPSHOT other')).toThrow(
      failing('SNAPSHOT_NOT_FOUND', 'no such snapshot'),
    );
    run('BEGIN READ ONLY');
    expect(() => run('CREATE SNAPSHOT more')).toThrow(failing('TRANSACTION_READ_ONLY', 'read only'));
    run('COMMIT');
  });

  test('survive a reopened file, and a checkpoint', () => {
    run('CREATE SNAPSHOT a');
    reopen();
    run("UPDATE t SET v = 0; CREATE SNAPSHOT b EXPIRES '2026-02-01'; PRAGMA wal_checkpoint; CREATE SNAPSHOT c");
    reopen();
    expect(all('SELECT name, txn, expires_at FROM helios.snapshots ORDER BY name')).toEqual([
      ['a', 2, null],
      ['b', 4, new Date('2026-02-01')],
      ['c', 5, null],
    ]);
    expect(all('SELECT v FROM t AS OF SNAPSHOT a')).toEqual([[10], [20]]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('keep their state readable, until they are dropped', () => {
    run('PRAGMA min_retention_seconds = 0; CREATE SNAPSHOT kept; UPDATE t SET v = 0; PRAGMA user_version = 1');
    session.vacuum();
    run('UPDATE t SET v = 1');
    session.vacuum();
    expect(all('SELECT v FROM t AS OF SNAPSHOT kept')).toEqual([[10], [20]]);
    expect(() => all('SELECT v FROM t AS OF TRANSACTION 2')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer readable'));
    run('DROP SNAPSHOT kept');
    session.vacuum();
    expect(session.engine.oldestReadable).toBe(session.engine.lastTransaction);
    expect(all('SELECT count(*) FROM helios.snapshots')).toEqual([[0]]);
  });

  test('expire, and are gone then', () => {
    run("PRAGMA min_retention_seconds = 0; CREATE SNAPSHOT week EXPIRES '7 days'; CREATE SNAPSHOT day EXPIRES '1 day'");
    run('UPDATE t SET v = 0');
    session.vacuum();
    clock.advanceMillis(DAY);
    expect(all('SELECT v FROM t AS OF SNAPSHOT week')).toEqual([[10], [20]]);
    expect(() => all('SELECT v FROM t AS OF SNAPSHOT day')).toThrow(
      failing('SNAPSHOT_NOT_FOUND', /snapshot "day" expired at 2026-01-02T00:00:00.000Z/),
    );
    expect(() => run('DROP SNAPSHOT day')).toThrow(failing('SNAPSHOT_NOT_FOUND', 'expired'));
    run('DROP SNAPSHOT IF EXISTS day');
    expect(all('SELECT name FROM helios.snapshots')).toEqual([['week']]);
    run('CREATE SNAPSHOT day');
    expect(all('SELECT name, expires_at FROM helios.snapshots ORDER BY name')).toEqual([
      ['day', null],
      ['week', new Date('2026-01-08')],
    ]);
    run('DROP SNAPSHOT day');
    clock.advanceMillis(6 * DAY);
    session.vacuum();
    expect(session.engine.oldestReadable).toBe(session.engine.lastTransaction);
    clock.jumpWallMicros(-2 * DAY * 1000);
    expect(() => all('SELECT v FROM t AS OF SNAPSHOT week')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
  });

  test.each([
    ["'90 seconds'", '2026-01-01T00:01:30.000Z'],
    ["'1 day 12 hours'", '2026-01-02T12:00:00.000Z'],
    ["'1 year 1 month'", '2027-01-31T00:00:00.000Z'],
    ["'2026-03-01 12:00:00'", '2026-03-01T12:00:00.000Z'],
    ["date('now', '+1 month')", '2026-02-01T00:00:00.000Z'],
    ["DATE '2027-01-01'", '2027-01-01T00:00:00.000Z'],
    ["CAST('2027-01-01 01:00:00+01:00' AS TIMESTAMP)", '2027-01-01T00:00:00.000Z'],
    ['4102444800', '2100-01-01T00:00:00.000Z'],
    ['NULL', null],
  ])('EXPIRES %s', (expires, expected) => {
    run(`CREATE SNAPSHOT s EXPIRES ${expires}`);
    expect(all('SELECT expires_at FROM helios.snapshots')).toEqual([[expected === null ? null : new Date(expected)]]);
  });

  test('EXPIRES takes a parameter', () => {
    for (const [i, when] of ['2 hours', new Date('2026-01-01T02:00:00Z'), 1_767_232_800].entries()) {
      session.prepare(`CREATE SNAPSHOT s${i} EXPIRES ?`).run([when]);
      expect(all('SELECT expires_at FROM helios.snapshots WHERE name = ?', [`s${i}`])).toEqual([
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
    ['SELECT * FROM t AS OF SNAPSHOT 5', 'TYPE_MISMATCH', 'AS OF SNAPSHOT cannot take 5'],
    ['SELECT * FROM t AS OF SNAPSHOT NULL', 'TYPE_MISMATCH', 'AS OF SNAPSHOT cannot take NULL'],
  ])('%s: %s', (sql, code, message) => {
    run('CREATE SNAPSHOT known');
    expect(() => all(sql)).toThrow(failing(code, message));
    expect(all('SELECT name FROM helios.snapshots')).toEqual([['known']]);
  });

  test('IF NOT EXISTS and IF EXISTS do nothing where there is nothing to do', () => {
    run('CREATE SNAPSHOT s');
    const { lastTransaction } = session.engine;
    run("CREATE SNAPSHOT IF NOT EXISTS s EXPIRES '1 day'; DROP SNAPSHOT IF EXISTS other");
    expect(session.engine.lastTransaction).toBe(lastTransaction);
    run('CREATE SNAPSHOT IF NOT EXISTS other; DROP SNAPSHOT IF EXISTS s');
    expect(all('SELECT name FROM helios.snapshots')).toEqual([['other']]);
  });

  test('a reader sees those of its instant', () => {
    run('CREATE SNAPSHOT s');
    session.begin({ readOnly: true });
    const other = new Session(session.engine);
    other.executeScript('DROP SNAPSHOT s; CREATE SNAPSHOT later');
    expect(all('SELECT name FROM helios.snapshots')).toEqual([['s']]);
    expect(all('SELECT v FROM t AS OF SNAPSHOT s')).toEqual([[10], [20]]);
    session.commit();
    expect(all('SELECT name FROM helios.snapshots')).toEqual([['later']]);
    expect(all('SELECT name FROM helios.snapshots AS OF TRANSACTION 3')).toEqual([['s']]);
  });

  test('a prepared statement follows the name to another catalogue', () => {
    run('CREATE SNAPSHOT s');
    const statement = session.prepare('SELECT * FROM t AS OF SNAPSHOT s WHERE id = 1');
    expect(rowsOf(statement)).toEqual([[1, 10]]);
    run('ALTER TABLE t ADD COLUMN w DEFAULT 5; DROP SNAPSHOT s; CREATE SNAPSHOT s');
    expect(rowsOf(statement)).toEqual([[1, 10, 5]]);
  });

  test('there are at most max_snapshots of them, not counting those that have expired', () => {
    run("PRAGMA max_snapshots = 2; CREATE SNAPSHOT a EXPIRES '1 hour'; CREATE SNAPSHOT b");
    expect(() => run('CREATE SNAPSHOT c')).toThrow(failing('LIMIT_EXCEEDED', 'there are 2 snapshots'));
    clock.advanceMillis(3_600_000);
    run('CREATE SNAPSHOT c');
    expect(() => run('CREATE SNAPSHOT d')).toThrow(failing('LIMIT_EXCEEDED', 'max_snapshots'));
    run('PRAGMA max_snapshots = 3; CREATE SNAPSHOT d');
    expect(all('PRAGMA max_snapshots')).toEqual([[3]]);
    reopen();
    expect(() => run('CREATE SNAPSHOT e')).toThrow(failing('LIMIT_EXCEEDED', 'max_snapshots'));
    expect(() => run("PRAGMA max_snapshots = 'many'")).toThrow(failing('INVALID_VALUE', 'whole snapshots'));
  });

  test('unless told otherwise, there are many', () => {
    expect(all('PRAGMA max_snapshots')).toEqual([[LIMITS.namedSnapshots]]);
  });
});
