import { beforeEach, describe, expect, test } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { MemoryDisk, openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { query, rowsOf } from '../../support/sql-session.ts';

let disk: MemoryDisk;
let session: Session;
let clock: SimulatedClock;
const open = (): Session => new Session(Engine.open(openMemoryStorage(disk), clock, new SeededRandom(1)));
const all = (sql: string, params?: readonly unknown[]): unknown[][] => query(session, sql, params);
const run = (...statements: string[]): void => {
  for (const sql of statements) session.executeScript(sql);
};
const now = (): number => session.engine.lastTransaction;
const names = (): unknown[] => all('SELECT name FROM sqlite_schema ORDER BY name').flat();
const failing = (code: string, message: RegExp | string) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** The database is closed and opened, or killed and opened. */
const reopen = (how: 'closed' | 'killed'): void => {
  if (how === 'closed') {
    session.close();
    session.engine.close();
  } else session.engine.storage.close();
  session = open();
};

beforeEach(() => {
  disk = new MemoryDisk();
  clock = new SimulatedClock();
  session = open();
  run('CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)', 'INSERT INTO t VALUES (1, 10), (2, 20), (3, 30)');
});

describe('helios_diff()', () => {
  beforeEach(() =>
    run('UPDATE t SET v = 11 WHERE id = 1', 'DELETE FROM t WHERE id = 2', 'INSERT INTO t VALUES (4, 40)'),
  );

  test('tells rows that came, went and changed, with old and new values', () => {
    const statement = session.prepare("SELECT * FROM helios_diff('t', ?, ?)");
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
    expect(all("SELECT * FROM helios_diff('t', 2)")).toEqual(forth);
    session.checkpoint();
    expect(all("SELECT key FROM helios_diff('t', 2, 4) WHERE operation = 'DELETE'")).toEqual([[2]]);
  });

  test('what changed back is no difference', () => {
    run('UPDATE t SET v = 0 WHERE id = 3', 'UPDATE t SET v = 30 WHERE id = 3', 'DELETE FROM t WHERE id = 3');
    run('INSERT INTO t VALUES (3, 30), (2, 20)');
    expect(all("SELECT operation, key FROM helios_diff('t', 2)")).toEqual([
      ['UPDATE', 1],
      ['INSERT', 4],
    ]);
  });

  test('points are transactions, times and snapshots; a transaction sees its own changes', () => {
    clock.advanceMillis(5000);
    run('CREATE SNAPSHOT later', 'UPDATE t SET v = 0 WHERE id = 3');
    expect(all("SELECT key FROM helios_diff('t', 'snapshot:later')")).toEqual([[3]]);
    expect(all("SELECT count(*) FROM helios_diff('t', TIMESTAMP '2020-01-01', '2999-01-01')")).toEqual([[3]]);
    session.begin();
    run('DELETE FROM t WHERE id = 1');
    expect(all("SELECT operation, key FROM helios_diff('t', helios_txn())")).toEqual([['DELETE', 1]]);
    session.rollback();
  });

  test('rows are told apart by their primary key, whatever it is', () => {
    run(
      'CREATE TABLE k(a TEXT, b BLOB, c, PRIMARY KEY (a, b))',
      "INSERT INTO k VALUES ('x', x'01ff', 1), ('y', x'', 2)",
    );
    const from = now();
    run('DELETE FROM k', "INSERT INTO k VALUES ('z', x'00', 3), ('x', x'01ff', 1), ('y', x'', 9)");
    expect(all(`SELECT operation, key, old_c, new_c FROM helios_diff('k', ${from}) ORDER BY 2`)).toEqual([
      ['UPDATE', '["y", ""]', 2, 9],
      ['INSERT', '["z", "00"]', null, 3],
    ]);
    run('CREATE TABLE one(a TEXT PRIMARY KEY, p DECIMAL(5, 2))', "INSERT INTO one VALUES ('n', 1.5)");
    expect(all(`SELECT * FROM helios_diff('one', ${now() - 1})`)).toEqual([['INSERT', 'n', null, 'n', null, '1.50']]);
    run('CREATE TABLE heap(a)', 'INSERT INTO heap VALUES (1), (1)');
    expect(all(`SELECT operation, key, new_a FROM helios_diff('heap', ${now() - 1})`)).toEqual([
      ['INSERT', 1, 1],
      ['INSERT', 2, 1],
    ]);
  });

  test('columns that one of the states has are told of that state', () => {
    run(
      'ALTER TABLE t ADD COLUMN w DEFAULT 7',
      'ALTER TABLE t RENAME COLUMN v TO value',
      'UPDATE t SET w = 8 WHERE id = 3',
    );
    const statement = session.prepare(`SELECT * FROM helios_diff('t', 5, ${now()})`);
    expect(statement.columns.slice(4).map(({ name }) => name)).toEqual(['old_v', 'new_value', 'new_w']);
    expect(rowsOf(statement)).toEqual([['UPDATE', 3, 3, 3, 30, 30, 8]]);
    const before = now();
    run('ALTER TABLE t DROP COLUMN w');
    expect(all(`SELECT * FROM helios_diff('t', ${before})`)).toEqual([]);
  });

  test('a table that one of the states does not have is empty there; another table of its name is another', () => {
    expect(all("SELECT operation, key, new_v FROM helios_diff('t', 0, 2)")).toHaveLength(3);
    run('DROP TABLE t');
    expect(all("SELECT operation, key, old_v FROM helios_diff('t', 5) ORDER BY key")).toEqual([
      ['DELETE', 1, 11],
      ['DELETE', 3, 30],
      ['DELETE', 4, 40],
    ]);
    run('CREATE TABLE t(a TEXT)', "INSERT INTO t VALUES ('x')");
    expect(all("SELECT operation, key, old_v, new_a FROM helios_diff('t', 5) WHERE key < 3")).toEqual([
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
    expect(() => all(sql)).toThrow(failing(code, message));
  });

  test('views have none', () => {
    run('CREATE VIEW w AS SELECT * FROM t');
    expect(() => all("SELECT * FROM helios_diff('w', 1)")).toThrow(failing('INVALID_STATEMENT', 'is a view'));
  });
});

describe('FLASHBACK TABLE', () => {
  test('rows go back, as changes of a new transaction; only those that differ', () => {
    run('UPDATE t SET v = v + 1 WHERE id < 3', 'DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (9, 90)');
    run('FLASHBACK TABLE t TO TRANSACTION 2');
    expect(session.changes).toBe(3);
    expect(all('SELECT * FROM t')).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(all('SELECT id, _operation FROM t VERSIONS BETWEEN TRANSACTION 6 AND 6 WHERE _created_txn = 6')).toEqual([
      [1, 'INSERT'],
      [2, 'UPDATE'],
    ]);
    run('FLASHBACK TABLE t TO TRANSACTION 5');
    expect(all('SELECT * FROM t ORDER BY id')).toEqual(all('SELECT * FROM t AS OF TRANSACTION 5 ORDER BY id'));
    const before = now();
    run('FLASHBACK TABLE t TO TRANSACTION 5');
    expect([session.changes, now()]).toEqual([0, before]);
  });

  test('PREVIEW shows what it would change, and changes nothing', () => {
    run('UPDATE t SET v = 0 WHERE id = 1', 'DELETE FROM t WHERE id = 2', 'INSERT INTO t VALUES (9, 90)');
    const statement = session.prepare('FLASHBACK TABLE t TO TRANSACTION ? PREVIEW');
    expect(statement.access).toBe('read');
    expect(rowsOf(statement, [2])).toEqual([
      ['UPDATE', 1, 1, 1, 0, 10],
      ['INSERT', 2, null, 2, null, 20],
      ['DELETE', 9, 9, null, 90, null],
    ]);
    expect(now()).toBe(5);
    session.begin({ readOnly: true });
    expect(rowsOf(statement, [5])).toEqual([]);
    session.rollback();
  });

  test('times, changes, snapshots and parameters name the point', () => {
    run('CREATE SNAPSHOT good');
    clock.advanceMillis(1000);
    run('DELETE FROM t');
    run("FLASHBACK TABLE t TO SNAPSHOT 'good'");
    expect(all('SELECT count(*) FROM t')).toEqual([[3]]);
    run('DELETE FROM t');
    session.prepare('FLASHBACK TABLE t TO SCN ?').run([2]);
    expect(all('SELECT count(*) FROM t')).toEqual([[3]]);
    expect(session.prepare('FLASHBACK TABLE t TO TIMESTAMP ?').run(['2026-01-01 00:00:00.999']).changes).toBe(0);
  });

  test('keys that have changed places change back', () => {
    run('CREATE TABLE u(id INTEGER PRIMARY KEY, name TEXT UNIQUE)', "INSERT INTO u VALUES (1, 'a'), (2, 'b')");
    run('CREATE UNIQUE INDEX u_low ON u(lower(name))');
    const point = now();
    run("BEGIN; UPDATE u SET name = 'x' WHERE id = 1; UPDATE u SET name = 'a' WHERE id = 2; COMMIT");
    run("UPDATE u SET name = 'b' WHERE id = 1");
    run(`FLASHBACK TABLE u TO TRANSACTION ${point}`);
    expect(all("SELECT id FROM u WHERE lower(name) = 'a'")).toEqual([[1]]);
    expect(all("SELECT id FROM u WHERE name = 'b'")).toEqual([[2]]);
    expect(() => run("INSERT INTO u VALUES (3, 'A')")).toThrow(failing('UNIQUE_VIOLATION', ''));
    expect(session.engine.check().problems).toEqual([]);
  });

  test('no trigger fires', () => {
    run('CREATE TABLE log(x)', 'CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.id); END');
    run('CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO log VALUES (-old.id); END');
    const point = now();
    run('INSERT INTO t VALUES (4, 40)', `FLASHBACK TABLE t TO TRANSACTION ${point}`);
    expect(all('SELECT * FROM log')).toEqual([[4]]);
  });

  test('rows come back into the table as it is defined now', () => {
    run('DELETE FROM t WHERE id = 1', 'ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7', 'UPDATE t SET w = 8');
    run('FLASHBACK TABLE t TO TRANSACTION 2');
    expect(all('SELECT * FROM t')).toEqual([
      [1, 10, 7],
      [2, 20, 7],
      [3, 30, 7],
    ]);
    run('DELETE FROM t WHERE id = 1', 'ALTER TABLE t ADD CONSTRAINT big CHECK (v > 15)');
    expect(() => run('FLASHBACK TABLE t TO TRANSACTION 2')).toThrow(failing('CHECK_VIOLATION', 'big'));
    expect(all('SELECT count(*) FROM t')).toEqual([[2]]);
  });

  test('foreign keys are looked at when the transaction ends, and do nothing to other rows', () => {
    run('CREATE TABLE p(id INTEGER PRIMARY KEY)', 'CREATE TABLE c(p INTEGER REFERENCES p ON DELETE CASCADE)');
    run('INSERT INTO p VALUES (1)', 'INSERT INTO c VALUES (1)');
    const point = now();
    run('INSERT INTO p VALUES (2)', 'INSERT INTO c VALUES (2)', 'DELETE FROM p WHERE id = 1');
    expect(all('SELECT * FROM c')).toEqual([[2]]);
    const orphan = failing('FOREIGN_KEY_VIOLATION', '');
    // The child of 2 would lose its parent; the child of 1 would come back without one.
    expect(() => run(`FLASHBACK TABLE p TO TRANSACTION ${point}`)).toThrow(orphan);
    expect(() => run(`FLASHBACK TABLE c TO TRANSACTION ${point}`)).toThrow(orphan);
    run(`FLASHBACK TABLE c, p TO TRANSACTION ${point}`);
    expect([all('SELECT * FROM p'), all('SELECT * FROM c')]).toEqual([[[1]], [[1]]]);
    run('INSERT INTO p VALUES (2)', 'INSERT INTO c VALUES (2)');
    run(`BEGIN; FLASHBACK TABLE c TO TRANSACTION ${point}; FLASHBACK TABLE p TO TRANSACTION ${point}; COMMIT`);
    expect(all('SELECT count(*) FROM c')).toEqual([[1]]);
  });

  test('AUTOINCREMENT gives no rowid again', () => {
    run('CREATE TABLE n(id INTEGER PRIMARY KEY AUTOINCREMENT, v)', 'INSERT INTO n(v) VALUES (1)');
    const point = now();
    run('INSERT INTO n(v) VALUES (2), (3)', `FLASHBACK TABLE n TO TRANSACTION ${point}`, 'INSERT INTO n(v) VALUES (4)');
    expect(all('SELECT id FROM n')).toEqual([[1], [4]]);
    run('INSERT INTO t(v) VALUES (0)', 'FLASHBACK TABLE t TO TRANSACTION 2', 'INSERT INTO t(v) VALUES (0)');
    expect(all('SELECT max(id) FROM t')).toEqual([[4]]);
  });

  test('a transaction can take back its own changes, and that', () => {
    session.begin();
    run('DELETE FROM t WHERE id = 1', 'INSERT INTO t VALUES (7, 70)', 'FLASHBACK TABLE t TO TRANSACTION 2');
    expect(all('SELECT id FROM t ORDER BY id')).toEqual([[1], [2], [3]]);
    run('SAVEPOINT s', 'DELETE FROM t', 'FLASHBACK TABLE t TO TRANSACTION 2', 'ROLLBACK TO s');
    session.rollback();
    expect(all('SELECT id FROM t')).toEqual([[1], [2], [3]]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('what it cannot do', () => {
    run(
      'CREATE VIEW w AS SELECT 1',
      'CREATE TEMP TABLE tt(a)',
      'DROP TABLE t',
      'CREATE TABLE t(a)',
      "CREATE TABLE off(a) WITH (history = 'off')",
    );
    expect(() => run('FLASHBACK TABLE w TO TRANSACTION 1')).toThrow(failing('INVALID_STATEMENT', 'is a view'));
    expect(() => run('FLASHBACK TABLE tt TO TRANSACTION 1')).toThrow(failing('INVALID_STATEMENT', 'temporary'));
    expect(() => run('FLASHBACK TABLE no TO TRANSACTION 1')).toThrow(failing('TABLE_NOT_FOUND', 'no such table "no"'));
    expect(() => run('FLASHBACK TABLE t TO TRANSACTION 2')).toThrow(
      failing('INVALID_STATEMENT', 'cannot go back to transaction 2'),
    );
    expect(() =>
      run(
        `FLASHBACK TABLE off TO TRANSACTION ${now()}; INSERT INTO off VALUES (1); FLASHBACK TABLE off TO TRANSACTION 7`,
      ),
    ).toThrow(failing('SNAPSHOT_TOO_OLD', 'keeps no history'));
    expect(() => run('FLASHBACK TABLE t')).toThrow(failing('SYNTAX_ERROR', 'expected'));
    expect(() => run('FLASHBACK t TO TRANSACTION 1')).toThrow(failing('SYNTAX_ERROR', 'DATABASE'));
    session.begin({ readOnly: true });
    expect(() => run('FLASHBACK TABLE t TO TRANSACTION 6')).toThrow(failing('TRANSACTION_READ_ONLY', ''));
    session.rollback();
  });
});

describe('UNDROP TABLE', () => {
  beforeEach(() => {
    run('CREATE INDEX t_v ON t(v)', 'CREATE INDEX t_odd ON t(v % 3) WHERE v > 10');
    run('CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET v = v + 1 WHERE t.id = new.id; END');
  });

  test.each(['closed', 'killed'] as const)(
    'a table comes back with rows, indexes and triggers (%s in between)',
    (how) => {
      const before = names();
      run('DROP TABLE t');
      expect(names()).toEqual([]);
      reopen(how);
      run('UNDROP TABLE t');
      reopen(how);
      expect(names()).toEqual(before);
      run('INSERT INTO t VALUES (4, 40)');
      expect(all('SELECT id FROM t WHERE v = 41')).toEqual([[4]]);
      expect(all('SELECT id FROM t WHERE v % 3 = 2 AND v > 10')).toEqual([[2], [4]]);
      expect(session.engine.check().problems).toEqual([]);
      expect(() => all('SELECT * FROM t AS OF TRANSACTION 6')).toThrow(
        failing('TABLE_NOT_FOUND', 'as of transaction 6'),
      );
      expect(all('SELECT count(*) FROM t AS OF TRANSACTION 5')).toEqual([[3]]);
    },
  );

  test('under another name, which its own definitions follow', () => {
    run('DROP TABLE t', 'CREATE TABLE t(a)', 'INSERT INTO t VALUES (0)');
    expect(() => run('UNDROP TABLE t')).toThrow(failing('TABLE_EXISTS', 'table "t" exists already'));
    run('UNDROP TABLE t AS back', 'INSERT INTO back VALUES (4, 40)');
    expect(all('SELECT id FROM back WHERE v = 41')).toEqual([[4]]);
    expect(all('SELECT * FROM t')).toEqual([[0]]);
    reopen('closed');
    expect(all("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'back'")).toEqual([
      ['CREATE INDEX t_v ON "back"(v)'],
      ['CREATE INDEX t_odd ON "back"(v % 3) WHERE v > 10'],
    ]);
    run('DROP TABLE back', 'FLASHBACK TABLE back TO BEFORE DROP RENAME TO again');
    expect(all('SELECT count(*) FROM again')).toEqual([[4]]);
  });

  test('the newest of several; rows that the same transaction deleted come, too', () => {
    run('DROP TABLE t', 'CREATE TABLE t(b)', 'INSERT INTO t VALUES (5)', 'BEGIN; DELETE FROM t; DROP TABLE t; COMMIT');
    run('UNDROP TABLE t');
    expect(all('SELECT b FROM t')).toEqual([[5]]);
    run('ALTER TABLE t RENAME TO t2', 'UNDROP TABLE t');
    expect(all('SELECT count(*) FROM t')).toEqual([[3]]);
  });

  test('constraints come back, and parents have to be there', () => {
    run('CREATE TABLE p(id INTEGER PRIMARY KEY)', 'CREATE TABLE c(p INTEGER UNIQUE REFERENCES p, CHECK (c.p > 0))');
    run('INSERT INTO p VALUES (1)', 'INSERT INTO c VALUES (1)', 'DROP TABLE c', 'DELETE FROM p');
    expect(() => run('UNDROP TABLE c')).toThrow(failing('FOREIGN_KEY_VIOLATION', 'row 1 of c has no parent in p'));
    expect(names()).not.toContain('c');
    run('INSERT INTO p VALUES (1), (2)', 'UNDROP TABLE c AS d');
    expect(() => run('INSERT INTO d VALUES (1)')).toThrow(failing('UNIQUE_VIOLATION', ''));
    expect(() => run('INSERT INTO d VALUES (0)')).toThrow(failing('CHECK_VIOLATION', ''));
    expect(() => run('INSERT INTO d VALUES (3)')).toThrow(failing('FOREIGN_KEY_VIOLATION', ''));
  });

  test('in the transaction that dropped it, and taken back', () => {
    session.begin();
    run(
      'DROP TABLE t',
      'UNDROP TABLE t',
      'SAVEPOINT s',
      'DROP TABLE t',
      'CREATE TABLE t(z)',
      'UNDROP TABLE t AS u',
      'ROLLBACK TO s',
    );
    expect(all('SELECT count(*) FROM t WHERE v > 10')).toEqual([[2]]);
    session.rollback();
    expect(all('SELECT count(*) FROM t WHERE v > 10')).toEqual([[2]]);
    run('DROP TABLE t');
    session.begin();
    run('UNDROP TABLE t AS u', 'INSERT INTO u VALUES (5, 5)');
    session.rollback();
    expect(names()).toEqual([]);
    run('UNDROP TABLE t');
    expect(all('SELECT count(*) FROM t')).toEqual([[3]]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('what is not there to come back', () => {
    expect(() => run('UNDROP TABLE t')).toThrow(failing('TABLE_NOT_FOUND', 'no table "t" has been dropped'));
    run('DROP TABLE t');
    expect(() => run('UNDROP TABLE tt')).toThrow(failing('TABLE_NOT_FOUND', 'no table "tt" has been dropped'));
    expect(() => run('UNDROP TABLE t AS sqlite_t')).toThrow(failing('INVALID_DEFINITION', 'reserved'));
    run('PRAGMA min_retention_seconds = 0', 'CREATE TABLE x(a)');
    session.vacuum();
    expect(() => run('UNDROP TABLE t')).toThrow(failing('TABLE_NOT_FOUND', 'has been dropped'));
  });
});

describe('FLASHBACK DATABASE', () => {
  test.each(['closed', 'killed'] as const)('definitions and rows go back, and forth again (%s in between)', (how) => {
    run('CREATE TABLE gone(a TEXT UNIQUE)', "INSERT INTO gone VALUES ('x')", 'CREATE VIEW w AS SELECT v FROM t');
    run('CREATE INDEX t_v ON t(v)', 'PRAGMA user_version = 3');
    const point = now();
    const before = all('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
    run('DROP VIEW w', 'DROP TABLE gone', 'CREATE TABLE gone(other)', 'DROP INDEX t_v', 'DELETE FROM t WHERE id = 1');
    run(
      'ALTER TABLE t ADD COLUMN extra DEFAULT 1',
      'ALTER TABLE t RENAME COLUMN v TO value',
      'CREATE INDEX e ON t(extra)',
    );
    run(
      'CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM gone; END',
      'PRAGMA user_version = 4',
      'UPDATE t SET extra = 2',
    );
    const later = now();
    const after = all('SELECT type, name, sql FROM sqlite_schema ORDER BY name');
    run(`FLASHBACK DATABASE TO TRANSACTION ${point}`);
    for (const _ of ['as it is', 'opened again', 'checkpointed']) {
      expect(all('SELECT type, name, sql FROM sqlite_schema ORDER BY name')).toEqual(before);
      expect(all('SELECT * FROM t WHERE v >= 10')).toEqual([
        [1, 10],
        [2, 20],
        [3, 30],
      ]);
      expect([all('SELECT * FROM gone'), all('SELECT count(*) FROM w'), all('PRAGMA user_version')]).toEqual([
        [['x']],
        [[3]],
        [[3]],
      ]);
      expect(() => run("INSERT INTO gone VALUES ('x')")).toThrow(failing('UNIQUE_VIOLATION', ''));
      reopen(how);
      session.checkpoint();
    }
    run(`FLASHBACK DATABASE TO TRANSACTION ${later}`);
    expect(all('SELECT type, name, sql FROM sqlite_schema ORDER BY name')).toEqual(after);
    expect(all('SELECT * FROM t')).toEqual([
      [2, 20, 2],
      [3, 30, 2],
    ]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('it can be taken back like any change', () => {
    run('CREATE TABLE u(a)', 'INSERT INTO u VALUES (1)', 'DELETE FROM t');
    session.begin();
    run('FLASHBACK DATABASE TO TRANSACTION 2', 'INSERT INTO t VALUES (4, 4)');
    expect(names()).toEqual(['t']);
    session.rollback();
    expect([names(), all('SELECT * FROM u'), all('SELECT * FROM t')]).toEqual([['t', 'u'], [[1]], []]);
    expect(session.engine.check().problems).toEqual([]);
  });

  test('snapshots, settings of the database and temporary objects stay', () => {
    run(
      'CREATE SNAPSHOT s',
      'PRAGMA min_retention_seconds = 77',
      'CREATE TEMP TABLE tt(a)',
      'INSERT INTO tt VALUES (1)',
    );
    run('DELETE FROM t', "FLASHBACK DATABASE TO SNAPSHOT 's'");
    expect([all('PRAGMA min_retention_seconds'), all('SELECT * FROM tt')]).toEqual([[[77]], [[1]]]);
    expect(all("SELECT count(*) FROM t AS OF SNAPSHOT 's'")).toEqual([[3]]);
    expect(all('SELECT count(*) FROM t')).toEqual([[3]]);
  });

  test('a table that keeps no history keeps the database from going back', () => {
    run("CREATE TABLE off(a) WITH (history = 'off')");
    const point = now();
    run('DELETE FROM t');
    expect(() => run(`FLASHBACK DATABASE TO TRANSACTION ${point}`)).toThrow(
      failing('SNAPSHOT_TOO_OLD', '"off" keeps no history'),
    );
    expect(all('SELECT count(*) FROM t')).toEqual([[0]]);
    run('FLASHBACK DATABASE TO TRANSACTION 2');
    expect(names()).toEqual(['t']);
  });

  test('an index outlives the definitions of its table that it was made for', () => {
    run(
      'CREATE INDEX t_v ON t(v)',
      'ALTER TABLE t ADD COLUMN w',
      'PRAGMA min_retention_seconds = 0',
      'DELETE FROM t WHERE id = 2',
    );
    session.vacuum();
    reopen('closed');
    expect(all('SELECT id FROM t INDEXED BY t_v WHERE v = 30')).toEqual([[3]]);
    run('INSERT INTO t VALUES (7, 30, 0)');
    expect(all('SELECT id FROM t INDEXED BY t_v WHERE v = 30')).toEqual([[3], [7]]);
  });
});
