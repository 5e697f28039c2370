import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE a (id INTEGER PRIMARY KEY, k INTEGER, t TEXT, v);
  CREATE TABLE b (id INTEGER PRIMARY KEY, k INTEGER, t TEXT COLLATE NOCASE, w INTEGER, r REAL);
  INSERT INTO a VALUES (1, 1, 'x', 1), (2, 2, 'Y', '1'), (3, NULL, NULL, 2.5), (4, 4, 'z', NULL), (5, 1, 'X', 3);
  INSERT INTO b VALUES (1, 1, 'X', 10, 1.5), (2, 1, 'y', NULL, 2.5), (3, 2, NULL, 30, NULL), (4, NULL, 'z', 40, 4), (5, 6, 'q', 50, 5),
    (6, 1, 'x', 10, 7), (7, 2, 'Y', 30, 8.5), (8, 1, 'x', 12, -1);`);

/** The joins of the plan, or `apply` where one is left. */
function joinsOf(sql: string): string {
  const sorted = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(query(session, sql)), sql).toEqual(sorted(rowsWithout(session, sql, 'unnest-lateral')));
  const plan = planAfter(session, sql, 'fold-constants', 'unnest-lateral', 'push-down-predicates', 'unnest-subqueries');
  return [...plan.matchAll(/(\w+) join|apply/g)].map(([all, kind]) => kind ?? all).join(' ');
}

test.each([
  ['SELECT w FROM b WHERE b.k = a.k', 'inner', 'left'],
  ['SELECT w + a.id AS w, b.id * 2 FROM b WHERE b.k = a.k', 'inner', 'left'],
  ['SELECT coalesce(w, a.id) AS w, 7, a.v FROM b WHERE b.k = a.k AND b.r > 2', 'inner', 'left'],
  ['SELECT w FROM b WHERE b.k = a.k AND b.w < a.id * 6.5', 'inner', 'left'],
  ['SELECT w FROM b WHERE b.t = a.t', 'inner', 'left'],
  ['SELECT w FROM b', 'inner', 'left'],
  ['SELECT b.w, c.w FROM b JOIN b c ON c.k = b.k WHERE b.k = a.k AND c.id <> b.id', 'inner inner', 'left inner'],
  ['SELECT b.w, c.w FROM b LEFT JOIN b c ON c.k = b.w WHERE b.k = a.k', 'inner left', 'left left'],
  // DISTINCT and LIMIT are each left row's own
  ['SELECT DISTINCT w FROM b WHERE b.k = a.k', 'inner', 'left'],
  ['SELECT w, id FROM b WHERE b.k = a.k ORDER BY r DESC LIMIT 2', 'inner', 'left'],
  ['SELECT w, id FROM b WHERE b.k = a.k ORDER BY r LIMIT 1 OFFSET 1', 'inner', 'left'],
  ['SELECT w, id FROM b WHERE b.k = a.k ORDER BY id LIMIT 0', 'inner', 'left'],
  ['SELECT w FROM (SELECT w FROM b WHERE b.k = a.k ORDER BY id LIMIT 2) WHERE w > 10', 'inner', 'left'],
  ['SELECT DISTINCT w FROM (SELECT w FROM b WHERE b.k = a.k ORDER BY w DESC LIMIT 2)', 'inner', 'left'],
  // groups
  ['SELECT w, count(*) FROM b WHERE b.k = a.k GROUP BY w', 'inner', 'left'],
  ['SELECT count(*), max(w), group_concat(w) FROM b WHERE b.k = a.k', 'left', 'left'],
  ['SELECT count(*) + a.id AS n, coalesce(max(r), 0) FROM b WHERE b.k = a.k', 'left', 'left'],
  ['SELECT count(*) AS n FROM b WHERE b.k = a.k HAVING count(*) < 3', 'left', 'apply'],
  ['SELECT count(*) AS n, max(r) FROM b WHERE b.k = a.k AND b.id > a.id', 'left inner', 'left inner'],
  ['SELECT count(*) AS n FROM (SELECT DISTINCT w FROM b WHERE b.k = a.k)', 'left', 'left'],
  // compounds
  ['SELECT w FROM b WHERE b.k = a.k UNION ALL SELECT id FROM b WHERE b.k = a.k', 'inner', 'left'],
  ['SELECT w FROM b WHERE b.k = a.k UNION SELECT w FROM b WHERE a.k = b.k AND r > 2', 'inner', 'left'],
  [
    'SELECT w FROM b WHERE b.k = a.k AND b.id = a.id EXCEPT SELECT w FROM b WHERE b.id = a.id AND b.k = a.k',
    'inner',
    'left',
  ],
  ['SELECT w FROM b WHERE b.k = a.k INTERSECT SELECT w FROM b WHERE b.k = a.k AND r > 1.5', 'inner', 'left'],
  // what stays
  ['SELECT w FROM b WHERE b.k = a.k UNION ALL SELECT w FROM b WHERE b.id = a.id', 'apply', 'apply'],
  ['SELECT w FROM b WHERE b.k = a.k UNION ALL SELECT a.k', 'apply', 'apply'],
  ['SELECT w FROM b WHERE b.k < a.k ORDER BY w LIMIT 1', 'apply', 'apply'],
  ['SELECT w FROM b WHERE b.k = a.k LIMIT a.id', 'apply', 'apply'],
  ['SELECT w FROM b WHERE b.k = a.k AND random() IS NOT NULL', 'apply', 'apply'],
  ['SELECT w FROM b WHERE b.k = a.k AND b.w * b.w > 100', 'apply', 'apply'],
  ['SELECT sum(w * w) FROM b WHERE b.k = a.k', 'apply', 'apply'],
  ['SELECT count(*) FROM b WHERE a.t = b.t', 'apply', 'apply'],
])('LATERAL (%s)', (subquery, inner, left) => {
  expect(joinsOf(`SELECT * FROM a, LATERAL (${subquery}) s`)).toBe(inner);
  expect(joinsOf(`SELECT * FROM a LEFT JOIN LATERAL (${subquery}) s ON true`)).toBe(left);
});

test('LATERAL beside and within LATERAL, and around what looks further out', () => {
  expect(
    joinsOf(
      'SELECT * FROM a, LATERAL (SELECT w FROM b WHERE b.k = a.k) s, LATERAL (SELECT id AS i FROM b WHERE b.w = s.w) u',
    ),
  ).toBe('inner inner');
  expect(
    joinsOf(
      'SELECT * FROM a, LATERAL (SELECT u.w FROM b, LATERAL (SELECT w FROM b c WHERE c.k = a.k AND c.t = b.t) u WHERE b.k = a.k) s',
    ),
  ).toBe('inner inner');
  expect(
    joinsOf(
      'SELECT id, (SELECT max(s.w) FROM b, LATERAL (SELECT w FROM b c WHERE c.k = b.k AND c.id <= a.id) s WHERE b.k = a.k) FROM a',
    ),
  ).toBe('left inner inner');
  expect(joinsOf('SELECT * FROM a LEFT JOIN LATERAL (SELECT w FROM b WHERE b.k = a.k) s ON s.w > a.id + 10.5')).toBe(
    'left',
  );
});

test('the rows of a LIMIT in order, and errors only of rows that are asked for', () => {
  const sql = `SELECT a.id, s.r FROM a, LATERAL (SELECT r FROM b WHERE b.k = a.k ORDER BY r DESC LIMIT 2) s`;
  expect(query(session, sql)).toEqual([
    [1, 7],
    [1, 2.5],
    [2, 8.5],
    [2, null],
    [5, 7],
    [5, 2.5],
  ]);
  session.executeScript('INSERT INTO b VALUES (99, 77, NULL, 9223372036854775807, 0)');
  expect(query(session, 'SELECT count(*) FROM a, LATERAL (SELECT w + 1 AS x FROM b WHERE b.k = a.k) s')).toEqual([
    [10],
  ]);
  session.executeScript('DELETE FROM b WHERE id = 99');
});
