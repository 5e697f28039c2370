import { beforeEach, describe, expect, test } from 'vitest';
import { failing } from '../../support/failing.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase;
const names = (): unknown[] => db.all('SELECT name FROM sqlite_schema ORDER BY name').flat();

beforeEach(() => {
  db = new TestDatabase();
  db.run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)', 'INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)');
});

describe('FLASHBACK TABLE', () => {
  test('rows go back, as changes of a new transaction; only those that differ', () => {
    db.run('UPDATE t SET v = v + 1 WHERE id < 3', 'DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (9, 90)');
    db.run('FLASHBACK TABLE t TO TRANSACTION 2');
    expect(db.session.changes).toBe(3);
    expect(db.all('SELECT * FROM t')).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(db.all('SELECT id, _operation FROM t VERSIONS BETWEEN TRANSACTION 6 AND 6 WHERE _created_txn = 6')).toEqual([
      [1, 'INSERT'],
      [2, 'UPDATE'],
    ]);
    db.run('FLASHBACK TABLE t TO TRANSACTION 5');
    expect(db.all('SELECT * FROM t ORDER BY id')).toEqual(db.all('SELECT * FROM t AS OF TRANSACTION 5 ORDER BY id'));
    const before = db.now;
    db.run('FLASHBACK TABLE t TO TRANSACTION 5');
    expect([db.session.changes, db.now]).toEqual([0, before]);
  });

  test('PREVIEW shows what it would change, and changes nothing', () => {
    db.run('UPDATE t SET v = 0 WHERE id = 1', 'DELETE FROM t WHERE id = 2', 'INSERT INTO t VALUES (9, 90)');
    const statement = db.session.prepare('FLASHBACK TABLE t TO TRANSACTION ? PREVIEW');
    expect(statement.access).toBe('read');
    expect(rowsOf(statement, [2])).toEqual([
      ['UPDATE', 1, 1, 1, 0, 10],
      ['INSERT', 2, null, 2, null, 20],
      ['DELETE', 9, 9, null, 90, null],
    ]);
    expect(db.now).toBe(5);
    db.session.begin({ readOnly: true });
    expect(rowsOf(statement, [5])).toEqual([]);
    db.session.rollback();
  });

  test('times, changes, snapshots and parameters name the point', () => {
    db.run('CREATE SNAPSHOT good');
    db.clock.advanceMillis(1000);
    db.run('DELETE FROM t');
    db.run("FLASHBACK TABLE t TO SNAPSHOT 'good'");
    expect(db.all('SELECT count(*) FROM t')).toEqual([[3]]);
    db.run('DELETE FROM t');
    db.session.prepare('FLASHBACK TABLE t TO SCN ?').run([2]);
    expect(db.all('SELECT count(*) FROM t')).toEqual([[3]]);
    expect(db.session.prepare('FLASHBACK TABLE t TO TIMESTAMP ?').run(['2026-01-01 00:00:00.999']).changes).toBe(0);
  });

  test('keys that have changed places change back', () => {
    db.run('CREATE TABLE u(id INTEGER PRIMARY KEY, name TEXT UNIQUE)', "INSERT INTO u VALUES (1, 'a'), (2, 'b')");
    db.run('CREATE UNIQUE INDEX u_low ON u(lower(name))');
    const point = db.now;
    db.run("BEGIN; UPDATE u SET name = 'x' WHERE id = 1; UPDATE u SET name = 'a' WHERE id = 2; COMMIT");
    db.run("UPDATE u SET name = 'b' WHERE id = 1");
    db.run(`FLASHBACK TABLE u TO TRANSACTION ${point}`);
    expect(db.all("SELECT id FROM u WHERE lower(name) = 'a'")).toEqual([[1]]);
    expect(db.all("SELECT id FROM u WHERE name = 'b'")).toEqual([[2]]);
    expect(() => db.run("INSERT INTO u VALUES (3, 'A')")).toThrow(failing('UNIQUE_VIOLATION', ''));
    expect(db.engine.check().problems).toEqual([]);
  });

  test('no trigger fires', () => {
    db.run('CREATE TABLE log(x)', 'CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); END');
    db.run('CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO log VALUES (-old.id); END');
    const point = db.now;
    db.run('INSERT INTO t VALUES (4, 40)', `FLASHBACK TABLE t TO TRANSACTION ${point}`);
    expect(db.all('SELECT * FROM log')).toEqual([[4]]);
  });

  test('rows come back into the table as it is defined now', () => {
    db.run('DELETE FROM t WHERE id = 1', 'ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7', 'UPDATE t SET w = 8');
    db.run('FLASHBACK TABLE t TO TRANSACTION 2');
    expect(db.all('SELECT * FROM t')).toEqual([
      [1, 10, 7],
      [2, 20, 7],
      [3, 30, 7],
    ]);
    db.run('DELETE FROM t WHERE id = 1', 'ALTER TABLE t ADD CONSTRAINT big CHECK (v > 15)');
    expect(() => db.run('FLASHBACK TABLE t TO TRANSACTION 2')).toThrow(failing('CHECK_VIOLATION', 'big'));
    expect(db.all('SELECT count(*) FROM t')).toEqual([[2]]);
  });

  test('foreign keys are looked at when the transaction ends, and do nothing to other rows', () => {
    db.run('CREATE TABLE p(id INTEGER PRIMARY KEY)', 'CREATE TABLE c(p INTEGER REFERENCES p ON DELETE CASCADE)');
    db.run('INSERT INTO p VALUES (1)', 'INSERT INTO c VALUES (1)');
    const point = db.now;
    db.run('INSERT INTO p VALUES (2)', 'INSERT INTO c VALUES (2)', 'DELETE FROM p WHERE id = 1');
    expect(db.all('SELECT * FROM c')).toEqual([[2]]);
    const orphan = failing('FOREIGN_KEY_VIOLATION', '');
    // The child of 2 would lose its parent; the child of 1 would come back without one.
    expect(() => db.run(`FLASHBACK TABLE p TO TRANSACTION ${point}`)).toThrow(orphan);
    expect(() => db.run(`FLASHBACK TABLE c TO TRANSACTION ${point}`)).toThrow(orphan);
    db.run(`FLASHBACK TABLE c, p TO TRANSACTION ${point}`);
    expect([db.all('SELECT * FROM p'), db.all('SELECT * FROM c')]).toEqual([[[1]], [[1]]]);
    db.run('INSERT INTO p VALUES (2)', 'INSERT INTO c VALUES (2)');
    db.run(`BEGIN; FLASHBACK TABLE c TO TRANSACTION ${point}; FLASHBACK TABLE p TO TRANSACTION ${point}; COMMIT`);
    expect(db.all('SELECT count(*) FROM c')).toEqual([[1]]);
  });

  test('AUTOINCREMENT gives no rowid again', () => {
    db.run('CREATE TABLE n(id INTEGER PRIMARY KEY AUTOINCREMENT, v)', 'INSERT INTO n(v) VALUES (1)');
    const point = db.now;
    db.run(
      'INSERT INTO n(v) VALUES (2), (3)',
      `FLASHBACK TABLE n TO TRANSACTION ${point}`,
      'INSERT INTO n(v) VALUES (4)',
    );
    expect(db.all('SELECT id FROM n')).toEqual([[1], [4]]);
    db.run('INSERT INTO t(v) VALUES (0)', 'FLASHBACK TABLE t TO TRANSACTION 2', 'INSERT INTO t(v) VALUES (0)');
    expect(db.all('SELECT max(id) FROM t')).toEqual([[4]]);
  });

  test('a transaction can take back its own changes, and that', () => {
    db.session.begin();
    db.run('DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (7, 70)', 'FLASHBACK TABLE t TO TRANSACTION 2');
    expect(db.all('SELECT id FROM t ORDER BY id')).toEqual([[1], [2], [3]]);
    db.run('SAVEPOINT s', 'DELETE FROM t', 'FLASHBACK TABLE t TO TRANSACTION 2', 'ROLLBACK TO s');
    db.session.rollback();
    expect(db.all('SELECT id FROM t')).toEqual([[1], [2], [3]]);
    expect(db.engine.check().problems).toEqual([]);
  });

  test('what it cannot do', () => {
    db.run(
      'CREATE VIEW w AS SELECT 1',
      'CREATE TEMP TABLE tt(a)',
      'DROP TABLE t',
      'CREATE TABLE t(a)',
      "CREATE TABLE off(a) WITH (history = 'off')",
    );
    expect(() => db.run('FLASHBACK TABLE w TO TRANSACTION 1')).toThrow(failing('INVALID_STATEMENT', 'is a view'));
    expect(() => db.run('FLASHBACK TABLE tt TO TRANSACTION 1')).toThrow(failing('INVALID_STATEMENT', 'temporary'));
    expect(() => db.run('FLASHBACK TABLE no TO TRANSACTION 1')).toThrow(
      failing('TABLE_NOT_FOUND', 'no such table "no"'),
    );
    expect(() => db.run('FLASHBACK TABLE t TO TRANSACTION 2')).toThrow(
      failing('INVALID_STATEMENT', 'cannot go back to transaction 2'),
    );
    expect(() =>
      db.run(
        `FLASHBACK TABLE off TO TRANSACTION ${db.now}; INSERT INTO off VALUES (1); FLASHBACK TABLE off TO TRANSACTION 7`,
      ),
    ).toThrow(failing('SNAPSHOT_TOO_OLD', 'keeps no history'));
    expect(() => db.run('FLASHBACK TABLE t')).toThrow(failing('SYNTAX_ERROR', 'expected'));
    expect(() => db.run('FLASHBACK t TO TRANSACTION 1')).toThrow(failing('SYNTAX_ERROR', 'DATABASE'));
    db.session.begin({ readOnly: true });
    expect(() => db.run('FLASHBACK TABLE t TO TRANSACTION 6')).toThrow(failing('TRANSACTION_READ_ONLY', ''));
    db.session.rollback();
  });
});

describe('UNDROP TABLE', () => {
  beforeEach(() => {
    db.run('CREATE INDEX t_v ON t(v)', 'CREATE INDEX t_odd ON t(v % 3) WHERE v > 10');
    db.run('CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET v = v + 1 WHERE t.id = new.id; END');
  });

  test.each(['closed', 'killed'] as const)(
    'a table comes back with rows, indexes and triggers (%s in between)',
    (how) => {
      const before = names();
      db.run('DROP TABLE t');
      expect(names()).toEqual([]);
      db.reopen(how);
      db.run('UNDROP TABLE t');
      db.reopen(how);
      expect(names()).toEqual(before);
      db.run('INSERT INTO t VALUES (4, 40)');
      expect(db.all('SELECT id FROM t WHERE v = 41')).toEqual([[4]]);
      expect(db.all('SELECT id FROM t WHERE v % 3 = 2 AND v > 10')).toEqual([[2], [4]]);
      expect(db.engine.check().problems).toEqual([]);
      expect(() => db.all('SELECT * FROM t AS OF TRANSACTION 6')).toThrow(
        failing('TABLE_NOT_FOUND', 'as of transaction 6'),
      );
      expect(db.all('SELECT count(*) FROM t AS OF TRANSACTION 5')).toEqual([[3]]);
    },
  );

  test('under another name, which its own definitions follow', () => {
    db.run('DROP TABLE t', 'CREATE TABLE t(a)', 'INSERT INTO t VALUES (0)');
    expect(() => db.run('UNDROP TABLE t')).toThrow(failing('TABLE_EXISTS', 'table "t" exists already'));
    db.run('UNDROP TABLE t AS back', 'INSERT INTO back VALUES (4, 40)');
    expect(db.all('SELECT id FROM back WHERE v = 41')).toEqual([[4]]);
    expect(db.all('SELECT * FROM t')).toEqual([[0]]);
    db.reopen('closed');
    expect(db.all("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'back'")).toEqual([
      ['CREATE INDEX t_v ON "back"(v)'],
      ['CREATE INDEX t_odd ON "back"(v % 3) WHERE v > 10'],
    ]);
    db.run('DROP TABLE back', 'FLASHBACK TABLE back TO BEFORE DROP RENAME TO again');
    expect(db.all('SELECT count(*) FROM again')).toEqual([[4]]);
  });

  test('under another name, what else has the old one keeps it', () => {
    db.run('CREATE TABLE other(id INTEGER, v)', 'INSERT INTO other VALUES (1, 7)', 'CREATE VIEW w AS SELECT v FROM t');
    db.run(`CREATE TRIGGER mixed AFTER DELETE ON t BEGIN
      INSERT INTO other SELECT t.id, t.v FROM other AS t WHERE t.id = old.id;
      INSERT INTO other WITH t AS (SELECT 5 AS five) SELECT five, (SELECT max(t.v) FROM main.t) FROM t;
      DELETE FROM t WHERE t.v < 20; END`);
    db.run('CREATE TRIGGER broken AFTER UPDATE ON t BEGIN INSERT INTO missing SELECT v FROM t; END');
    db.run('DROP TABLE t', 'CREATE TABLE t(v)', 'UNDROP TABLE t AS "new name"');
    expect(db.all("SELECT sql FROM sqlite_schema WHERE name IN ('mixed', 'broken') ORDER BY name")).toEqual([
      ['CREATE TRIGGER broken AFTER UPDATE ON "new name" BEGIN INSERT INTO missing SELECT v FROM "new name"; END'],
      [
        `CREATE TRIGGER mixed AFTER DELETE ON "new name" BEGIN
      INSERT INTO other SELECT t.id, t.v FROM other AS t WHERE t.id = old.id;
      INSERT INTO other WITH t AS (SELECT 5 AS five) SELECT five, (SELECT max("new name".v) FROM main."new name") FROM t;
      DELETE FROM "new name" WHERE "new name".v < 20; END`,
      ],
    ]);
    db.run('DELETE FROM "new name" WHERE id = 1');
    expect(db.all('SELECT * FROM other')).toEqual([
      [1, 7],
      [1, 7],
      [5, 30],
    ]);
    expect(db.all('SELECT * FROM w')).toEqual([]);
  });

  test('the newest of several; rows that the same transaction deleted come, too', () => {
    db.run(
      'DROP TABLE t',
      'CREATE TABLE t(b)',
      'INSERT INTO t VALUES (5)',
      'BEGIN; DELETE FROM t; DROP TABLE t; COMMIT',
    );
    db.run('UNDROP TABLE t');
    expect(db.all('SELECT b FROM t')).toEqual([[5]]);
    db.run('ALTER TABLE t RENAME TO t2', 'UNDROP TABLE t');
    expect(db.all('SELECT count(*) FROM t')).toEqual([[3]]);
  });

  test('constraints come back, and parents have to be there', () => {
    db.run('CREATE TABLE p(id INTEGER PRIMARY KEY)', 'CREATE TABLE c(p INTEGER UNIQUE REFERENCES p, CHECK (c.p > 0))');
    db.run('INSERT INTO p VALUES (1)', 'INSERT INTO c VALUES (1)', 'DROP TABLE c', 'DELETE FROM p');
    expect(() => db.run('UNDROP TABLE c')).toThrow(failing('FOREIGN_KEY_VIOLATION', 'row 1 of c has no parent in p'));
    expect(names()).not.toContain('c');
    db.run('INSERT INTO p VALUES (1), (2)', 'UNDROP TABLE c AS d');
    expect(() => db.run('INSERT INTO d VALUES (1)')).toThrow(failing('UNIQUE_VIOLATION', ''));
    expect(() => db.run('INSERT INTO d VALUES (0)')).toThrow(failing('CHECK_VIOLATION', ''));
    expect(() => db.run('INSERT INTO d VALUES (3)')).toThrow(failing('FOREIGN_KEY_VIOLATION', ''));
  });

  test('in the transaction that dropped it, and taken back', () => {
    db.session.begin();
    db.run(
      'DROP TABLE t',
      'UNDROP TABLE t',
      'SAVEPOINT s',
      'DROP TABLE t',
      'CREATE TABLE t(z)',
      'UNDROP TABLE t AS u',
      'ROLLBACK TO s',
    );
    expect(db.all('SELECT count(*) FROM t WHERE v > 10')).toEqual([[2]]);
    db.session.rollback();
    expect(db.all('SELECT count(*) FROM t WHERE v > 10')).toEqual([[2]]);
    db.run('DROP TABLE t');
    db.session.begin();
    db.run('UNDROP TABLE t AS u', 'INSERT INTO u VALUES (5, 5)');
    db.session.rollback();
    expect(names()).toEqual([]);
    db.run('UNDROP TABLE t');
    expect(db.all('SELECT count(*) FROM t')).toEqual([[3]]);
    expect(db.engine.check().problems).toEqual([]);
  });

  test('what is not there to come back', () => {
    expect(() => db.run('UNDROP TABLE t')).toThrow(failing('TABLE_NOT_FOUND', 'no table "t" has been dropped'));
    db.run('DROP TABLE t');
    expect(() => db.run('UNDROP TABLE tt')).toThrow(failing('TABLE_NOT_FOUND', 'no table "tt" has been dropped'));
    expect(() => db.run('UNDROP TABLE t AS sqlite_t')).toThrow(failing('INVALID_DEFINITION', 'reserved'));
    db.run('PRAGMA min_retention_seconds = 0', 'CREATE TABLE x(a)');
    db.session.vacuum();
    expect(() => db.run('UNDROP TABLE t')).toThrow(failing('TABLE_NOT_FOUND', 'has been dropped'));
  });
});

describe('FLASHBACK DATABASE', () => {
  test.each(['closed', 'killed'] as const)('definitions and rows go back, and forth again (%s in between)', (how) => {
    db.run('CREATE TABLE gone(a TEXT UNIQUE)', "INSERT INTO gone VALUES ('x')", 'CREATE VIEW w AS SELECT v FROM t');
    db.run('CREATE INDEX t_v ON t(v)', 'PRAGMA user_version = 3');
    const point = db.now;
    const before = db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
    db.run(
      'DROP VIEW w',
      'DROP TABLE gone',
      'CREATE TABLE gone(other)',
      'DROP INDEX t_v',
      'DELETE FROM t WHERE id = 1',
    );
    db.run(
      'ALTER TABLE t ADD COLUMN extra DEFAULT 1',
      'ALTER TABLE t RENAME COLUMN v TO value',
      'CREATE INDEX e ON t(extra)',
    );
    db.run(
      'CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM gone; END',
      'PRAGMA user_version = 4',
      'UPDATE t SET extra = 2',
    );
    const later = db.now;
    const after = db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
    db.run(`FLASHBACK DATABASE TO TRANSACTION ${point}`);
    for (const _ of ['as it is', 'opened again', 'checkpointed']) {
      expect(db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name')).toEqual(before);
      expect(db.all('SELECT * FROM t WHERE v >= 10')).toEqual([
        [1, 10],
        [2, 20],
        [3, 30],
      ]);
      expect([db.all('SELECT * FROM gone'), db.all('SELECT count(*) FROM w'), db.all('PRAGMA user_version')]).toEqual([
        [['x']],
        [[3]],
        [[3]],
      ]);
      expect(() => db.run("INSERT INTO gone VALUES ('x')")).toThrow(failing('UNIQUE_VIOLATION', ''));
      db.reopen(how);
      db.session.checkpoint();
    }
    db.run(`FLASHBACK DATABASE TO TRANSACTION ${later}`);
    expect(db.all('SELECT type, name, sql FROM sqlite_schema ORDER BY name')).toEqual(after);
    expect(db.all('SELECT * FROM t')).toEqual([
      [2, 20, 2],
      [3, 30, 2],
    ]);
    expect(db.engine.check().problems).toEqual([]);
  });

  test('PREVIEW shows what it would do to each object, and does nothing', () => {
    db.run('CREATE TABLE gone(a TEXT UNIQUE)', "INSERT INTO gone VALUES ('x'), ('y')", 'CREATE TABLE same(a)');
    db.run('CREATE VIEW w AS SELECT v FROM t', 'CREATE INDEX t_odd ON t(v % 2)', 'PRAGMA user_version = 3');
    const point = db.now;
    db.run('DROP TABLE gone', 'CREATE TABLE made(a)', 'INSERT INTO made VALUES (1)', 'DROP INDEX t_odd');
    db.run('ALTER TABLE t ADD COLUMN extra DEFAULT 1', 'ALTER TABLE same RENAME TO other', 'PRAGMA user_version = 4');
    db.run(
      'DROP VIEW w',
      'UPDATE t SET v = 0 WHERE id = 1',
      'DELETE FROM t WHERE id > 1',
      'INSERT INTO t(id) VALUES (9)',
    );
    const statement = db.session.prepare('FLASHBACK DATABASE TO TRANSACTION ? PREVIEW');
    expect([statement.access, statement.columns.map(({ name }) => name)]).toEqual([
      'read',
      ['type', 'name', 'operation', 'inserted', 'updated', 'deleted'],
    ]);
    const before = db.now;
    db.session.begin({ readOnly: true });
    const effects = rowsOf(statement, [point]);
    db.session.rollback();
    expect(effects).toEqual([
      ['table', 't', 'ALTER', 2, 1, 1],
      ['table', 'gone', 'CREATE', 2, 0, 0],
      ['table', 'other', 'ALTER', 0, 0, 0],
      ['table', 'made', 'DROP', 0, 0, 1],
      ['index', 't_odd', 'CREATE', 0, 0, 0],
      ['view', 'w', 'CREATE', 0, 0, 0],
      ['setting', 'user_version', 'ALTER', 0, 0, 0],
    ]);
    expect(db.now).toBe(before);
    db.run(`FLASHBACK DATABASE TO TRANSACTION ${point}`);
    expect(rowsOf(statement, [point])).toEqual([]);
    db.session.begin();
    db.run('DELETE FROM t WHERE id = 1', 'CREATE TABLE l(a)');
    expect(rowsOf(statement, [point])).toEqual([
      ['table', 'l', 'DROP', 0, 0, 0],
      ['table', 't', null, 1, 0, 0],
    ]);
    db.session.rollback();
  });

  test('PREVIEW fails where going back would', () => {
    const point = db.now;
    db.run("CREATE TABLE off(a) WITH (history = 'off')", 'INSERT INTO off VALUES (1)', 'DELETE FROM off');
    expect(() => db.all(`FLASHBACK DATABASE TO TRANSACTION ${db.now - 1} PREVIEW`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', '"off" keeps no history'),
    );
    db.run('CREATE TABLE l(a) WITH (ledger = true)');
    for (const preview of ['', ' PREVIEW'])
      expect(() => db.all(`FLASHBACK DATABASE TO TRANSACTION ${point}${preview}`)).toThrow(
        failing('INVALID_STATEMENT', '"l" is a ledger table that was made since'),
      );
    expect(() => db.all('FLASHBACK DATABASE TO TRANSACTION 99 PREVIEW')).toThrow(
      failing('INVALID_VALUE', '^there is no TRANSACTION 99: they are whole numbers from 0 to 6'),
    );
    expect(() => db.all("FLASHBACK DATABASE TO SCN 'x'")).toThrow(failing('TYPE_MISMATCH', "^SCN cannot take 'x'"));
  });

  test('it can be taken back like any change', () => {
    db.run('CREATE TABLE u(a)', 'INSERT INTO u VALUES (1)', 'DELETE FROM t');
    db.session.begin();
    db.run('FLASHBACK DATABASE TO TRANSACTION 2', 'INSERT INTO t VALUES (4, 4)');
    expect(names()).toEqual(['t']);
    db.session.rollback();
    expect([names(), db.all('SELECT * FROM u'), db.all('SELECT * FROM t')]).toEqual([['t', 'u'], [[1]], []]);
    expect(db.engine.check().problems).toEqual([]);
  });

  test('snapshots, settings of the database and temporary objects stay', () => {
    db.run(
      'CREATE SNAPSHOT s',
      'PRAGMA min_retention_seconds = 77',
      'CREATE TEMP TABLE tt(a)',
      'INSERT INTO tt VALUES (1)',
    );
    db.run('DELETE FROM t', "FLASHBACK DATABASE TO SNAPSHOT 's'");
    expect([db.all('PRAGMA min_retention_seconds'), db.all('SELECT * FROM tt')]).toEqual([[[77]], [[1]]]);
    expect(db.all("SELECT count(*) FROM t AS OF SNAPSHOT 's'")).toEqual([[3]]);
    expect(db.all('SELECT count(*) FROM t')).toEqual([[3]]);
  });

  test('a table that keeps no history keeps the database from going back', () => {
    db.run("CREATE TABLE off(a) WITH (history = 'off')");
    const point = db.now;
    db.run('DELETE FROM t');
    expect(() => db.run(`FLASHBACK DATABASE TO TRANSACTION ${point}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', '"off" keeps no history'),
    );
    expect(db.all('SELECT count(*) FROM t')).toEqual([[0]]);
    db.run('FLASHBACK DATABASE TO TRANSACTION 2');
    expect(names()).toEqual(['t']);
  });

  test('an index outlives the definitions of its table that it was made for', () => {
    db.run(
      'CREATE INDEX t_v ON t(v)',
      'ALTER TABLE t ADD COLUMN w',
      'PRAGMA min_retention_seconds = 0',
      'DELETE FROM t WHERE id = 2',
    );
    db.session.vacuum();
    db.reopen('closed');
    expect(db.all('SELECT id FROM t INDEXED BY t_v WHERE v = 30')).toEqual([[3]]);
    db.run('INSERT INTO t VALUES (7, 30, 0)');
    expect(db.all('SELECT id FROM t INDEXED BY t_v WHERE v = 30')).toEqual([[3], [7]]);
  });
});
