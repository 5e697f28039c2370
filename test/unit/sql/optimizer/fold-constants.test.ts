import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

function plan(sql: string): string {
  const session = memorySession();
  session.executeScript(`CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (NULL, 'y')`);
  expect(query(session, sql)).toEqual(rowsWithout(session, sql, 'fold-constants'));
  return planAfter(session, sql, 'fold-constants');
}

test('what needs no row is computed', () => {
  expect(plan("SELECT 1 + 2 * 3, lower('AB') || 'c', 1 / 0, abs(-5), 2 IN (1, 2) FROM t")).toBe(
    "project 7, 'abc', null, 5, 1\n  scan t",
  );
});

test('what raises or asks for the instant stays', () => {
  const raising = 'SELECT 9223372036854775807 + 1 FROM t WHERE 0';
  expect(plan(raising)).toContain('project (9223372036854775807 + 1)');
  expect(plan("SELECT date('now') = date('now') FROM t")).toContain("date('now')");
});

test('conditions that always hold go, one that never holds stands alone', () => {
  expect(plan('SELECT a FROM t WHERE 1 AND a > 1')).toBe('filter [(a > 1)]\n  scan t');
  expect(plan('SELECT a FROM t WHERE 1 = 1')).toBe('scan t');
  expect(plan('SELECT a FROM t WHERE a > 1 AND NULL')).toBe('filter [0]\n  scan t');
  expect(plan('SELECT a FROM t WHERE a > 1 OR 1')).toBe('scan t');
  expect(plan('SELECT a FROM t WHERE a + 1 > 1 AND 0')).toBe('filter [((a + 1) > 1) and 0]\n  scan t');
});

test('AND, OR and NOT as values', () => {
  expect(plan('SELECT a AND 1, a AND 0, (a > 1) AND 1, a OR 0, NULL AND a FROM t')).toBe(
    'project (a and 1), 0, (a > 1), (a or 0), (null and a)\n  scan t',
  );
  expect(plan('SELECT NOT a > 1, NOT (a IS NULL), NOT (a < 1 OR b = 2), NOT NOT a FROM t')).toBe(
    "project (a <= 1), a is not null, ((a >= 1) and (b <> '2')), not not a\n  scan t",
  );
});

test('CASE and coalesce lose what cannot be reached', () => {
  expect(plan('SELECT CASE WHEN 0 THEN a WHEN a > 1 THEN 2 WHEN 1 THEN 3 ELSE 4 END FROM t')).toBe(
    'project case when (a > 1) then 2 else 3 end\n  scan t',
  );
  expect(plan('SELECT CASE WHEN 1 THEN a ELSE 2.5 END, CASE 1 WHEN 2 THEN 3 END FROM t')).toContain('null\n');
  expect(plan('SELECT coalesce(NULL, a, 3, b), coalesce(NULL, 1), coalesce(NULL, NULL) FROM t')).toBe(
    'project coalesce(a, 3), 1, null\n  scan t',
  );
});
