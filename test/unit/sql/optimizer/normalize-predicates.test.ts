import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

function condition(where: string): string {
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (a INTEGER, b TEXT COLLATE NOCASE, c);
    INSERT INTO t VALUES (1, 'x', 1), (2, NULL, '1'), (NULL, 'Y', 2.5), (3, 'z', NULL)`);
  const sql = `SELECT * FROM t WHERE ${where}`;
  expect(query(session, sql)).toEqual(rowsWithout(session, sql, 'normalize-predicates'));
  return planAfter(session, sql, 'normalize-predicates').split('\n')[0];
}

test('equalities of one column become a list', () => {
  expect(condition('a = 1 OR a = 2 OR a IN (3, 4)')).toBe('filter [a in (1, 2, 3, 4)]');
  expect(condition("1 = a OR b = 'X' OR a = 2 OR b = 'z'")).toBe("filter [(a in (1, 2) or b in ('X', 'z'))]");
});

test('those that compare otherwise do not', () => {
  expect(condition("b = 'x' OR b COLLATE BINARY = 'y'")).toContain('or');
  expect(condition('a = 1 OR a > 2')).toContain('or');
  expect(condition('a = 1 OR b = 2')).toContain('or');
});

test('common conditions stand in front of the OR', () => {
  expect(condition('(a = 1 AND c > 0) OR (c > 0 AND a = 2)')).toBe('filter [(c > 0) and a in (1, 2)]');
  expect(condition('a > 1 OR (a > 1 AND c = 2)')).toBe('filter [(a > 1)]');
  expect(condition('(a = 1 AND a + a > 0) OR (a + a > 0 AND a = 2)')).toContain('or');
});
