import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

function joins(from: string): string {
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (a INTEGER, b); CREATE TABLE u (a INTEGER, x); CREATE TABLE v (a INTEGER, y);
    INSERT INTO t VALUES (1, 1), (2, NULL), (4, 2); INSERT INTO u VALUES (1, NULL), (2, 5), (3, 6);
    INSERT INTO v VALUES (1, 7), (2, NULL), (5, 1)`);
  const sql = `SELECT * FROM ${from}`;
  expect(query(session, sql).sort()).toEqual(rowsWithout(session, sql, 'simplify-outer-joins').sort());
  return [...planAfter(session, sql, 'simplify-outer-joins').matchAll(/(\w+) join/g)].map(([, kind]) => kind).join(' ');
}

test.each([
  ['t LEFT JOIN u ON t.a = u.a WHERE u.x > 1', 'inner'],
  ['t LEFT JOIN u ON t.a = u.a WHERE u.x IS NOT NULL', 'inner'],
  ['t LEFT JOIN u ON t.a = u.a WHERE u.x + 1 IN (6, 7) OR lower(u.x) = 5', 'inner'],
  ['t LEFT JOIN u ON t.a = u.a WHERE NOT (u.x = 6)', 'inner'],
  ['t LEFT JOIN u ON t.a = u.a WHERE u.x IS NULL', 'left'],
  ['t LEFT JOIN u ON t.a = u.a WHERE coalesce(u.x, 1) = 1', 'left'],
  ['t LEFT JOIN u ON t.a = u.a WHERE u.x = 5 OR t.b = 1', 'left'],
  ['t LEFT JOIN u ON t.a = u.a WHERE t.a = 1', 'left'],
  ['t FULL JOIN u ON t.a = u.a WHERE t.b = 1', 'left'],
  ['t FULL JOIN u ON t.a = u.a WHERE u.x = 5', 'left'],
  ['t FULL JOIN u ON t.a = u.a WHERE u.x = t.b', 'inner'],
  ['t LEFT JOIN u ON t.a = u.a JOIN v ON v.a = u.a', 'inner inner'],
  ['t LEFT JOIN u ON t.a = u.a LEFT JOIN v ON v.a = u.a', 'left left'],
  ['(SELECT u.x FROM t LEFT JOIN u ON t.a = u.a LIMIT 2) WHERE x = 5', 'left'],
])('%s', (from, expected) => {
  expect(joins(from)).toBe(expected);
});
