import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT COLLATE NOCASE, c);
  CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER, x REAL);
  INSERT INTO t VALUES (1, 1, 'x', 1), (2, 2, 'Y', '1'), (3, NULL, NULL, 2.5), (4, 2, 'z', NULL);
  INSERT INTO u VALUES (1, 1, 10), (2, 1, 20), (3, 3, 30), (4, NULL, 40);`);

function plan(sql: string): string {
  expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'propagate-empty'));
  return planAfter(
    session,
    sql,
    'inline-common-tables',
    'fold-constants',
    'push-down-predicates',
    'unnest-subqueries',
    'propagate-empty',
  );
}

test.each([
  'WHERE 0',
  'WHERE 1 = 2 AND a > 0',
  'WHERE a = 1 AND a = 2',
  'WHERE a = 1 AND a IN (2, 3)',
  'WHERE a IN (1, 2) AND a IN (3, 4)',
  'WHERE a > 5 AND a < 3',
  'WHERE a > 5 AND a <= 5',
  'WHERE 2 < a AND a = 1',
  "WHERE b = 'x' AND b = 'y'",
  "WHERE b >= 'p' AND b < 'P'",
  'WHERE a IS NULL AND a = 1',
  'WHERE id = 1 AND id = 2',
  'LIMIT 0',
  'WHERE 0 ORDER BY a',
])('no rows: %s', (rest) => {
  expect(plan(`SELECT * FROM t ${rest}`)).toBe('values');
  expect(query(session, `SELECT count(*), max(a) FROM (SELECT * FROM t ${rest})`)).toEqual([[0, null]]);
});

test.each([
  'WHERE a = 2 AND a IN (1, 2)',
  'WHERE a >= 2 AND a <= 2',
  "WHERE b = 'y' AND b = 'Y'",
  "WHERE b = 'x' AND b COLLATE BINARY = 'X'",
  "WHERE c = 1 AND c = '1'",
  'WHERE a IS NULL AND b IS NULL',
  'WHERE a IS NULL OR a = 1',
  'LIMIT 0 + 1',
  'LIMIT -1',
])('maybe rows: %s', (rest) => {
  expect(plan(`SELECT * FROM t ${rest}`)).toContain('scan t');
});

const NONE = '(SELECT * FROM u WHERE 0)';

test.each([
  [`SELECT t.id, n.x FROM t JOIN ${NONE} n ON n.t_id = t.id`, 'values'],
  [`SELECT t.id, n.x FROM t LEFT JOIN ${NONE} n ON n.t_id = t.id`, 'null, null'],
  [`SELECT t.id, n.x FROM t LEFT JOIN u n ON n.t_id = t.id AND 1 = 0`, 'null'],
  [`SELECT n.x, t.id FROM ${NONE} n LEFT JOIN t ON n.t_id = t.id`, 'values'],
  [`SELECT n.x, t.id FROM ${NONE} n RIGHT JOIN t ON n.t_id = t.id`, 'null'],
  [`SELECT n.x, t.id FROM ${NONE} n FULL JOIN t ON n.t_id = t.id`, 'null'],
  [`SELECT n.x, t.id FROM t FULL JOIN ${NONE} n ON n.t_id = t.id`, 'null'],
  [`SELECT id FROM t WHERE id IN (SELECT t_id FROM u WHERE 0)`, 'values'],
  [`SELECT id FROM t WHERE id NOT IN (SELECT t_id FROM u WHERE 0)`, 'scan t'],
  [`SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE t_id = t.id AND x = 1 AND x = 2)`, 'scan t'],
  [`SELECT id, EXISTS (SELECT 1 FROM u WHERE t_id = t.id AND x = 1 AND x = 2) FROM t`, '0'],
  [`SELECT a, count(*) FROM t WHERE 0 GROUP BY a`, 'values'],
  [`SELECT count(*) FROM t WHERE 0`, 'aggregate'],
  [`SELECT a, count(*) FROM t WHERE 0 GROUP BY ROLLUP (a)`, 'aggregate'],
  [`SELECT DISTINCT a FROM t WHERE 0`, 'values'],
  [`SELECT rank() OVER (ORDER BY a) FROM t WHERE 0`, 'values'],
  [`SELECT id FROM t UNION ALL SELECT id FROM u WHERE 0`, 'project id\n  scan t'],
  [`SELECT id FROM t WHERE 0 UNION ALL SELECT id FROM u`, 'scan u'],
  [`SELECT id FROM t WHERE 0 UNION ALL SELECT x FROM u`, 'union all'],
  [`SELECT id FROM t WHERE 0 UNION SELECT id FROM u`, 'union'],
  [`SELECT id FROM t INTERSECT SELECT id FROM u WHERE 0`, 'values'],
  [`SELECT id FROM t WHERE 0 EXCEPT SELECT id FROM u`, 'values'],
  [`SELECT t.id, s.id FROM t, LATERAL (SELECT id FROM u WHERE t_id = t.id LIMIT 0) s`, 'values'],
  [`SELECT t.id, s.id FROM t LEFT JOIN LATERAL (SELECT id FROM u WHERE t_id = t.id LIMIT 0) s ON true`, 'null'],
  [`WITH RECURSIVE r(n) AS (SELECT 1 WHERE 0 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r`, 'values'],
])('%s', (sql, expected) => {
  expect(plan(sql)).toContain(expected);
});

test('what could raise an error before is asked, changes go by nothing, and a wrong index is one', () => {
  expect(() => query(session, 'SELECT * FROM t WHERE id * 9223372036854775807 > 0 AND 0')).toThrow();
  session.executeScript(
    'UPDATE t SET a = 9 WHERE 0; DELETE FROM t WHERE a = 1 AND a = 2; INSERT INTO u SELECT * FROM u LIMIT 0',
  );
  expect(query(session, 'SELECT sum(a) FROM t')).toEqual([[5]]);
  expect(() => query(session, 'SELECT * FROM t INDEXED BY nowhere WHERE 0')).toThrow();
});
