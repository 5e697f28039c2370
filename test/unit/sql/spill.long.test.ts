import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { LyingDisk } from '../../sim/lying-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { limitedSession, littleMemory } from '../../support/little-memory.ts';
import { PLANNED, query } from '../../support/sql-session.ts';

/** 6,000 rows with NULLs, ties, integers beyond 2^53, texts that a dictionary holds and texts that none does. */
const ROWS = `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, big INTEGER, r REAL, name TEXT, note TEXT, any_value, b BLOB);
  INSERT INTO t SELECT value, value * 7919 % 1013,
    CASE WHEN value % 3 = 0 THEN 9007199254740993 + value % 50 ELSE value % 50 END,
    CASE WHEN value % 7 > 0 THEN value % 31 / 3.0 END, 'name ' || (value % 40),
    CASE WHEN value % 11 > 0 THEN 'note ' || (value * 31 % 2999) END,
    CASE value % 4 WHEN 0 THEN value % 20 WHEN 1 THEN 'x' || value % 20 WHEN 2 THEN value % 20 + 0.5 END,
    CASE WHEN value % 5 > 0 THEN CAST(char(65 + value % 13) AS BLOB) END
  FROM generate_series(1, 6000)`;

const PARTNERS = `CREATE TABLE u AS SELECT * FROM t WHERE id % 2 = 0;
  CREATE TABLE p AS SELECT *, 1 AS one FROM t WHERE id % 14 = 3;
  CREATE TABLE q AS SELECT *, 1 AS one FROM t WHERE id % 15 = 1`;

/** In what is said to spill, whether the order of its rows is fixed. */
const QUERIES: Readonly<Record<string, readonly (readonly [sql: string, isOrdered: boolean])[]>> = {
  SORT: [
    ['SELECT * FROM t ORDER BY a, id', true],
    ['SELECT * FROM t ORDER BY a', true], // stable: as in memory
    ['SELECT name, r, id FROM t ORDER BY name DESC, r NULLS LAST', true],
    ['SELECT big, any_value FROM t ORDER BY big DESC, any_value', true],
    ['SELECT note COLLATE NOCASE AS n, b FROM t ORDER BY n, b DESC NULLS FIRST', true],
    ['SELECT a, b FROM t ORDER BY r * 2 DESC, a % 10', true],
  ],
  AGGREGATE: [
    ['SELECT a, count(*), sum(r), min(note), max(big), avg(id) FROM t GROUP BY a', false],
    ['SELECT note, any_value, count(*) FROM t GROUP BY note, any_value', false],
    [
      'SELECT note COLLATE NOCASE, big, count(DISTINCT name) FILTER (WHERE id % 3 > 0), sum(a) FROM t GROUP BY 1, 2',
      false,
    ],
    ['SELECT id, name, max(a), note FROM t GROUP BY id % 2000', false],
    ['SELECT any_value, group_concat(id), total(r) FROM t GROUP BY any_value, a', false],
    ['SELECT a, name, count(*), sum(id) FROM t GROUP BY ROLLUP (a, name)', false],
    ['SELECT b, r, a, count(*) FROM t GROUP BY b, r, a HAVING count(*) > 0', false],
  ],
  DISTINCT: [
    ['SELECT DISTINCT a, name FROM t', false],
    ['SELECT DISTINCT big, any_value, b, r FROM t', false],
    ['SELECT DISTINCT note, r FROM t', false],
    ['SELECT count(*), sum(length(note)) FROM (SELECT DISTINCT note, name, a FROM t)', false],
  ],
  '(UNION|INTERSECT|EXCEPT)': [
    ['SELECT a, name FROM t UNION SELECT id, note FROM t', false],
    ['SELECT id % 4000, any_value FROM t INTERSECT SELECT id % 4000, any_value FROM t WHERE id % 3 > 0', false],
    ['SELECT a, name FROM t EXCEPT SELECT a, name FROM t WHERE id % 3 = 0', false],
    ['SELECT a % 100, r FROM t INTERSECT ALL SELECT a % 100, r FROM t WHERE id % 2 = 0', false],
    ['SELECT note, name FROM t EXCEPT ALL SELECT note, name FROM t WHERE id % 2 = 0', false],
  ],
  'HASH JOIN': [
    ['SELECT t.id, u.id, u.note FROM t JOIN u ON t.a = u.a AND t.name = u.name', false],
    ['SELECT t.id, u.id, u.note FROM t LEFT JOIN u ON t.note = u.note AND t.id < u.id * 2', false],
    ['SELECT t.id, u.id, t.note FROM t FULL JOIN u ON t.big = u.big AND t.a = u.a AND u.id % 3 > 0', false],
    ['SELECT t.id, u.id, t.r FROM t RIGHT JOIN u ON t.any_value = u.any_value AND t.a = u.a', false],
    ['SELECT id, name FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.note = t.note AND u.id <> t.id % 3000)', false],
    ['SELECT id, name FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND u.note = t.note)', false],
    ['SELECT id, a NOT IN (SELECT a FROM u WHERE u.id > 2000 AND u.note = t.note) FROM t', false],
    ['SELECT id, (SELECT max(id) FROM u WHERE u.note = t.note) FROM t', false],
    ['SELECT t.id, u.id, t.note, u.note FROM t JOIN u ON t.a = u.a + 1 ORDER BY t.id, u.id', true],
    ['SELECT t.id, count(*) FROM t LEFT JOIN u ON t.a + 0 = u.a GROUP BY t.id', false],
  ],
  'RANGE JOIN': [
    ['SELECT p.id, q.id, q.note FROM p JOIN q ON q.a BETWEEN p.a AND p.a + 3', false],
    ['SELECT p.id, q.id, q.note FROM p LEFT JOIN q ON q.a > p.a + 950', false],
    ['SELECT p.id, q.id, q.note FROM p FULL JOIN q ON q.a > p.a + 900 AND q.a < p.a + 910 AND q.id % 5 > 1', false],
    ['SELECT p.id, q.id, q.note FROM p LEFT JOIN q ON q.a > p.a + 900 ORDER BY p.id', true],
  ],
  '(NESTED LOOP|RANGE) JOIN': [
    ['SELECT p.id, q.id, q.note FROM p JOIN q ON p.a < q.a - 900 + p.id % 7', false],
    ['SELECT p.id, q.id, q.note FROM p LEFT JOIN q ON p.a < q.a - 900', false],
    ['SELECT p.id, q.id, p.note, q.big FROM p FULL JOIN q ON p.a * 2 < q.a - 900 AND q.id % 5 > 1', false],
    ['SELECT q.id, p.id, q.note, p.b FROM p RIGHT JOIN q ON p.a * 3 < q.a - 900', false],
    ['SELECT p.id, q.id, q.note FROM p LEFT JOIN q ON p.a < q.a - 900 ORDER BY p.id', true],
  ],
  // All keys are equal: dividing does not help.
  'HASH JOIN [A-Z]+': [
    ['SELECT p.id, q.id, q.note FROM p JOIN q ON p.one = q.one AND p.a < q.a - 900', false],
    ['SELECT p.id, q.id, q.note FROM p LEFT JOIN q ON p.one = q.one AND p.a < q.a - 900 ORDER BY p.id', true],
    ['SELECT p.id, q.id, q.note FROM p FULL JOIN q ON p.one = q.one AND p.a < q.a - 900 AND p.b < q.b', false],
    ['SELECT id, note FROM p WHERE one IN (SELECT one FROM q WHERE q.a > p.a)', false],
    ['SELECT id, r NOT IN (SELECT r + (p.id % 3) FROM q WHERE q.one = p.one AND q.a > p.a) FROM p', false],
    ['SELECT id, (note, r) IN (SELECT note, r FROM q WHERE q.one = p.one AND q.a > p.a) FROM p', false],
    ['SELECT id, (SELECT note FROM q WHERE q.one = p.one AND q.a > p.a LIMIT 1), name FROM p', false],
  ],
  'TOP N': [
    ['SELECT * FROM t ORDER BY note, id LIMIT 2000', true],
    ['SELECT id, a, name, note FROM t ORDER BY a DESC LIMIT 1500 OFFSET 700', true],
    ['SELECT id, a, name, note FROM t ORDER BY a DESC LIMIT 5000 OFFSET 5999', true],
  ],
  WINDOW: [
    ['SELECT id, note, row_number() OVER (PARTITION BY a ORDER BY id), sum(r) OVER (PARTITION BY a) FROM t', false],
    [
      'SELECT id, rank() OVER w, lag(note) OVER w, last_value(b) OVER w FROM t WINDOW w AS (PARTITION BY note, name ORDER BY r, big DESC)',
      false,
    ],
    [
      `SELECT id, any_value, count(*) FILTER (WHERE a > 500) OVER (PARTITION BY big ORDER BY a ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING),
        group_concat(id) OVER (PARTITION BY big ORDER BY a, id DESC RANGE CURRENT ROW) FROM t`,
      false,
    ],
    // Partitions that do not fit alone.
    ['SELECT id, row_number() OVER (), note FROM t', true],
    [
      `SELECT id, note, row_number() OVER w, rank() OVER w, dense_rank() OVER w, lag(note) OVER w, sum(id) OVER w, min(note) OVER w,
        avg(r) FILTER (WHERE id % 3 > 0) OVER w FROM t WINDOW w AS (ORDER BY a)`,
      true,
    ],
    [
      `SELECT id, any_value, rank() OVER w, count(note) OVER (PARTITION BY id < 5500 ORDER BY a ROWS UNBOUNDED PRECEDING), lag(b) OVER w
        FROM t WINDOW w AS (PARTITION BY id < 5500 ORDER BY a DESC)`,
      false,
    ],
    // What all rows of such a partition have to be seen for.
    [
      'SELECT id, note, sum(id) OVER (), max(note) FILTER (WHERE id % 3 > 0) OVER (), row_number() OVER () FROM t',
      true,
    ],
    [
      `SELECT id, any_value, count(r) OVER w, avg(id) OVER w, lead(note) OVER (PARTITION BY id < 5500 ORDER BY a, id),
        sum(a) OVER (PARTITION BY id < 5500 ORDER BY a, id ROWS UNBOUNDED PRECEDING)
        FROM t WINDOW w AS (PARTITION BY id < 5500 ORDER BY a, id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`,
      false,
    ],
    [
      `SELECT id, lead(id) OVER w, lag(note) OVER w, count(*) OVER (PARTITION BY id / 2500), rank() OVER w
        FROM t WINDOW w AS (PARTITION BY id / 2500 ORDER BY a DESC)`,
      false,
    ],
  ],
  'ROWS OF w': [
    ['WITH w AS MATERIALIZED (SELECT * FROM t) SELECT * FROM w', true],
    [
      'WITH w AS (SELECT id, note, b, big FROM t) SELECT x.id, x.big FROM w x UNION ALL SELECT y.id, y.b FROM w y',
      true,
    ],
    ['WITH w AS MATERIALIZED (SELECT id, any_value FROM t) SELECT * FROM w WHERE id IN (SELECT max(id) FROM w)', true],
  ],
  RECURSIVE: [
    [
      `WITH RECURSIVE w(id, round, x, y) AS (
        SELECT id, 1, note, any_value FROM t UNION ALL
        SELECT id, round + 1, y, round || x FROM w WHERE round < 3 AND id % (3 * round) > 0)
      SELECT * FROM w`,
      true,
    ],
    [
      `WITH RECURSIVE w(id, big) AS (SELECT id, big FROM t UNION ALL SELECT t.id, t.big + w.big FROM w JOIN t ON t.id = w.id - 5900)
      SELECT * FROM w`,
      false,
    ],
    [
      `WITH RECURSIVE w(id, a, x) AS (
        SELECT id, a % 50, note FROM t WHERE id <= 2500 UNION ALL
        SELECT id, a + 7, x || a FROM w WHERE a < 60 AND id % 3 = 0 ORDER BY 2 DESC, 3)
      SELECT * FROM w`,
      true,
    ],
    [
      `WITH RECURSIVE w(id, any_value) AS (
        SELECT id, any_value FROM t WHERE id % 3 = 0 UNION
        SELECT id / 2, any_value FROM w WHERE id > 2500 ORDER BY 2 NULLS LAST)
      SELECT * FROM w`,
      true,
    ],
  ],
};

const session = limitedSession(256);
beforeAll(() => {
  session.executeScript(ROWS);
  session.executeScript(PARTNERS);
  session.checkpoint();
  session.executeScript("UPDATE t SET name = 'renamed' WHERE id % 100 = 0");
});
afterAll(() => session.engine.close());

function sorted(rows: readonly unknown[][]): string[] {
  return rows.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))).sort();
}

/** The rows of a query, and its plan with what was counted, run with as little of some kilobytes as it can do with. */
function withLittle(sql: string, batchRows: number, leastKb: number): { rows: unknown[][]; plan: string } {
  for (let limitKb = leastKb; ; limitKb *= 2) {
    const memory = littleMemory(limitKb);
    const scarce = new Session(session.engine, { batchRows, memory, ...PLANNED });
    const { freeBytes } = session.engine.stats();
    try {
      const rows = query(scarce, sql);
      return { rows, plan: query(scarce, `EXPLAIN ANALYZE ${sql}`).flat().join('\n') };
    } catch (error) {
      if (!isHeliosError(error, 'OUT_OF_MEMORY_BUDGET') || limitKb > leastKb * 2) throw error;
    } finally {
      expect(memory.operatorBytes).toBe(0);
      expect(memory.peakOperatorBytes).toBeLessThanOrEqual(limitKb * 1024);
      expect(session.engine.stats().freeBytes).toBe(freeBytes);
    }
  }
}

/** Rows of a batch, and kilobytes to begin with. */
const SIZES = [
  [3, 150],
  [2048, 1000],
] as const;
const SMALLEST = [[2, 128]] as const;
/** For joins that look at each pair of rows: of smaller tables. */
const SMALL_SIZES = [
  [3, 6],
  [8, 12],
] as const;

for (const [operator, queries] of Object.entries(QUERIES)) {
  describe(operator, () => {
    test.each(queries)('%s', (sql, isOrdered) => {
      const expected = query(session, sql);
      const isFirst = queries[0][0] === sql;
      const sizes = sql.includes(' q ') ? SMALL_SIZES : isFirst ? [...SIZES, ...SMALLEST] : SIZES;
      for (const [batchRows, leastKb] of sizes) {
        const { rows, plan } = withLittle(sql, batchRows, leastKb);
        if (isOrdered) expect(rows).toEqual(expected);
        else expect(sorted(rows)).toEqual(sorted(expected));
        // A batch is the least that an operator holds: of large ones a few are all rows.
        if (batchRows < 2048) expect(plan).toMatch(new RegExp(`${operator} [^\n]* kB spilled`));
      }
      expect(session.engine.check().problems).toEqual([]);
    });
  });
}

/** What spills, one statement for each way of doing so. */
const SPILLING = Object.values(QUERIES).map(([[sql]]) => sql);

/** What each of them spills with, in kilobytes. */
const scarceKb = (sql: string): number => (sql.includes(' q ') ? 10 : 160);

test('INSERT … SELECT collects its rows in the file', () => {
  const memory = littleMemory(200);
  const scarce = new Session(session.engine, { batchRows: 16, memory, ...PLANNED });
  scarce.executeScript(
    'CREATE TABLE copy AS SELECT * FROM t ORDER BY id; INSERT INTO copy SELECT * FROM copy ORDER BY id',
  );
  expect(memory.peakOperatorBytes).toBeLessThanOrEqual(200 * 1024);
  expect(memory.operatorBytes).toBe(0);
  expect(query(session, 'SELECT * FROM copy WHERE rowid <= 6000 ORDER BY rowid')).toEqual(
    query(session, 'SELECT * FROM t ORDER BY id'),
  );
  expect(query(session, 'SELECT * FROM copy WHERE rowid > 6000 ORDER BY rowid')).toEqual(
    query(session, 'SELECT * FROM t ORDER BY id'),
  );
  session.executeScript('DROP TABLE copy');
});

/** Changes of a table that is as `t`; each with what came of it, in order. */
const CHANGES = [
  "UPDATE c SET note = 'changed ' || id, a = a + 1, r = NULL WHERE id % 3 > 0",
  'UPDATE c SET a = a + 1, note = name WHERE a > 10', // found in the order of an index
  'UPDATE c SET note = t.note FROM t WHERE t.a = c.a', // finds rows several times
  'UPDATE c SET id = -id WHERE id % 2 = 0',
  'UPDATE OR REPLACE c SET id = id + 1 WHERE id % 4 = 0',
  'DELETE FROM c WHERE id % 3 > 0',
  'DELETE FROM c USING t WHERE t.a = c.a AND t.id % 5 > 0',
  "INSERT INTO c SELECT id + 3000, a, big, r, name, 'new', any_value, b FROM t ORDER BY a ON CONFLICT DO UPDATE SET note = 'old'",
  'UPDATE w SET a = id + a WHERE id % 2 > 0',
] as const;

test.each(CHANGES)('rows to change lie in the file: %s', (sql) => {
  const outcomes = [littleMemory(100), null].map((memory) => {
    const scarce = new Session(session.engine, { batchRows: 16, ...(memory === null ? {} : { memory }) });
    scarce.executeScript(`CREATE TABLE c (id INTEGER PRIMARY KEY, a INTEGER, big INTEGER, r REAL, name TEXT, note TEXT, any_value, b BLOB);
      CREATE INDEX c_a ON c (a); CREATE VIEW w AS SELECT id, a, note FROM c;
      CREATE TRIGGER w_change INSTEAD OF UPDATE ON w BEGIN UPDATE c SET a = new.a WHERE id = old.id; END;
      INSERT INTO c SELECT * FROM t; CREATE TABLE log (id, a);
      CREATE TRIGGER c_change AFTER UPDATE ON c WHEN new.id % 10 = 0 BEGIN INSERT INTO log VALUES (new.id, new.a); END`);
    scarce.executeScript(sql);
    if (memory !== null) expect(memory.peakOperatorBytes).toBeLessThanOrEqual(100 * 1024);
    if (memory !== null) expect(memory.operatorBytes).toBe(0);
    const rows = query(session, 'SELECT * FROM c ORDER BY id');
    const log = query(session, 'SELECT * FROM log ORDER BY rowid');
    scarce.executeScript('DROP VIEW w; DROP TABLE c; DROP TABLE log');
    return { rows, log };
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
});

describe('what goes wrong', () => {
  test.each(SPILLING)('a cursor that is closed early frees its pages: %s', (sql) => {
    const memory = littleMemory(scarceKb(sql));
    const scarce = new Session(session.engine, { batchRows: 8, memory, ...PLANNED });
    const { freeBytes } = session.engine.stats();
    let sawPages = false;
    for (const steps of [100, 150, 250, 400, 800]) {
      const cursor = scarce.prepare(sql).execute();
      for (let step = 0; step < steps; step++) cursor.next();
      const { mainBytes } = session.engine.stats();
      sawPages ||= mainBytes > 0 && memory.operatorBytes > 0;
      cursor.close();
      expect(memory.operatorBytes).toBe(0);
      expect(session.engine.stats().freeBytes).toBe(freeBytes);
    }
    expect(sawPages).toBe(true);
  });

  test('a database that is open for reading only has nowhere to spill to', () => {
    const disk = new LyingDisk(1);
    const writer = new Session(Engine.open(disk.open(), new SimulatedClock(), new SeededRandom(1)));
    writer.executeScript(ROWS);
    writer.executeScript(PARTNERS);
    writer.engine.close();
    const engine = Engine.open({ ...disk.open(), readOnly: true }, new SimulatedClock(), new SeededRandom(1));
    for (const sql of SPILLING) {
      const reader = new Session(engine, { memory: littleMemory(scarceKb(sql)), batchRows: 8, ...PLANNED });
      expect(() => query(reader, sql)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY_BUDGET' }));
      expect(reader.memory.operatorBytes).toBe(0);
    }
  });
});
