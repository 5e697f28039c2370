import { expect, test } from 'vitest';
import { rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, status TEXT, kind INTEGER, ts INTEGER, r INTEGER, w TEXT, x REAL, d DECIMAL(8,2));
  INSERT INTO t SELECT value, CASE WHEN value % 1000 = 0 THEN 'open' ELSE 'done' END, value % 5, value * 10,
    (value * 7919) % 20000, 'k' || ((value * 31) % 5000), CASE WHEN value % 2 THEN value / 4.0 END, value / 100.0
    FROM generate_series(1, 20000);
  CREATE INDEX t_status ON t (status); CREATE INDEX t_kind ON t (kind); CREATE UNIQUE INDEX t_ts ON t (ts, id);
  CREATE INDEX t_r ON t (r); CREATE INDEX t_w ON t (w); CREATE INDEX t_x ON t (x); CREATE INDEX t_d ON t (d);
  CREATE TABLE small (id INTEGER PRIMARY KEY, a INTEGER);
  INSERT INTO small SELECT value, value FROM generate_series(1, 100);
  CREATE INDEX small_a ON small (a);`);

/** The index that a query goes through; `scan` where it goes through none. */
function pathOf(where: string, table = 't'): string {
  const sql = `SELECT count(*), sum(id) FROM ${table} WHERE ${where}`;
  expect(query(session, sql), where).toEqual(rowsWithout(session, sql, 'access-paths'));
  return /USING INDEX (\w+)/.exec(query(session, `EXPLAIN ${sql}`).join('\n'))?.[1] ?? 'scan';
}

for (const state of ['in memory', 'in segments']) {
  test(`the index that finds fewest rows, or a scan: ${state}`, () => {
    if (state === 'in segments') session.engine.checkpoint();
    expect(pathOf('r BETWEEN 5000 AND 5010')).toBe('t_r');
    expect(pathOf('r BETWEEN 1000 AND 15000')).toBe('scan');
    expect(pathOf('r > 19950')).toBe('t_r');
    expect(pathOf('r < 19950')).toBe('scan');
    expect(pathOf('ts >= 1000 AND ts < 190000')).toBe('scan');
    expect(pathOf('ts >= 1000 AND ts < 1900')).toBe('t_ts');
    expect(pathOf('kind = 3 AND r BETWEEN 5000 AND 5010')).toBe('t_r');
    expect(pathOf('kind = 3')).toBe('scan');
    expect(pathOf('kind IN (1, 2)')).toBe('scan');
    expect(pathOf("status = 'done' AND kind = 2 AND w = 'k77'")).toBe('t_w');
    expect(pathOf("w >= 'k1' AND w < 'k5'")).toBe('scan');
    expect(pathOf("w >= 'k49' AND w < 'k491'")).toBe('t_w');
    expect(pathOf('x < 10')).toBe('t_x');
    expect(pathOf('x > 10')).toBe('scan');
  });
}

test('of texts that share a plan, ranges are taken to be as wide as the first', () => {
  for (const from of [5000, 6000, 7000, 8000]) {
    const sql = `SELECT count(*), sum(r) FROM t WHERE r BETWEEN ${from} AND ${from + 10}`;
    expect(query(session, sql)).toEqual(rowsWithout(session, sql, 'access-paths'));
  }
  const wide = (from: number) => `SELECT count(*) FROM t WHERE r BETWEEN ${from} AND ${from + 14000}`;
  expect([1000, 2000, 3000].map((from) => query(session, wide(from))[0][0])).toEqual([14001, 14001, 14001]);
});

test('how often a value is there decides, too', () => {
  expect(pathOf("status = 'open'")).toBe('t_status');
  expect(pathOf("status = 'done'")).toBe('scan');
});

test('what is not known is guessed, and small tables are read through their indexes', () => {
  expect(pathOf('r = (SELECT 7)')).toBe('t_r');
  expect(pathOf('r > (SELECT 7)')).toBe('scan');
  expect(pathOf('d = 1.5')).toBe('t_d');
  expect(pathOf('a > 10', 'small')).toBe('small_a');
});

test('NULLs lie together in an index: they are found there, and left out', () => {
  session.executeScript(`
    CREATE TABLE n (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c TEXT COLLATE NOCASE UNIQUE);
    INSERT INTO n SELECT value, CASE WHEN value % 100 = 0 THEN value % 700 END, CASE WHEN value % 100 THEN value % 7 END,
      CASE WHEN value % 50 = 0 THEN 'c' || value END FROM generate_series(1, 6000);
    CREATE INDEX n_ab ON n (a, b DESC); CREATE INDEX n_ba ON n (b DESC, a);`);
  for (let round = 0; round < 2; round++) {
    expect(pathOf('a IS NOT NULL', 'n')).toBe('n_ab');
    expect(pathOf('a IS NULL', 'n')).toBe('scan');
    expect(pathOf('b IS NULL', 'n')).toBe('n_ba');
    expect(pathOf('b IS NULL AND a = 100', 'n')).toMatch(/n_ab|n_ba/);
    expect(pathOf('b IS NULL AND a IS NOT NULL AND a < 200', 'n')).toBe('n_ba');
    expect(pathOf('a IS NULL AND b = 3 AND id < 300', 'n')).toMatch(/scan|n_ba|n_ab/);
    expect(pathOf('a = 100 AND b IS NULL', 'n')).toMatch(/n_ab|n_ba/);
    expect(pathOf('c IS NOT NULL AND id > 5000', 'n')).toContain('n');
    expect(pathOf('c IS NULL', 'n')).toBe('scan');
    expect(pathOf('b = NULL', 'n')).toMatch(/scan|n_ba/);
    for (const sql of [
      'SELECT min(a), max(a), min(b), max(b), min(c), max(c) FROM n',
      'SELECT min(b), max(b) FROM n WHERE a IS NULL',
      'SELECT min(a) FROM n WHERE b IS NULL',
      'SELECT id FROM n WHERE a IS NOT NULL ORDER BY a, b DESC, id LIMIT 3',
      'SELECT a FROM n WHERE a IS NOT NULL ORDER BY a DESC LIMIT 1',
      'SELECT b FROM n WHERE b IS NOT NULL ORDER BY b LIMIT 2',
      'SELECT b FROM n WHERE b IS NOT NULL AND b < 3 ORDER BY b DESC LIMIT 2',
      'SELECT a FROM n WHERE b IS NULL ORDER BY a LIMIT 4',
    ]) {
      expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'access-paths', 'extremes-by-order'));
    }
    session.executeScript('DELETE FROM n WHERE id % 300 = 0; UPDATE n SET b = NULL WHERE id % 77 = 0');
    if (round === 0) session.engine.checkpoint();
  }
});

test('several indexes at once, where the rows in all of their stretches are few', () => {
  session.executeScript(`
    CREATE TABLE m (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c TEXT COLLATE NOCASE, d INTEGER);
    INSERT INTO m SELECT value, (value * 7919) % 20, CASE WHEN value % 7 THEN (value * 104729) % 23 END,
      CASE WHEN value % 2 THEN 'X' ELSE 'x' END || (value * 31) % 19, value % 3 FROM generate_series(1, 60000);
    CREATE INDEX m_a ON m (a); CREATE INDEX m_b ON m (b DESC); CREATE INDEX m_c ON m (c); CREATE INDEX m_d ON m (d);`);
  expect(query(session, 'EXPLAIN SELECT d FROM m WHERE a = 3 AND b = 7').join('\n')).toMatch(/equal in m_[ab]: [37]/);
  const both = (where: string) => {
    const sql = `SELECT count(*), sum(id), min(id) FROM m WHERE ${where}`;
    expect(query(session, sql), where).toEqual(rowsWithout(session, sql, 'access-paths'));
    return /INDEX m_\w AND INDEX m_\w/.test(query(session, `EXPLAIN ${sql}`).join('\n'));
  };
  for (let round = 0; round < 3; round++) {
    expect(both('a = 3 AND b = 7')).toBe(true);
    expect(both("a = 3 AND c = 'x7'")).toBeTypeOf('boolean');
    expect(both("b = 7 AND c = 'x7' AND a = 3")).toBeTypeOf('boolean');
    expect(both('a BETWEEN 3 AND 4 AND b > 20')).toBeTypeOf('boolean');
    expect(both('a = 3 AND b = 7 AND d = 1 AND id % 2 = 0')).toBe(true);
    expect(both('a = 3 AND b = (SELECT NULL)')).toBeTypeOf('boolean');
    expect(both('b IS NULL AND a = 3 AND d = 2')).toBeTypeOf('boolean');
    expect(both('a = 3 AND d = 1')).toBeTypeOf('boolean');
    expect(both('a < 15 AND b < 20')).toBe(false);
    session.executeScript('DELETE FROM m WHERE id % 11 = 0; UPDATE m SET a = 3, b = 7 WHERE id % 501 = 0');
    expect(both('a = 3 AND b = 7')).toBe(true);
    if (round === 0) session.engine.checkpoint();
    session.executeScript(
      `BEGIN; UPDATE m SET c = 'x7' WHERE id % 397 = 0; DELETE FROM m WHERE a = 3 AND c = 'x7' AND id < 3000`,
    );
    expect(query(session, "SELECT count(*) FROM m WHERE a = 3 AND c = 'x7' AND id < 3000")).toEqual([[0]]);
    session.executeScript('ROLLBACK');
  }
});

test('the rows of an IN over few unique values are found through an index', () => {
  const unique = 'SELECT id, r FROM t WHERE r IN (SELECT id FROM small WHERE a < 20) AND kind < 4 ORDER BY id';
  const explained = query(session, `EXPLAIN ${unique}`).join('\n');
  expect(explained).toMatch(/LOOKUP JOIN INNER/);
  expect(explained).toMatch(/USING INDEX t_r/);
  // Of values that are not unique, each row would come as often as they do.
  session.executeScript(
    'CREATE TABLE twice (k INTEGER); INSERT INTO twice SELECT value / 2 FROM generate_series(1, 20)',
  );
  const repeated = 'SELECT id, r FROM t WHERE EXISTS (SELECT 1 FROM twice WHERE k = r) ORDER BY id';
  expect(query(session, `EXPLAIN ${repeated}`).join('\n')).toMatch(/JOIN [A-Z-]*SEMI/);
  for (const sql of [unique, repeated])
    expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'lookup-join'));
  expect(query(session, unique).length).toBeGreaterThan(10);
});
