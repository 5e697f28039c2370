import { beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { changesBetween, type VersionReader } from '../../../src/engine/history/changes-between.ts';
import { failing } from '../../support/failing.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { TestDatabase } from '../../support/test-database.ts';

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
  // Transactions 1 to 6.
  for (const sql of [
    'CREATE TABLE t(id INTEGER PRIMARY KEY, v INTEGER)',
    'INSERT INTO t VALUES (1, 10), (2, 20)',
    'UPDATE t SET v = v + 1 WHERE id = 1',
    'DELETE FROM t WHERE id = 2',
    'INSERT INTO t VALUES (2, 99), (3, 30)',
    'UPDATE t SET v = 31 WHERE id = 3',
  ]) {
    db.clock.advanceMillis(1000);
    db.run(sql);
  }
});

const LIST = 'id, v, _created_txn, _ended_txn, _operation';
const ORDER = "ORDER BY id, _created_txn, _operation <> 'INSERT'";
const WHOLE = [
  [1, 10, 2, 3, 'INSERT'],
  [1, 11, 3, null, 'UPDATE'],
  [2, 20, 2, 4, 'INSERT'],
  [2, 20, 4, 4, 'DELETE'],
  [2, 99, 5, null, 'INSERT'],
  [3, 30, 5, 6, 'INSERT'],
  [3, 31, 6, null, 'UPDATE'],
];

describe('VERSIONS BETWEEN', () => {
  test.each(['as written', 'in segments', 'after VACUUM'])('all of the history, %s', (where) => {
    if (where === 'in segments') db.session.checkpoint();
    if (where === 'after VACUUM') db.session.vacuum();
    expect(db.all(`SELECT ${LIST} FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE ${ORDER}`)).toEqual(WHOLE);
    expect(db.all(`SELECT ${LIST} FROM t VERSIONS BETWEEN SCN MINVALUE AND SCN MAXVALUE ${ORDER}`)).toEqual(WHOLE);
    expect(db.all(`SELECT count(*) FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE v > 1000`)).toEqual([[0]]);
    expect(db.all(`SELECT _created_txn FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE v = 99`)).toEqual([[5]]);
  });

  test('a span shows what was in force in it, and ends nothing that ended later', () => {
    expect(db.all(`SELECT ${LIST} FROM t VERSIONS BETWEEN TRANSACTION 3 AND 5 ${ORDER}`)).toEqual([
      [1, 11, 3, null, 'UPDATE'],
      [2, 20, 2, 4, 'INSERT'],
      [2, 20, 4, 4, 'DELETE'],
      [2, 99, 5, null, 'INSERT'],
      [3, 30, 5, null, 'INSERT'],
    ]);
    expect(db.all(`SELECT id, v FROM t VERSIONS BETWEEN TRANSACTION 4 AND TRANSACTION 4 ORDER BY id`)).toEqual([
      [1, 11],
    ]);
    expect(db.all('SELECT id FROM t VERSIONS BETWEEN TRANSACTION 5 AND 3')).toEqual([]);
  });

  test('times, changes and parameters name the ends, with the alias on either side', () => {
    const at = (transaction: number) =>
      db.all(
        `SELECT _created_at FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE _created_txn = ${transaction}`,
      )[0][0];
    const statement = db.session.prepare(
      `SELECT ${LIST} FROM t VERSIONS BETWEEN TIMESTAMP ? AND ? AS x WHERE x.id = 2 ${ORDER}`,
    );
    expect(rowsOf(statement, [at(4), at(6)])).toEqual([[2, 99, 5, null, 'INSERT']]);
    expect(rowsOf(statement, [at(3), at(4)])).toEqual([
      [2, 20, 2, 4, 'INSERT'],
      [2, 20, 4, 4, 'DELETE'],
    ]);
    expect(db.all('SELECT id FROM t AS x VERSIONS BETWEEN SCN 3 AND 3 ORDER BY id')).toEqual([[1], [2]]);
    expect(
      db.all('SELECT a, b, _ended_txn FROM t VERSIONS BETWEEN TRANSACTION 2 AND 3 AS x(a, b) WHERE a = 1'),
    ).toEqual([
      [1, 10, 3],
      [1, 11, null],
    ]);
    expect(db.all('SELECT count(*) FROM t versions')).toEqual([[3]]);
  });

  test('snapshots name the ends, too', () => {
    db.run('CREATE SNAPSHOT audit; UPDATE t SET v = 0 WHERE id = 3');
    expect(
      db.all(`SELECT ${LIST} FROM t VERSIONS BETWEEN SNAPSHOT 'audit' AND MAXVALUE WHERE id = 3 ${ORDER}`),
    ).toEqual([
      [3, 31, 6, 8, 'UPDATE'],
      [3, 0, 8, null, 'UPDATE'],
    ]);
  });

  test('the added columns are part of *, in conditions, joins and groups', () => {
    const columns = db.session.prepare('SELECT * FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE').columns;
    const added = ['_created_txn', '_ended_txn', '_created_at', '_ended_at', '_operation'];
    expect(columns.map(({ name }) => name)).toEqual(['id', 'v', ...added]);
    expect(
      db.all(
        "SELECT a.id, a.v, t.v FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE a JOIN t ON a.id = t.id WHERE a._operation = 'INSERT' AND a._ended_txn IS NOT NULL ORDER BY 1",
      ),
    ).toEqual([
      [1, 10, 11],
      [2, 20, 99],
      [3, 30, 31],
    ]);
    expect(
      db.all('SELECT id, count(*), count(DISTINCT rowid) FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE GROUP BY id'),
    ).toEqual([
      [1, 2, 1],
      [2, 3, 1],
      [3, 2, 1],
    ]);
    expect(
      db.all('SELECT (SELECT count(*) FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE x WHERE x.id = t.id) FROM t'),
    ).toEqual([[2], [3], [2]]);
  });

  test("a column of the same name is the table's own", () => {
    db.run("CREATE TABLE u(_operation TEXT, x); INSERT INTO u VALUES ('mine', 1)");
    const [row] = db.all('SELECT * FROM u VERSIONS BETWEEN MINVALUE AND MAXVALUE');
    expect(row.slice(0, 4)).toEqual(['mine', 1, 8, null]);
    expect(row).toHaveLength(6);
    expect(db.all('SELECT _operation FROM u VERSIONS BETWEEN MINVALUE AND MAXVALUE')).toEqual([['mine']]);
  });

  test('the table is the one of the end of the span, with its columns', () => {
    db.run('ALTER TABLE t ADD COLUMN w DEFAULT 5; ALTER TABLE t DROP COLUMN v; DROP TABLE t');
    const statement = db.session.prepare(
      'SELECT * FROM t VERSIONS BETWEEN TRANSACTION 5 AND TRANSACTION ? WHERE id = 3',
    );
    expect(rowsOf(statement, [6]).map((row) => row.slice(0, 3))).toEqual([
      [3, 30, 5],
      [3, 31, 6],
    ]);
    expect(rowsOf(statement, [8]).map((row) => row.slice(0, 3))).toEqual([
      [3, 5, 5],
      [3, 5, 6],
    ]);
    expect(() => rowsOf(statement, [9])).toThrow(failing('TABLE_NOT_FOUND', 'no such table "t" as of transaction 9'));
  });

  test('a transaction sees its own versions, which have no time yet', () => {
    db.session.begin();
    db.run('UPDATE t SET v = 0 WHERE id = 3; UPDATE t SET v = 1 WHERE id = 3; DELETE FROM t WHERE id = 1');
    const select =
      'SELECT id, v, _created_at IS NULL, _ended_txn, _operation FROM t VERSIONS BETWEEN TRANSACTION 6 AND';
    expect(db.all(`${select} MAXVALUE WHERE id <> 2 ${ORDER}`)).toEqual([
      [1, 11, 0, 7, 'UPDATE'],
      [1, 11, 1, 7, 'DELETE'],
      [3, 31, 0, 7, 'UPDATE'],
      [3, 1, 1, null, 'UPDATE'],
    ]);
    expect(db.all(`${select} TRANSACTION 6 WHERE id <> 2 ${ORDER}`)).toEqual([
      [1, 11, 0, null, 'UPDATE'],
      [3, 31, 0, null, 'UPDATE'],
    ]);
    db.session.rollback();
    expect(db.all(`SELECT ${LIST} FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE ${ORDER}`)).toEqual(WHOLE);
  });

  test('what the retention has given up: the history begins later', () => {
    db.run('PRAGMA min_retention_seconds = 2');
    db.session.vacuum();
    const oldest = db.engine.oldestReadable;
    expect(oldest).toBeGreaterThan(3);
    expect(() => db.all('SELECT * FROM t VERSIONS BETWEEN TRANSACTION 1 AND MAXVALUE')).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'TRANSACTION 1 is no longer readable'),
    );
    const [first] = db.all(
      'SELECT id, _created_txn, _operation FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE ORDER BY id',
    );
    expect(first).toEqual([1, 3, null]);
  });

  test('a table that keeps no history has only the versions of now', () => {
    db.run("CREATE TABLE n(a) WITH (history = 'off'); INSERT INTO n VALUES (1); UPDATE n SET a = 2");
    expect(db.all('SELECT a, _ended_txn FROM n VERSIONS BETWEEN MINVALUE AND MAXVALUE')).toEqual([[2, null]]);
    expect(() => db.all('SELECT a FROM n VERSIONS BETWEEN TRANSACTION 8 AND MAXVALUE')).toThrow(
      failing('SNAPSHOT_TOO_OLD', 'table "n" keeps no history'),
    );
  });

  test('where time travel is off, there are the versions of now', () => {
    db.run('PRAGMA time_travel_enabled = off');
    expect(db.all('SELECT v, _ended_txn FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE ORDER BY id')).toEqual([
      [11, null],
      [99, null],
      [31, null],
    ]);
    const failure = failing('SNAPSHOT_TOO_OLD', 'time travel is off');
    expect(() => db.all('SELECT v FROM t VERSIONS BETWEEN TRANSACTION 3 AND MAXVALUE')).toThrow(failure);
    expect(() => db.run('FLASHBACK TABLE t TO TRANSACTION 3')).toThrow(failure);
    expect(() => db.all("SELECT * FROM helios_diff('t', 3)")).toThrow(failure);
  });

  test('rowids, keys and indexes find no fewer versions', () => {
    db.run('CREATE UNIQUE INDEX t_v ON t(v)');
    expect(db.all('SELECT v FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE rowid = 2')).toEqual([
      [20],
      [20],
      [99],
    ]);
    expect(db.all('SELECT DISTINCT id FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE ORDER BY id')).toEqual([
      [1],
      [2],
      [3],
    ]);
    expect(db.all('SELECT max(id), min(v), max(v) FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE')).toEqual([
      [3, 10, 99],
    ]);
    expect(() => db.all('SELECT v FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE INDEXED BY t_v')).toThrow(
      failing('INDEX_NOT_FOUND', 'no such index "t_v"'),
    );
  });

  test.each([
    ['SELECT * FROM t VERSIONS BETWEEN 3 AND 4', 'SYNTAX_ERROR', 'expected TIMESTAMP, TRANSACTION, SCN, SNAPSHOT'],
    ['SELECT * FROM t VERSIONS BETWEEN MINVALUE AND 4', 'SYNTAX_ERROR', 'or MAXVALUE'],
    ['SELECT * FROM t VERSIONS BETWEEN MINVALUE', 'SYNTAX_ERROR', 'expected AND'],
    ['SELECT * FROM t VERSIONS BETWEEN TRANSACTION 1 AND 99', 'INVALID_VALUE', 'whole numbers from 0 to 6'],
    ['SELECT * FROM t VERSIONS BETWEEN TRANSACTION 0 AND 0', 'TABLE_NOT_FOUND', 'as of transaction 0'],
    [
      'SELECT * FROM sqlite_schema VERSIONS BETWEEN MINVALUE AND MAXVALUE',
      'INVALID_STATEMENT',
      'a catalogue table has no',
    ],
    [
      'WITH w AS (SELECT 1) SELECT * FROM w VERSIONS BETWEEN MINVALUE AND MAXVALUE',
      'INVALID_STATEMENT',
      'a WITH table has',
    ],
    [
      'UPDATE t VERSIONS BETWEEN MINVALUE AND MAXVALUE SET v = 1',
      'NOT_SUPPORTED',
      'VERSIONS of a table that is changed',
    ],
  ])('%s: %s', (sql, code, message) => {
    expect(() => db.all(sql)).toThrow(failing(code, message));
  });

  test('views show versions of the tables below them, and have none themselves', () => {
    db.run('CREATE VIEW log AS SELECT id, _operation FROM t VERSIONS BETWEEN TRANSACTION 4 AND MAXVALUE');
    expect(db.all('SELECT * FROM log WHERE id = 3 ORDER BY 2')).toEqual([
      [3, 'INSERT'],
      [3, 'UPDATE'],
    ]);
    expect(() => db.all('SELECT * FROM log VERSIONS BETWEEN MINVALUE AND MAXVALUE')).toThrow(
      failing('INVALID_STATEMENT', 'view "log" has no versions'),
    );
  });

  test('EXPLAIN tells of it', () => {
    const [[line]] = db.all('EXPLAIN SELECT v FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE v = 3');
    expect(line).toBe('SCAN t VERSIONS (columns 1, filter, 1 ranges for zone maps)');
  });
});

describe('versions by an index', () => {
  const SPAN = 'VERSIONS BETWEEN MINVALUE AND MAXVALUE';
  const CONDITIONS = [
    'id = 17',
    'rowid = 17',
    'oid BETWEEN 10 AND 12',
    'id = 17.0',
    "id = '17'",
    'id = 17.5',
    'id = 9007199254740993',
    'id = -1',
    'id > 17 AND id <= 19',
    "code = 'code 17'",
    "code = 'CODE 17'",
    "code >= 'code 290' AND code < 'code 291'",
    "code LIKE 'code 29%'",
    'grp = 7',
    'grp = 7 AND v > 2',
    'grp = 7 AND v = 2',
    'grp = 7 AND id = 107',
    "grp = 7 AND code = 'code 107'",
    'grp IS NULL',
    'v = 3',
    'grp = 7 AND _created_txn > 6',
    "grp = 7 AND _operation = 'DELETE'",
    'young = 5',
    'young = 9',
    'name = 2',
    "name = 'Name 2'",
    'id = ?1',
    'code = ?1',
    'grp = ?1',
    'grp = ?1 AND grp = 7',
  ];

  /** As they are found, and by a scan: no index is of use for what is IS TRUE. */
  function expectSame(what: string, condition: string, params: readonly unknown[] = []): void {
    const rows = (where: string) => sorted(db.all(`SELECT ${what} WHERE ${where}`, params));
    expect({ condition, params, rows: rows(condition) }).toEqual({
      condition,
      params,
      rows: rows(`(${condition}) IS TRUE`),
    });
  }
  const sorted = (rows: unknown[][]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

  test('are those that a scan finds, wherever they lie', () => {
    db.run(
      'CREATE TABLE big(id INTEGER PRIMARY KEY, code TEXT UNIQUE, grp INTEGER, v INTEGER, name TEXT COLLATE NOCASE)',
      'CREATE INDEX big_grp ON big(grp, v DESC)',
      'CREATE INDEX big_name ON big(name)',
      "INSERT INTO big SELECT value, 'code ' || value, nullif(value % 100, 0), 0, 'name ' || value % 40 FROM generate_series(1, 800)",
    );
    const steps = [
      () => db.session.checkpoint(),
      () => db.run('UPDATE big SET v = v + 1 WHERE id % 3 = 1', 'DELETE FROM big WHERE id % 50 = 17'),
      () => db.session.checkpoint(),
      () => db.run('ALTER TABLE big ADD COLUMN young DEFAULT 5', 'CREATE INDEX big_young ON big(young)'),
      () => db.run('UPDATE big SET young = 9, v = 3 WHERE id = 7 OR grp = 8; UPDATE big SET grp = 7 WHERE grp = 9'),
      () =>
        db.run("INSERT INTO big VALUES (17, 'code 17', 7, 2, 'name 2', 9)", 'UPDATE big SET id = -1 WHERE id = 107'),
      () => db.session.vacuum(),
      () => db.reopen(),
      () => db.run('DROP INDEX big_grp', 'UPDATE big SET v = v + 1 WHERE grp = 7'),
      () => db.session.begin(),
      () => db.run('UPDATE big SET v = 2 WHERE id < 20; DELETE FROM big WHERE grp = 7'),
    ];
    const columns = 'id, code, grp, v, name, _created_txn, _ended_txn, _operation';
    for (const [s, step] of steps.entries()) {
      step();
      const hasYoung = db.all("SELECT 1 FROM pragma_table_info('big') WHERE name = 'young'").length > 0;
      // Each second of them, in turn.
      for (const condition of CONDITIONS.filter((_, c) => (c + s) % 2 === 0)) {
        if (condition.includes('young') && !hasYoung) continue;
        for (const params of condition.includes('?') ? [[7], ['7'], ['code 7'], [null]] : [[]])
          expectSame(`${columns} FROM big ${SPAN}`, condition, params);
      }
      expectSame('id, v FROM big VERSIONS BETWEEN TRANSACTION 10 AND MAXVALUE', 'grp = 7');
    }
  });

  test('a table without rowids, and one whose index has other columns in front', () => {
    db.run('CREATE TABLE w(a TEXT, b INTEGER, c, PRIMARY KEY (a, b)) WITHOUT ROWID');
    db.run("INSERT INTO w SELECT 'a' || value % 7, value, 0 FROM generate_series(1, 500)", 'UPDATE w SET c = 1');
    for (const condition of ["a = 'a3' AND b = 17", "a = 'a3'", 'b = 17', "a = 'a3' AND b > 490", "a = 'a3' AND c = 1"])
      expectSame(`a, b, c, _operation FROM w ${SPAN}`, condition);
  });

  test('EXPLAIN names it, and blocks that hold none of them are not read', () => {
    db.run('CREATE TABLE big(id INTEGER PRIMARY KEY, grp INTEGER, n TEXT)', 'CREATE INDEX big_grp ON big(grp, n)');
    db.run("INSERT INTO big SELECT value, value % 5000, 'x' FROM generate_series(1, 50000)");
    db.session.checkpoint();
    db.run("UPDATE big SET n = 'y' WHERE id = 20007");
    const plan = (condition: string): string =>
      String(db.all(`EXPLAIN ANALYZE SELECT id, n FROM big ${SPAN} WHERE ${condition}`)[0][0]);
    expect(plan('id = 20007')).toMatch(
      /^SEARCH big VERSIONS BY ROWID \(equal 1, filter\) \[2 rows, .*segments 1 read 0 pruned, blocks 1 read 12 pruned/,
    );
    expect(plan('rowid = 20007')).toMatch(/^SEARCH big VERSIONS BY ROWID .*\[2 rows/);
    expect(plan("grp = 7 AND n > 'x'")).toMatch(
      /^SEARCH big VERSIONS USING INDEX big_grp \(equal 1, range ends 1, filter\) \[1 rows/,
    );
    expect(plan("n = 'y'")).toMatch(/^SCAN big VERSIONS \(/);
  });
});

describe('blocks of which all versions are wanted', () => {
  const ROWS = LIMITS.blockRows + 300;
  const LISTS = ['*, rowid, _operation, _ended_at', 'v, late', 'count(*), min(word)'];
  const SPANS = ['MINVALUE AND MAXVALUE', 'TRANSACTION 3 AND 4'];

  /** Versions of one transaction fill blocks, and among those that the third has ended are some that nothing follows. */
  function filled(cacheLimitBytes?: number): TestDatabase {
    const other = new TestDatabase(cacheLimitBytes === undefined ? {} : { cacheLimitBytes });
    other.run(
      'CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, v REAL)',
      `INSERT INTO t SELECT value, CASE WHEN value % 7 > 0 THEN 'word ' || value % 50 END, value / 4.0 FROM generate_series(1, ${ROWS})`,
      'BEGIN; DELETE FROM t WHERE id % 100 = 9; UPDATE t SET v = v + 1; COMMIT',
      'ALTER TABLE t ADD COLUMN late INTEGER DEFAULT 5',
      'UPDATE t SET v = -1 WHERE id % 3 = 0 AND id < 5000',
    );
    return other;
  }

  test('are read as they lie, with the same rows as of a delta, whatever the cache has room for', () => {
    const [inDelta, ...inSegments] = [filled(), filled(), filled(0)];
    for (const { session } of inSegments) session.vacuum();
    for (const then of ['', 'DELETE FROM t WHERE id % 50 = 1; UPDATE t SET v = 0 WHERE id % 1000 = 2']) {
      for (const each of [inDelta, ...inSegments]) each.run(then);
      for (const span of SPANS)
        for (const list of LISTS) {
          const found = (from: TestDatabase): string =>
            from.all(`SELECT ${list} FROM t VERSIONS BETWEEN ${span}`).map(String).sort().join('\n');
          const expected = found(inDelta);
          for (const each of inSegments) expect(found(each) === expected, `${list} of ${span} ${then}`).toBe(true);
        }
    }
  });
});

describe('what happened since', () => {
  test.each([
    [
      '_created_txn > 4',
      [
        [2, 'INSERT'],
        [3, 'INSERT'],
        [3, 'UPDATE'],
      ],
    ],
    [
      '_created_txn >= 4',
      [
        [2, 'DELETE'],
        [2, 'INSERT'],
        [3, 'INSERT'],
        [3, 'UPDATE'],
      ],
    ],
    [
      '_created_txn = 5',
      [
        [2, 'INSERT'],
        [3, 'INSERT'],
      ],
    ],
    ['4.5 < _created_txn AND _ended_txn IS NOT NULL', [[3, 'INSERT']]],
    ["_created_txn > 'text'", []],
    ['_created_txn > NULL', []],
  ])('%s', (condition, expected) => {
    const sql = `SELECT id, _operation FROM t VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE ${condition} ORDER BY 1, 2`;
    expect(db.all(sql)).toEqual(expected);
    db.session.checkpoint();
    expect(db.all(sql)).toEqual(expected);
  });

  test('blocks in which nothing happened are not read', () => {
    db.run('CREATE TABLE big(id INTEGER PRIMARY KEY, v INTEGER)');
    db.run('INSERT INTO big SELECT value, value FROM generate_series(1, 50000)');
    db.session.checkpoint();
    db.run('UPDATE big SET v = 0 WHERE id = 7');
    const plan = db.all(
      'EXPLAIN ANALYZE SELECT id, _operation FROM big VERSIONS BETWEEN MINVALUE AND MAXVALUE WHERE _created_txn > 8',
    );
    expect(plan.flat()).toEqual([
      expect.stringMatching('segments 1 read 0 pruned, blocks 1 read 12 pruned'),
      expect.stringMatching('columns: id, _created_txn, _operation'),
      expect.stringMatching('ranges: _created_txn > 8'),
      expect.stringMatching('filter: '),
    ]);
  });
});

describe('changes between two transactions', () => {
  const found = (reader: VersionReader): (readonly [number, number, number])[] => {
    const rows: [number, number, number][] = [];
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      for (let i = 0; i < batch.count; i++) rows.push([batch.locations[i], batch.created[i], batch.ended[i]]);
    }
    return rows;
  };

  test('blocks without changes are not read', () => {
    const { engine } = db;
    db.run('CREATE TABLE big(id INTEGER PRIMARY KEY, v INTEGER)');
    db.run('INSERT INTO big SELECT value, value FROM generate_series(1, 100000)');
    db.session.checkpoint();
    const from = engine.lastTransaction;
    const id = engine.catalog.table(engine.current, 'big')?.id ?? 0;
    db.run('UPDATE big SET v = 0 WHERE id IN (5, 50000, 50001); DELETE FROM big WHERE id = 99999');
    for (const _ of ['in the delta', 'in segments']) {
      const reader = changesBetween(engine.table(id), { from, to: engine.lastTransaction });
      // Three versions ended and three began; one ended for good.
      expect(found(reader)).toHaveLength(7);
      const { blocksRead, blocksPruned } = reader.reads();
      expect(blocksRead).toBeLessThan(8);
      expect(blocksPruned).toBeGreaterThan(20);
      const none = changesBetween(engine.table(id), { from: engine.lastTransaction, to: engine.lastTransaction });
      expect(found(none)).toEqual([]);
      db.session.checkpoint();
    }
  });
});
