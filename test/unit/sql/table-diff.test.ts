import { beforeEach, describe, expect, test } from 'vitest';
import { failing } from '../../support/failing.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
  db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)', 'INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)');
});

describe('helios_diff()', () => {
  beforeEach(() =>
    db.run('UPDATE t SET v = 11 WHERE id = 1', 'DELETE FROM t WHERE id = 2', 'INSERT INTO t VALUES (4, 40)'),
  );

  test('tells rows that came, went and changed, with old and new values', () => {
    const statement = db.session.prepare("SELECT * FROM helios_diff('t', ?, ?)");
    expect(statement.columns.map(({ name }) => name)).toEqual([
      'operation',
      'key',
      'old_id',
      'new_id',
      'old_v',
      'new_v',
    ]);
    const forth = [
      ['UPDATE', 1, 1, 1, 10, 11],
      ['DELETE', 2, 2, null, 20, null],
      ['INSERT', 4, null, 4, null, 40],
    ];
    expect(rowsOf(statement, [2, 5])).toEqual(forth);
    expect(rowsOf(statement, [5, 2])).toEqual([
      ['UPDATE', 1, 1, 1, 11, 10],
      ['INSERT', 2, null, 2, null, 20],
      ['DELETE', 4, 4, null, 40, null],
    ]);
    expect(rowsOf(statement, [3, 3])).toEqual([]);
    expect(db.all("SELECT * FROM helios_diff('t', 2)")).toEqual(forth);
    db.session.checkpoint();
    expect(db.all("SELECT key FROM helios_diff('t', 2, 4) WHERE operation = 'DELETE'")).toEqual([[2]]);
  });

  test('what changed back is no difference', () => {
    db.run('UPDATE t SET v = 0 WHERE id = 3', 'UPDATE t SET v = 30 WHERE id = 3', 'DELETE FROM t WHERE id = 3');
    db.run('INSERT INTO t VALUES (3, 30), (2, 20)');
    expect(db.all("SELECT operation, key FROM helios_diff('t', 2)")).toEqual([
      ['UPDATE', 1],
      ['INSERT', 4],
    ]);
  });

  test('points are transactions, times and snapshots; a transaction sees its own changes', () => {
    db.clock.advanceMillis(5000);
    db.run('CREATE SNAPSHOT later', 'UPDATE t SET v = 0 WHERE id = 3');
    expect(db.all("SELECT key FROM helios_diff('t', 'snapshot:later')")).toEqual([[3]]);
    expect(db.all("SELECT count(*) FROM helios_diff('t', TIMESTAMP '2020-01-01', '2999-01-01')")).toEqual([[3]]);
    db.session.begin();
    db.run('DELETE FROM t WHERE id = 1');
    expect(db.all("SELECT operation, key FROM helios_diff('t', helios_txn())")).toEqual([['DELETE', 1]]);
    db.session.rollback();
  });

  test('rows are told apart by their primary key, whatever it is', () => {
    db.run(
      'CREATE TABLE k(a TEXT, b BLOB, c, PRIMARY KEY (a, b))',
      "INSERT INTO k VALUES ('x', x'01ff', 1), ('y', x'', 2)",
    );
    const from = db.now;
    db.run('DELETE FROM k', "INSERT INTO k VALUES ('z', x'00', 3), ('x', x'01ff', 1), ('y', x'', 9)");
    expect(db.all(`SELECT operation, key, old_c, new_c FROM helios_diff('k', ${from}) ORDER BY 2`)).toEqual([
      ['UPDATE', '["y", ""]', 2, 9],
      ['INSERT', '["z", "00"]', null, 3],
    ]);
    db.run('CREATE TABLE one(a TEXT PRIMARY KEY, p DECIMAL(5, 2))', "INSERT INTO one VALUES ('n', 1.5)");
    expect(db.all(`SELECT * FROM helios_diff('one', ${db.now - 1})`)).toEqual([
      ['INSERT', 'n', null, 'n', null, '1.50'],
    ]);
    db.run('CREATE TABLE heap(a)', 'INSERT INTO heap VALUES (1), (1)');
    expect(db.all(`SELECT operation, key, new_a FROM helios_diff('heap', ${db.now - 1})`)).toEqual([
      ['INSERT', 1, 1],
      ['INSERT', 2, 1],
    ]);
  });

  test('columns that one of the states has are told of that state', () => {
    db.run(
      'ALTER TABLE t ADD COLUMN w DEFAULT 7',
      'ALTER TABLE t RENAME COLUMN v TO value',
      'UPDATE t SET w = 8 WHERE id = 3',
    );
    const statement = db.session.prepare(`SELECT * FROM helios_diff('t', 5, ${db.now})`);
    expect(statement.columns.slice(4).map(({ name }) => name)).toEqual(['old_v', 'new_value', 'new_w']);
    expect(rowsOf(statement)).toEqual([['UPDATE', 3, 3, 3, 30, 30, 8]]);
    const before = db.now;
    db.run('ALTER TABLE t DROP COLUMN w');
    expect(db.all(`SELECT * FROM helios_diff('t', ${before})`)).toEqual([]);
  });

  test('a table that one of the states does not have is empty there; another table of its name is another', () => {
    expect(db.all("SELECT operation, key, new_v FROM helios_diff('t', 0, 2)")).toHaveLength(3);
    db.run('DROP TABLE t');
    expect(db.all("SELECT operation, key, old_v FROM helios_diff('t', 5) ORDER BY key")).toEqual([
      ['DELETE', 1, 11],
      ['DELETE', 3, 30],
      ['DELETE', 4, 40],
    ]);
    db.run('CREATE TABLE t(a TEXT)', "INSERT INTO t VALUES ('x')");
    expect(db.all("SELECT operation, key, old_v, new_a FROM helios_diff('t', 5) WHERE key < 3")).toEqual([
      ['DELETE', 1, 11, null],
      ['INSERT', 1, null, 'x'],
    ]);
  });

  test.each([
    ["SELECT * FROM helios_diff('no', 1)", 'TABLE_NOT_FOUND', 'no such table "no"'],
    ['SELECT * FROM helios_diff(t, 1)', 'INVALID_STATEMENT', "has to be the table's name as a text"],
    ["SELECT * FROM helios_diff('t')", 'FUNCTION_NOT_FOUND', 'takes 2 or 3 arguments, not 1'],
    ["SELECT * FROM helios_diff('t', 99)", 'INVALID_VALUE', 'whole numbers from 0 to 5'],
    ["SELECT * FROM helios_diff('t', NULL)", 'TYPE_MISMATCH', 'cannot take NULL'],
    ["SELECT * FROM helios_diff('t', 'snapshot:no')", 'SNAPSHOT_NOT_FOUND', 'no such snapshot "no"'],
    ["SELECT * FROM helios_diff('t', 'yesterday')", 'INVALID_VALUE', 'is not a TIMESTAMP'],
  ])('%s: %s', (sql, code, message) => {
    expect(() => db.all(sql)).toThrow(failing(code, message));
  });

  test('views have none', () => {
    db.run('CREATE VIEW w AS SELECT * FROM t');
    expect(() => db.all("SELECT * FROM helios_diff('w', 1)")).toThrow(failing('INVALID_STATEMENT', 'is a view'));
  });
});
