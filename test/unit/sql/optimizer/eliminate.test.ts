import { expect, test } from 'vitest';
import type { OptimizerSwitch } from '../../../../src/sql/planner/switches.ts';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, c TEXT COLLATE NOCASE NOT NULL UNIQUE, d INTEGER UNIQUE);
  CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER, x INTEGER);
  INSERT INTO t VALUES (1, 1, 'x', 'p', NULL), (2, 1, 'x', 'q', NULL), (3, 2, 'y', 'r', 5);
  INSERT INTO u VALUES (1, 1, 10), (2, 1, 20), (3, 3, 30), (4, NULL, 40);`);

function plan(sql: string, ...rules: readonly OptimizerSwitch[]): string {
  expect(query(session, sql).sort(), sql).toEqual(rowsWithout(session, sql, ...rules).sort());
  return planAfter(session, sql, ...rules);
}

test('a left join that nobody reads and that finds one row at most', () => {
  const of = (sql: string) => plan(sql, 'eliminate-joins', 'prune-columns', 'push-down-predicates');
  expect(of('SELECT u.x FROM u LEFT JOIN t ON t.id = u.t_id')).toBe('scan u');
  expect(of("SELECT u.x FROM u LEFT JOIN t ON t.id = u.t_id AND t.b = 'x'")).toBe('scan u');
  expect(of('SELECT x FROM (SELECT u.x, t.b FROM u LEFT JOIN t ON t.id = u.t_id)')).not.toContain('join');
  expect(of('SELECT u.x, t.b FROM u LEFT JOIN t ON t.id = u.t_id')).toContain('left join');
  expect(of('SELECT t.b FROM t LEFT JOIN u ON t.id = u.t_id')).toContain('left join');
  expect(of('SELECT u.x FROM u LEFT JOIN t ON t.d = u.t_id')).toContain('left join');
  expect(of('SELECT u.x FROM u LEFT JOIN (SELECT DISTINCT a FROM t) s ON s.a = u.t_id')).toBe('scan u');
  expect(of('SELECT u.x FROM u LEFT JOIN t ON t.id = u.t_id WHERE t.b IS NULL')).toContain('left join');
});

test('DISTINCT over rows with a key', () => {
  const of = (sql: string) => plan(sql, 'eliminate-distinct');
  expect(of('SELECT DISTINCT id, a FROM t')).toBe('scan t');
  expect(of('SELECT DISTINCT c FROM t')).toBe('scan t');
  expect(of('SELECT DISTINCT a FROM t')).toContain('distinct');
  expect(of('SELECT DISTINCT d FROM t')).toContain('distinct');
  expect(of('SELECT DISTINCT c COLLATE BINARY AS c FROM t')).toContain('distinct');
  expect(of('SELECT DISTINCT a, count(*) FROM t GROUP BY a')).toBe('aggregate count() by a\n  scan t');
  expect(of('SELECT DISTINCT a, count(*) FROM t GROUP BY a, b')).toContain('distinct');
  expect(of('SELECT DISTINCT u.id, t.b FROM u JOIN t ON t.id = u.t_id')).not.toContain('distinct');
  expect(of('SELECT DISTINCT t.id, u.x FROM u JOIN t ON t.id = u.t_id')).toContain('distinct');
  expect(of('SELECT DISTINCT a FROM (SELECT a FROM t UNION SELECT x FROM u)')).not.toContain('distinct');
});

test('grouping keys that others decide', () => {
  const of = (sql: string) => plan(sql, 'reduce-grouping');
  expect(of('SELECT id, a, b, count(*) FROM t GROUP BY a, id, b')).toBe('aggregate count(), a, b by id\n  scan t');
  expect(of('SELECT a, b, count(*) FROM t GROUP BY a, b')).toContain('by a, b');
  expect(of('SELECT u.id, t.b, sum(x) FROM u JOIN t ON t.id = u.t_id GROUP BY u.id, t.b')).toContain(
    'aggregate sum(x), b by id',
  );
  expect(of('SELECT d, b, count(*) FROM t GROUP BY d, b')).toContain('by d, b');
  expect(of('SELECT c, b, max(a) FROM t GROUP BY c, b')).toContain('by c');
  expect(of('SELECT id, a, count(*) FROM t GROUP BY ROLLUP (id, a)')).toContain('by id, a');
});

test('columns that nobody reads', () => {
  const of = (sql: string) => plan(sql, 'prune-columns');
  expect(of('SELECT a FROM (SELECT a, b || b AS c, a + 1 AS e FROM t)')).toBe('project a\n  scan t');
  expect(of('SELECT a FROM (SELECT a, count(*) AS n, sum(id) AS s FROM t GROUP BY a)')).toBe(
    'aggregate  by a\n  scan t',
  );
  expect(of('SELECT a FROM (SELECT a, row_number() OVER (ORDER BY id) AS n FROM t)')).not.toContain('window');
  expect(of('SELECT a FROM (SELECT a, b || b FROM t UNION ALL SELECT x, id + 1 FROM u)')).toBe(
    'union all\n  project a\n    scan t\n  project x\n    scan u',
  );
  expect(query(session, 'SELECT count(*) FROM (SELECT a, b FROM t UNION ALL SELECT x, id FROM u)')).toEqual([[7]]);
  expect(of('SELECT a FROM (SELECT a, b FROM t UNION SELECT x, id FROM u)')).toContain('union');
});
