import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

function plan(sql: string): string {
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (a INTEGER, b TEXT, c TEXT COLLATE NOCASE, d);
    CREATE TABLE u (a INTEGER, x REAL);
    INSERT INTO t VALUES (1, 'x', 'P', 1), (2, 'y', 'p', '1'), (2, 'y', 'q', 1.0), (NULL, NULL, NULL, NULL);
    INSERT INTO u VALUES (1, 1.5), (2, NULL), (3, 2.5), (NULL, 0)`);
  expect(query(session, sql).sort()).toEqual(rowsWithout(session, sql, 'push-down-predicates').sort());
  return planAfter(session, sql, 'push-down-predicates');
}

test('into both sides of an inner join', () => {
  expect(plan('SELECT t.b, u.x FROM t JOIN u ON t.a = u.a WHERE t.a > 1 AND u.x IS NULL AND t.a < u.x + 9')).toBe(
    'inner join [(a = a) and (a < (x + 9))]\n  scan t [(a > 1)]\n  scan u [x is null]',
  );
});

test('into the left side of a left join, and from ON into the right', () => {
  expect(plan('SELECT t.b, u.x FROM t LEFT JOIN u ON t.a = u.a AND u.x > 1 WHERE t.a > 1 AND u.x IS NULL')).toBe(
    'filter [x is null]\n  left join [(a = a)]\n    scan t [(a > 1)]\n    scan u [(x > 1)]',
  );
});

test('through projections, with the computation in its place', () => {
  expect(plan("SELECT * FROM (SELECT b || 'z' AS z, a FROM t) WHERE z = 'xz' AND a = 1")).toContain(
    "scan t [((b || 'z') = 'xz') and (a = 1)]",
  );
});

test('into all parts of a compound, unless a part has other values than the result', () => {
  expect(plan('SELECT * FROM (SELECT a, b FROM t UNION ALL SELECT a, x FROM u) WHERE a = 2')).toBe(
    'union all\n  scan t [(a = 2)]\n  scan u [(a = 2)]',
  );
  expect(plan("SELECT * FROM (SELECT a, b FROM t UNION ALL SELECT a, x FROM u) WHERE b = 'x'")).toContain('filter');
  expect(plan("SELECT * FROM (SELECT c FROM t UNION SELECT c FROM t) WHERE c = 'p' COLLATE BINARY")).toContain(
    'filter',
  );
});

test('below a grouping and below DISTINCT where equal keys are the same', () => {
  expect(plan('SELECT a, count(*) FROM t GROUP BY a HAVING a > 1 AND count(*) > 1')).toBe(
    'filter [(count > 1)]\n  aggregate count() by a\n    scan t [(a > 1)]',
  );
  expect(plan("SELECT c, count(*) FROM t GROUP BY c HAVING c = 'p' COLLATE BINARY")).toContain('filter');
  expect(plan('SELECT d, count(*) FROM t GROUP BY d HAVING typeof(d) = 1')).toContain('filter');
  expect(plan('SELECT * FROM (SELECT DISTINCT a, b FROM t) WHERE a = 2')).toContain('scan t [(a = 2)]');
});

test('below a window only over its partitions', () => {
  const of = (where: string) =>
    plan(`SELECT * FROM (SELECT a, b, count(*) OVER (PARTITION BY a) AS n FROM t) WHERE ${where}`);
  expect(of('a = 2')).toContain('scan t [(a = 2)]');
  expect(of("b = 'y'")).toContain('scan t\n'.trim());
  expect(of("b = 'y'")).toContain('filter');
});

test('never below LIMIT', () => {
  expect(plan('SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 3) WHERE a = 2')).toMatch(
    /^filter \[\(a = 2\)\]\n {2}limit/,
  );
});

test('what may raise an error stays above the join', () => {
  expect(plan('SELECT t.a FROM t JOIN u ON t.a = u.a WHERE t.a = 1 AND t.a * 4611686018427387904 > 0')).toBe(
    'inner join [(a = a) and ((a * 4611686018427387904) > 0)]\n  scan t [(a = 1)]\n  scan u',
  );
});
