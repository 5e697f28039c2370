import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE t (a INTEGER, b TEXT, c TEXT COLLATE NOCASE, d);
  CREATE TABLE u (a INTEGER, b TEXT, c TEXT COLLATE NOCASE, d);
  INSERT INTO t VALUES (1, 'x', 'p', 1), (2, 'y', 'Q', '2'), (NULL, NULL, NULL, NULL), (2, 'X', 'q', 2.0);
  INSERT INTO u SELECT * FROM t; INSERT INTO u VALUES (3, 'z', 'P', 3)`);

function plan(sql: string): string {
  expect(query(session, sql).sort(), sql).toEqual(rowsWithout(session, sql, 'infer-predicates').sort());
  return planAfter(session, sql, 'infer-predicates', 'push-down-predicates');
}

test('what is known of one column is asked of its equal', () => {
  expect(plan('SELECT 1 FROM t JOIN u ON t.a = u.a WHERE t.a = 2')).toContain('scan u [(a = 2)]');
  expect(plan('SELECT 1 FROM t JOIN u ON t.a = u.a WHERE u.a > 1 AND t.a IN (2, 3)')).toMatch(
    /scan t \[a in \(2, 3\) and \(a > 1\)\]/,
  );
  expect(plan("SELECT 1 FROM t JOIN u ON t.b = u.b WHERE t.b LIKE 'x%'")).toContain('scan u [b like');
  expect(plan('SELECT 1 FROM t JOIN u ON t.a = u.a JOIN t v ON v.a = u.a WHERE v.a = 1')).not.toMatch(
    /scan \w+( \w+)?$/m,
  );
});

test('of a left join, the right side learns', () => {
  expect(plan('SELECT 1 FROM t LEFT JOIN u ON t.a = u.a WHERE t.a = 2')).toContain('scan u [(a = 2)]');
  expect(plan('SELECT 1 FROM t LEFT JOIN u ON t.a = u.a AND u.a = 2')).toContain('scan t\n');
  expect(plan('SELECT 1 FROM t FULL JOIN u ON t.a = u.a')).not.toContain('[(a = 2)]');
});

test('not where equal columns may have different values', () => {
  expect(plan("SELECT 1 FROM t JOIN u ON t.c = u.c WHERE t.c = 'q' COLLATE BINARY")).toContain('scan u\n'.trim());
  expect(plan("SELECT 1 FROM t JOIN u ON t.c = u.c WHERE t.c = 'q' COLLATE BINARY")).not.toContain('scan u [');
  expect(plan('SELECT 1 FROM t JOIN u ON t.d = u.d WHERE typeof(t.d) = 1')).not.toContain('scan u [');
  expect(plan('SELECT 1 FROM t JOIN u ON t.d = u.a WHERE t.d = 2')).not.toContain('scan u [');
});
