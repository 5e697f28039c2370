import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query, rowsOf } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL)`);

function plan(sql: string): string {
  expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'inline-common-tables'));
  return planAfter(session, sql, 'inline-common-tables', 'push-down-predicates');
}

test('a table with one reference is part of the plan', () => {
  expect(plan('WITH c AS (SELECT a, b FROM t) SELECT * FROM c WHERE a > 1')).toBe('project a, b\n  scan t [(a > 1)]');
  expect(plan('WITH c AS (SELECT a FROM t), d AS (SELECT a AS q FROM c) SELECT q FROM d ORDER BY q')).not.toContain(
    'common',
  );
});

test('one with several, or MATERIALIZED, is run once', () => {
  expect(plan('WITH c AS (SELECT a FROM t) SELECT x.a, y.a FROM c x JOIN c y ON x.a = y.a')).toBe(
    'inner join [(a = a)]\n  common-table\n  common-table',
  );
  expect(plan('WITH c AS MATERIALIZED (SELECT a FROM t) SELECT a FROM c WHERE a > 1')).toContain('common-table');
  expect(plan('WITH c AS NOT MATERIALIZED (SELECT a FROM t) SELECT x.a FROM c x, c y WHERE x.a = y.a')).not.toContain(
    'common',
  );
  expect(
    query(session, 'WITH c AS (SELECT random() AS r FROM t) SELECT count(*) FROM c x JOIN c y ON x.r = y.r'),
  ).toEqual([[3]]);
});

test('what reads a row around it is bound where it stands', () => {
  const sql = `SELECT a, (WITH c AS (SELECT b FROM t s WHERE s.a > t.a) SELECT count(x.b) || count(*) FROM c x, c y) FROM t ORDER BY a`;
  expect(query(session, sql)).toEqual([
    [1, '24'],
    [2, '01'],
    [3, '00'],
  ]);
});

test('a reference that runs many times reads rows that are kept', () => {
  const sql = 'WITH c AS (SELECT a FROM t) SELECT a, (SELECT count(*) FROM c WHERE c.a < t.a) FROM t ORDER BY a';
  expect(query(session, sql)).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
  ]);
  expect(query(session, `EXPLAIN ${sql}`).length).toBeGreaterThan(0);
});

test('recursive tables are shared', () => {
  const numbers = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)';
  expect(query(session, `${numbers} SELECT count(*), sum(x.i) FROM n x, n y`)).toEqual([[16, 40]]);
});

test('results are read anew in every execution', () => {
  const statement = session.prepare('WITH c AS (SELECT a FROM t WHERE a >= ?) SELECT count(*) FROM c x, c y');
  expect(rowsOf(statement, [2])).toEqual([[4]]);
  session.executeScript('INSERT INTO t VALUES (9, NULL)');
  expect(rowsOf(statement, [2])).toEqual([[9]]);
  session.executeScript('DELETE FROM t WHERE a = 9');
});
