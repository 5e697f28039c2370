import { beforeEach, describe, expect, test } from 'vitest';
import { Session } from '../../../src/sql/session.ts';
import { failing } from '../../support/failing.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

describe('AS OF', () => {
  let db: TestDatabase;

  beforeEach(() => {
    db = new TestDatabase();
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER); CREATE INDEX t_v ON t(v)');
    db.run('INSERT INTO t VALUES (1, 10), (2, 20); UPDATE t SET v = v + 1; DELETE FROM t WHERE id = 1');
  });

  test('a statement is bound anew where its parameter names another catalogue', () => {
    db.run("ALTER TABLE t ADD COLUMN w TEXT DEFAULT 'new'; DROP TABLE t");
    const statement = db.session.prepare('SELECT * FROM t AS OF TRANSACTION ? ORDER BY id');
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
    expect(db.all('SELECT v FROM t AS OF TRANSACTION 3 WHERE id = 1')).toEqual([[10]]);
    expect(db.session.prepare('SELECT v FROM t AS OF TRANSACTION ? WHERE id = 1').get([4])).toEqual([11]);
    expect(db.all('SELECT id FROM t AS OF TRANSACTION 3 WHERE v = 20')).toEqual([[2]]);
    expect(db.all('SELECT count(*), sum(v) FROM t AS OF TRANSACTION 4')).toEqual([[2, 32]]);
    expect(
      db.all('SELECT a.v, b.v FROM t AS OF TRANSACTION 3 AS a LEFT JOIN t AS b ON a.id = b.id ORDER BY 1'),
    ).toEqual([
      [10, null],
      [20, 21],
    ]);
  });

  test('views, subqueries, changes: wherever a table can be read', () => {
    db.run('CREATE VIEW old AS SELECT v FROM t AS OF TRANSACTION 3; CREATE VIEW now AS SELECT v FROM t');
    expect(db.all('SELECT * FROM old')).toEqual([[10], [20]]);
    const { lastTransaction } = db.engine;
    db.run('UPDATE t SET v = 0');
    expect(db.all(`SELECT * FROM now AS OF TRANSACTION ${lastTransaction}`)).toEqual([[21]]);
    expect(
      db.all(
        'WITH w AS (SELECT v FROM t AS OF TRANSACTION 4) SELECT (SELECT max(v) FROM w), EXISTS (SELECT 1 FROM t AS OF TRANSACTION 2)',
      ),
    ).toEqual([[21, 0]]);
    db.run(
      'INSERT INTO t SELECT id + 10, v FROM t AS OF TRANSACTION 3; UPDATE t SET v = (SELECT v FROM t AS OF TRANSACTION 3 AS o WHERE o.id = t.id) WHERE id = 2',
    );
    expect(db.all('SELECT * FROM t ORDER BY id')).toEqual([
      [2, 20],
      [11, 10],
      [12, 20],
    ]);
  });

  test.each([
    ['SELECT * FROM t AS OF TRANSACTION 99', 'INVALID_VALUE', 'whole numbers from 0 to 5'],
    ['SELECT * FROM t AS OF SCN 99', 'INVALID_VALUE', 'whole numbers from 0 to 5'],
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
    expect(() => db.all(sql)).toThrow(failing(code, message));
  });

  test('a table that was not there yet, or no longer, says when it was', () => {
    db.run('CREATE TABLE brief (a); DROP TABLE brief');
    const sql = 'SELECT * FROM brief AS OF TRANSACTION';
    expect(() => db.all(`${sql} 2`)).toThrow(failing('TABLE_NOT_FOUND', 'It is there from transaction 6 on.'));
    expect(() => db.all(`${sql} 7`)).toThrow(failing('TABLE_NOT_FOUND', 'It was there until transaction 6.'));
    expect(db.all(`${sql} 6`)).toEqual([]);
  });

  test('a reader of an older transaction sees no later ones', () => {
    db.session.begin({ readOnly: true });
    const other = new Session(db.engine);
    other.executeScript('INSERT INTO t VALUES (9, 9)');
    expect(() => db.all('SELECT * FROM t AS OF TRANSACTION 6')).toThrow(failing('INVALID_VALUE', 'from 0 to 5'));
    expect(db.all(`SELECT count(*) FROM t AS OF TIMESTAMP '2999-01-01'`)).toEqual([[1]]);
    db.session.commit();
    expect(db.all('SELECT count(*) FROM t AS OF TRANSACTION 6')).toEqual([[2]]);
  });

  test('what a reader of an older catalogue has planned is good for no other', () => {
    const other = new Session(db.engine);
    db.session.begin({ readOnly: true });
    other.executeScript('ALTER TABLE t ADD COLUMN w DEFAULT 5');
    const statement = db.session.prepare('SELECT * FROM t');
    expect([rowsOf(statement), db.all('SELECT * FROM t')]).toEqual([[[2, 21]], [[2, 21]]]);
    db.session.commit();
    expect([rowsOf(statement), db.all('SELECT * FROM t')]).toEqual([[[2, 21, 5]], [[2, 21, 5]]]);
  });

  test('what the retention has given up is an error that names the oldest instant', () => {
    db.run('PRAGMA min_retention_seconds = 60');
    db.clock.advanceMillis(120_000);
    db.run('INSERT INTO t VALUES (5, 5)');
    db.session.vacuum();
    expect(() => db.all('SELECT * FROM t AS OF TRANSACTION 3')).toThrow(
      failing('SNAPSHOT_TOO_OLD', /TRANSACTION 3 is no longer readable: the history begins with transaction 6/),
    );
    expect(() => db.all("SELECT * FROM t AS OF TIMESTAMP '2020-01-01'")).toThrow(
      failing('SNAPSHOT_TOO_OLD', /2020-01-01T00:00:00.000Z is no longer readable/),
    );
    expect(db.all('SELECT v FROM t AS OF TRANSACTION 6')).toEqual([[21]]);
    db.run('PRAGMA min_retention_seconds = 6000000');
    db.session.vacuum();
    expect(() => db.all('SELECT * FROM t AS OF TRANSACTION 3')).toThrow(failing('SNAPSHOT_TOO_OLD', 'no longer'));
  });

  test('a query that is being read keeps its instant through VACUUM', () => {
    db.run('PRAGMA min_retention_seconds = 0');
    db.run('INSERT INTO t SELECT value + 100, value FROM generate_series(1, 10000)');
    const { lastTransaction } = db.engine;
    db.run('DELETE FROM t');
    const cursor = db.session.prepare(`SELECT v FROM t AS OF TRANSACTION ${lastTransaction}`).execute();
    let count = cursor.next()?.count ?? 0;
    db.session.vacuum();
    for (let batch = cursor.next(); batch !== null; batch = cursor.next()) count += batch.count;
    expect(count).toBe(10_001);
    db.session.vacuum();
    expect(() => db.all(`SELECT v FROM t AS OF TRANSACTION ${lastTransaction}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', ''),
    );
  });
});

describe('texts of the catalogue that read the past', () => {
  let db: TestDatabase;

  beforeEach(() => {
    db = new TestDatabase();
    // Transactions 1 to 4.
    db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)', 'INSERT INTO t VALUES (1, 10), (2, 20)');
    db.run('UPDATE t SET v = v + 1', 'CREATE TABLE log(id, was, n)');
  });

  test('triggers read the point, which is evaluated once for the statement that sets them off', () => {
    db.run(`CREATE TRIGGER r AFTER UPDATE ON t WHEN new.v <> (SELECT v FROM t AS OF TRANSACTION 2 WHERE id = new.id) BEGIN
      INSERT INTO log SELECT new.id, v, helios_txn() FROM t AS OF TRANSACTION 2 WHERE id = new.id;
      INSERT INTO log SELECT new.id, count(*), max(_created_txn) FROM t VERSIONS BETWEEN TRANSACTION 2 AND 3 AS x WHERE x.id = new.id;
    END`);
    db.run('UPDATE t SET v = id * 10', 'UPDATE t SET v = 99 WHERE id = 2');
    expect(db.all('SELECT * FROM log')).toEqual([
      [2, 20, 6],
      [2, 2, 3],
    ]);
    db.run('DROP TRIGGER r; DELETE FROM log');
    // The present is that of the statement, with what it has done so far, be it in a transaction or one itself.
    db.run(`CREATE TRIGGER r AFTER UPDATE ON t BEGIN
      INSERT INTO log SELECT new.id, count(*), 0 FROM t VERSIONS BETWEEN TRANSACTION 7 AND MAXVALUE AS x WHERE x.id = new.id; END`);
    db.run('UPDATE t SET v = 7 WHERE id = 1', 'BEGIN; UPDATE t SET v = 8 WHERE id = 1; COMMIT');
    expect(db.all('SELECT was FROM log')).toEqual([[2], [3]]);
    db.run('DROP TRIGGER r; DELETE FROM log');
    // Each of the rows that a statement inserts finds what was there before the statement.
    db.run(`CREATE TRIGGER before AFTER INSERT ON t BEGIN
      INSERT INTO log SELECT new.id, count(*), (SELECT count(*) FROM t) FROM t AS OF TRANSACTION helios_txn(); END`);
    db.run('INSERT INTO t VALUES (3, 30), (4, 40)', 'INSERT INTO t VALUES (5, 50)');
    expect(db.all('SELECT * FROM log ORDER BY id')).toEqual([
      [3, 2, 3],
      [4, 2, 4],
      [5, 4, 5],
    ]);
  });

  test('triggers are bound anew where the point has another catalogue, and fail with what reading fails with', () => {
    db.run(
      "CREATE TRIGGER r AFTER INSERT ON log BEGIN UPDATE log SET was = (SELECT max(v) FROM t AS OF SNAPSHOT 's'); END",
    );
    expect(() => db.run('INSERT INTO log(id) VALUES (1)')).toThrow(
      failing('SNAPSHOT_NOT_FOUND', 'no such snapshot "s"'),
    );
    expect(db.all('SELECT count(*) FROM log')).toEqual([[0]]);
    db.run('CREATE SNAPSHOT s', 'INSERT INTO log(id) VALUES (1)');
    db.run('ALTER TABLE t RENAME COLUMN v TO x', 'UPDATE t SET x = 5', 'INSERT INTO log(id) VALUES (2)');
    expect(db.all('SELECT was FROM log')).toEqual([[21], [21]]);
    db.run('DROP SNAPSHOT s', 'DROP TABLE t', 'CREATE TABLE t(v); INSERT INTO t VALUES (7)');
    db.run('CREATE SNAPSHOT s', 'INSERT INTO log(id) VALUES (3)');
    expect(db.all('SELECT was FROM log')).toEqual([[7], [7], [7]]);
    db.run(
      "CREATE TRIGGER d AFTER DELETE ON log BEGIN SELECT count(*) FROM helios_diff('t', 'snapshot:s'); END",
      'DELETE FROM log',
    );
    expect(() =>
      db.run(
        'CREATE TRIGGER n AFTER INSERT ON log BEGIN SELECT * FROM t AS OF TRANSACTION new.id; END; INSERT INTO log(id) VALUES (1)',
      ),
    ).toThrow(failing('TABLE_NOT_FOUND', 'no such table in FROM: "new"'));
  });

  test('ALTER leaves names of the past as they were, and follows those of now', () => {
    db.run('CREATE TABLE other(a, b)');
    db.run('CREATE VIEW was AS SELECT t.id, t.v, w.v AS now FROM t AS OF TRANSACTION 2 JOIN t AS w USING (id)');
    db.run('CREATE VIEW versions AS SELECT t.v FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE');
    db.run('CREATE VIEW some AS SELECT t.v FROM t VERSIONS BETWEEN MINVALUE AND TRANSACTION 2');
    db.run("CREATE VIEW gone AS SELECT id FROM t AS OF SNAPSHOT 'none' WHERE id = 3");
    db.run(
      'CREATE TRIGGER r AFTER DELETE ON t BEGIN INSERT INTO log SELECT t.id, t.v, 0 FROM t AS OF TRANSACTION 2 WHERE t.id = old.id; END',
    );
    db.run('ALTER TABLE t RENAME COLUMN v TO value', 'ALTER TABLE t RENAME TO u', 'ALTER TABLE other DROP COLUMN b');
    expect(db.all("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name <> 'gone' ORDER BY name")).toEqual([
      ['CREATE VIEW some AS SELECT t.v FROM t VERSIONS BETWEEN MINVALUE AND TRANSACTION 2'],
      ['CREATE VIEW versions AS SELECT "u".value FROM "u" VERSIONS BETWEEN MINVALUE AND MAXVALUE'],
      ['CREATE VIEW was AS SELECT t.id, t.v, w.value AS now FROM t AS OF TRANSACTION 2 JOIN "u" AS w USING (id)'],
    ]);
    expect(db.all('SELECT * FROM was')).toEqual([
      [1, 10, 11],
      [2, 20, 21],
    ]);
    expect(db.all('SELECT * FROM versions ORDER BY 1')).toEqual([[10], [11], [20], [21]]);
    expect(db.all('SELECT * FROM some ORDER BY 1')).toEqual([[10], [20]]);
    db.run('DELETE FROM u WHERE id = 2');
    expect(db.all('SELECT id, was FROM log')).toEqual([[2, 20]]);
  });
});
