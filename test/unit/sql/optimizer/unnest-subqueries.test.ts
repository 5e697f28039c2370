import { expect, test } from 'vitest';
import type { Session } from '../../../../src/sql/session.ts';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session: Session = memorySession();
session.executeScript(`
  CREATE TABLE a (id INTEGER PRIMARY KEY, k INTEGER, t TEXT, v);
  CREATE TABLE b (id INTEGER PRIMARY KEY, k INTEGER, t TEXT COLLATE NOCASE, w INTEGER, r REAL);
  INSERT INTO a VALUES (1, 1, 'x', 1), (2, 2, 'Y', '1'), (3, NULL, NULL, 2.5), (4, 4, 'z', NULL), (5, 1, 'X', 3);
  INSERT INTO b VALUES (1, 1, 'X', 10, 1.5), (2, 1, 'y', NULL, 2.5), (3, 2, NULL, 30, NULL), (4, NULL, 'z', 40, 4), (5, 6, 'q', 50, 5);`);

/** The plan's first words: joins that came of subqueries, in order. */
function joinsOf(sql: string): string {
  expect(query(session, sql), sql).toEqual(rowsWithout(session, sql, 'unnest-subqueries'));
  const plan = planAfter(session, sql, 'unnest-subqueries', 'push-down-predicates');
  return [...plan.matchAll(/(\w+) join/g)].map(([, kind]) => kind).join(' ');
}

test.each([
  // EXISTS among the conditions
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)', 'semi'],
  ['WHERE NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.w > 10)', 'anti'],
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k < a.k ORDER BY b.w LIMIT 1)', 'semi'],
  ['WHERE EXISTS (SELECT DISTINCT b.w, a.k FROM b WHERE b.k = a.k)', 'semi'],
  ['WHERE EXISTS (SELECT 1 FROM b JOIN b c ON c.k = b.k WHERE b.k = a.k AND c.w > a.id)', 'semi inner'],
  ['WHERE EXISTS (SELECT 1 FROM b LEFT JOIN b c ON c.k = b.w WHERE b.k = a.k)', 'semi left'],
  ['WHERE EXISTS (SELECT b.k FROM b WHERE b.k = a.k GROUP BY b.k HAVING count(*) > 1)', 'semi'],
  [
    'WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND EXISTS (SELECT 1 FROM b c WHERE c.k = b.k AND c.id <> b.id))',
    'semi semi',
  ],
  // IN, and what NULL makes of NOT IN
  ['WHERE k IN (SELECT k FROM b)', 'semi'],
  ['WHERE k NOT IN (SELECT k FROM b)', 'anti'],
  ['WHERE k NOT IN (SELECT k FROM b WHERE k IS NOT NULL)', 'anti'],
  ['WHERE k NOT IN (SELECT k FROM b WHERE b.id > 99)', 'anti'],
  ['WHERE t IN (SELECT t FROM b)', 'semi'],
  ['WHERE v IN (SELECT w / 10 FROM b WHERE b.k = a.k)', 'semi'],
  ['WHERE v NOT IN (SELECT r FROM b WHERE b.k = a.k)', 'anti'],
  ['WHERE (k, id) IN (SELECT k, id FROM b)', 'semi'],
  ['WHERE (k, id) NOT IN (SELECT k, id FROM b)', 'anti'],
  ['WHERE id IN (SELECT b.k + a.k - a.k FROM b)', ''],
  ['WHERE k IN (SELECT k FROM b UNION SELECT w FROM b)', 'semi'],
  ['WHERE k IN (SELECT k FROM b ORDER BY w LIMIT 1)', 'semi'],
  ['WHERE v IN (SELECT count(*) FROM b GROUP BY k)', 'semi'],
  // elsewhere they are marks
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k) OR id = 4', 'mark'],
  ['WHERE (k NOT IN (SELECT k FROM b WHERE b.id <= a.id)) IS NULL', 'mark'],
  // what stays
  ['WHERE EXISTS (SELECT 1 FROM b)', ''],
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k LIMIT 0)', 'semi'],
  ['WHERE EXISTS (SELECT count(*) FROM b WHERE b.k = a.k)', ''],
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.w * b.w > 0)', ''],
  ['WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND random() IS NOT NULL)', ''],
  ['WHERE EXISTS (SELECT k FROM b UNION SELECT a.k FROM b)', ''],
])('SELECT * FROM a %s', (where, joins) => {
  expect(joinsOf(`SELECT * FROM a ${where} ORDER BY id`)).toBe(joins);
});

test.each([
  ['(SELECT count(*) FROM b WHERE b.k = a.k)', 'left'],
  ['(SELECT max(w) FROM b WHERE b.k = a.k)', 'left'],
  ['(SELECT coalesce(max(w), -1) + count(*) FROM b WHERE b.k = a.k)', 'left'],
  ['(SELECT total(r) FROM b WHERE a.k = b.k AND b.id > 1)', 'left'],
  ['(SELECT avg(r) + a.id FROM b WHERE a.k = b.k)', 'left'],
  ['(SELECT count(DISTINCT w) FILTER (WHERE r > 2) FROM b WHERE b.k = a.k AND b.id = a.id)', 'left'],
  ['(SELECT count(*) FROM b WHERE b.t = a.t)', 'left'],
  ['(SELECT count(*) FROM b WHERE a.t = b.t)', ''],
  ['(SELECT count(*) FROM b WHERE b.w = a.v)', 'left'],
  ['(SELECT group_concat(w) FROM b WHERE b.k = a.k)', 'left'],
  ['(SELECT r FROM b WHERE b.k = a.k)', 'single'],
  ['(SELECT w FROM b WHERE b.k = a.k ORDER BY id DESC LIMIT 1)', 'single'],
  ['(SELECT b.id FROM b WHERE b.id = a.k)', 'single'],
  ['EXISTS (SELECT 1 FROM b WHERE b.k = a.k)', 'mark'],
  ['k IN (SELECT k FROM b WHERE b.id > a.id)', 'mark'],
  ['k NOT IN (SELECT k FROM b WHERE b.id > a.id)', 'mark'],
  ['(SELECT count(*) FROM b WHERE b.k < a.k)', ''],
  ['(SELECT sum(w) FROM b WHERE b.k = a.k)', 'left'],
  ['(SELECT sum(DISTINCT w) - 1 FROM b WHERE b.k = a.k AND b.id >= a.id)', 'left inner'],
  ['(SELECT sum(w * w) FROM b WHERE b.k = a.k)', ''],
  ['(SELECT max(w) FROM b)', ''],
])('SELECT %s FROM a', (value, joins) => {
  expect(joinsOf(`SELECT id, ${value} FROM a ORDER BY id`)).toBe(joins);
});

test('in groups, and with two levels', () => {
  expect(joinsOf('SELECT k, sum((SELECT count(*) FROM b WHERE b.k = a.k)) FROM a GROUP BY k ORDER BY k')).toBe('left');
  expect(
    joinsOf(
      'SELECT id, (SELECT max((SELECT count(*) FROM b c WHERE c.k = b.k)) FROM b WHERE b.k = a.k) FROM a ORDER BY id',
    ),
  ).toBe('left left');
  expect(
    joinsOf(`SELECT id FROM a WHERE k = (SELECT min(k) FROM b WHERE b.t = a.t AND EXISTS
      (SELECT 1 FROM b c WHERE c.k = a.k AND c.id <= b.id)) ORDER BY id`),
  ).toBe('');
});

test('a condition that may raise is not asked of more rows', () => {
  const sql = `SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.w > 20) AND id * 4611686018427387904 IS NOT NULL`;
  session.executeScript('INSERT INTO a VALUES (0, 2, NULL, NULL)');
  expect(() => query(session, sql)).toThrow();
  session.executeScript('DELETE FROM a WHERE id = 2');
  expect(query(session, sql)).toEqual([[0]]);
  session.executeScript("DELETE FROM a WHERE id = 0; INSERT INTO a VALUES (2, 2, 'Y', '1')");
});

test('a sum that overflows is an error of the rows that ask for it', () => {
  session.executeScript(
    'CREATE TABLE big (k INTEGER, x INTEGER); INSERT INTO big VALUES (1, 9223372036854775807), (1, 1), (2, 5), (2, 6)',
  );
  const sql = 'SELECT id, (SELECT sum(x) FROM big WHERE big.k = a.k) FROM a WHERE id <> 1 AND id <> 5 ORDER BY id';
  expect(joinsOf(sql)).toBe('left');
  expect(query(session, sql)).toEqual([
    [2, 11],
    [3, null],
    [4, null],
  ]);
  expect(() => query(session, sql.replace('id <> 1', 'true'))).toThrow('sum() leaves the range');
  expect(
    query(
      session,
      'SELECT id, CASE WHEN id > 1 AND id < 5 THEN (SELECT sum(x) FROM big WHERE big.k = a.k) END FROM a ORDER BY id',
    ),
  ).toEqual([
    [1, null],
    [2, 11],
    [3, null],
    [4, null],
    [5, null],
  ]);
  expect(
    query(session, 'SELECT a.id, s FROM a, LATERAL (SELECT sum(x) AS s FROM big WHERE big.k = a.k) WHERE a.id = 2'),
  ).toEqual([[2, 11]]);
});
