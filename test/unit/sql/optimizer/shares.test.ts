import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT COLLATE NOCASE, c REAL);
  CREATE INDEX t_a ON t (a); CREATE INDEX t_b ON t (b COLLATE BINARY);
  INSERT INTO t VALUES (1, 5, 'x', 1.5), (2, NULL, 'Y', NULL), (7, 3, NULL, 2), (4, 9, 'a', -1);`);

test('what is computed twice for every row is computed once', () => {
  const of = (sql: string): string => {
    expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'share-subexpressions'));
    return planAfter(session, sql, 'share-subexpressions');
  };
  expect(of('SELECT c * 2 + 1, c * 2 - 1 FROM t')).toBe('project ( + 1), ( - 1)\n  project (c * 2)\n    scan t');
  expect(of('SELECT sum(c * (1 - a)), avg(c * (1 - a) * 2), max(a) FROM t')).toBe(
    'aggregate sum(), avg(( * 2)), max(a) by\n  project a, (c * (1 - a))\n    scan t',
  );
  expect(of('SELECT lower(b), lower(b) || c FROM t')).toContain('project c, lower(b)');
  expect(of('SELECT CASE WHEN a > 4 THEN a * a END, a + a FROM t')).toBe(
    'project case when (a > 4) then (a * a) end, (a + a)\n  scan t',
  );
  expect(of('SELECT CASE WHEN a > 4 THEN a * a END, CASE WHEN a > 3 THEN a * a ELSE 1 END FROM t')).toContain('scan t');
  expect(planAfter(session, 'SELECT abs(random()), abs(random()) FROM t', 'share-subexpressions')).not.toContain(
    '\n  project',
  );
  expect(of('SELECT a + 0, b, count(*) FROM t GROUP BY a + 0, b HAVING a + 0 > 1')).toContain('aggregate');
});

test('the least and the greatest value come first in an order', () => {
  const of = (sql: string): string => {
    expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'extremes-by-order'));
    return planAfter(session, sql, 'push-down-predicates', 'extremes-by-order');
  };
  expect(of('SELECT max(a) FROM t')).toBe(
    'aggregate max(a) by\n  limit 1 -\n    sort a desc\n      scan t [a is not null]',
  );
  expect(of('SELECT min(a) + 1 FROM t WHERE a > 3')).toContain('sort a\n');
  expect(of('SELECT max(id) FROM t')).toContain('sort id desc');
  for (const sql of [
    'min(b)',
    'max(c)',
    'min(a), max(c)',
    'min(id), max(id), c',
    'max(a), c',
    'count(a)',
    'sum(a)',
    'min(a) FILTER (WHERE c > 0)',
  ]) {
    expect(of(`SELECT ${sql} FROM t`)).not.toContain('sort');
  }
  expect(of('SELECT max(a) FROM t WHERE c > 0')).not.toContain('sort');
  expect(of('SELECT c, max(a) FROM t GROUP BY c')).not.toContain('sort');
  expect(query(session, 'EXPLAIN SELECT max(id) FROM t').map(String).join()).toMatch(/ROWID|INDEX|ORDER/i);
  expect(of('SELECT min(a), max(a), max(id) FROM t').match(/sort/g)).toHaveLength(3);
  expect(of('SELECT max(id), c, b FROM t')).toContain('sort id desc');
  session.executeScript(`CREATE TABLE p (g INTEGER, h TEXT COLLATE NOCASE, v INTEGER, w REAL, k TEXT NOT NULL UNIQUE);
    CREATE INDEX p_ghv ON p (g, h, v DESC);
    INSERT INTO p VALUES (1, 'a', 3, 1, 'x'), (1, 'A', NULL, 2, 'z'), (1, 'b', 9, 3, 'y'), (2, 'a', 1, 4, 'w'), (NULL, 'a', 0, 5, 'v')`);
  for (const sql of [
    "max(v) FROM p WHERE g = 1 AND h = 'a'",
    "min(v) FROM p WHERE h = 'A' AND g = 1",
    "min(v), max(v) FROM p WHERE g = 1 AND h = 'a' AND v < 9",
    'max(h) FROM p WHERE g = 1',
    'min(g) + max(g) FROM p',
    'max(k), w FROM p',
    "min(k), v, w FROM p WHERE k > 'w'",
    "min(v) FROM p WHERE g = NULL AND h = 'a'",
    'max(v) FROM p WHERE g = 7 AND h = 1',
  ]) {
    expect(of(`SELECT ${sql}`), sql).toContain('sort');
  }
  for (const sql of [
    'max(v) FROM p WHERE g = 1',
    "max(v), w FROM p WHERE g = 1 AND h = 'a'",
    "max(v) FROM p WHERE g = 1 AND h = 'a' AND w > 0",
    "max(v) FROM p WHERE g > 1 AND h = 'a'",
    "max(v) FROM p WHERE g = 1 AND h = 'a' COLLATE BINARY",
    'min(v), count(*) FROM p',
    'min(h) FROM p WHERE g IS NULL AND g = 1',
  ]) {
    expect(of(`SELECT ${sql}`), sql).not.toContain('sort');
  }
  expect(query(session, "EXPLAIN SELECT max(v) FROM p WHERE g = 1 AND h = 'a'").join('\n')).toMatch(
    /p_ghv .*equal 2.*ordered/,
  );
  session.executeScript('CREATE TABLE e (a INTEGER); CREATE INDEX e_a ON e (a)');
  expect(of('SELECT min(a) FROM e')).toContain('sort');
});
