import { expect, test } from 'vitest';
import { planAfter, rowsWithout } from '../../../support/rules.ts';
import { memorySession, query } from '../../../support/sql-session.ts';

const session = memorySession();
session.executeScript(`
  CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER, t TEXT COLLATE NOCASE);
  CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER, y INTEGER);
  INSERT INTO a VALUES (1, 1, 'p'), (2, 2, 'Q'), (3, 3, NULL), (4, NULL, 'P');
  INSERT INTO b VALUES (1, 1, 2), (2, 1, 4), (3, 3, 4), (4, 4, NULL), (5, NULL, 2), (6, 2, 2);`);

function plan(sql: string): string {
  expect(query(session, sql).sort(), sql).toEqual(rowsWithout(session, sql, 'derive-from-disjunctions').sort());
  return planAfter(session, sql, 'derive-from-disjunctions', 'push-down-predicates', 'normalize-predicates');
}

test('an OR over two tables says something of each of them', () => {
  const found = plan('SELECT * FROM a, b WHERE a.id = a_id AND ((a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4))');
  expect(found).toContain('scan a [x in (1, 3)]');
  expect(found).toContain('scan b [y in (2, 4)]');
  expect(found).toMatch(/inner join \[.* or .*\]/);
});

test('of one of them, where the other stands alone in a branch', () => {
  const found = plan('SELECT * FROM a JOIN b ON a.id = a_id WHERE (a.x > 2 AND b.y = 4) OR a.x < 2');
  expect(found).toContain('scan a [((x > 2) or (x < 2))]');
  expect(found).toMatch(/scan b$/m);
});

test('OR within OR, and AND within', () => {
  const found = plan(`SELECT * FROM a JOIN b ON a.id = a_id
    WHERE ((a.x = 1 OR (a.x = 2 AND b.y = 2)) AND b.id > 0) OR (a.x = 3 AND (b.id = 3 OR b.y = 4))`);
  expect(found).toContain('scan a [x in (1, 2, 3)]');
  expect(found).toMatch(/scan b \[.*or.*\]/);
});

test('outer joins: the left side of those above, the right side of their own condition', () => {
  const above = plan(
    'SELECT * FROM a LEFT JOIN b ON a.id = a_id WHERE (a.x = 1 AND b.y = 2) OR (a.x = 2 AND b.y IS NULL)',
  );
  expect(above).toContain('scan a [x in (1, 2)]');
  expect(above).toMatch(/scan b$/m);
  const within = plan(
    'SELECT * FROM a LEFT JOIN b ON a.id = a_id AND ((a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4))',
  );
  expect(within).toMatch(/scan a$/m);
  expect(within).toContain('scan b [y in (2, 4)]');
  expect(plan('SELECT * FROM a FULL JOIN b ON (a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4)')).not.toContain(' in (');
});

test('keys of groups and partitions of windows', () => {
  const grouped = plan('SELECT x, count(*) AS n FROM a GROUP BY x HAVING (x = 1 AND n > 0) OR (x = 2 AND n > 5)');
  expect(grouped).toContain('scan a [x in (1, 2)]');
  const folded = plan("SELECT t, count(*) AS n FROM a GROUP BY t HAVING (t = 'p' AND n > 0) OR (t = 'q' AND n > 5)");
  expect(folded).toMatch(/scan a$/m);
});

test('what may raise an error, or varies, is not asked earlier', () => {
  expect(plan('SELECT * FROM a, b WHERE (a.x + 1 = 2 AND b.y = 2) OR (a.x * 2 = 6 AND b.y = 4)')).toMatch(/scan a$/m);
  expect(plan('SELECT * FROM a, b WHERE (a.x = 1 AND b.y = random()) OR (a.x = 2 AND b.y = 4)')).not.toContain(
    'scan b [',
  );
});
