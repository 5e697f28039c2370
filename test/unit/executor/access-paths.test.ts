import { describe, expect, test } from 'vitest';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

await loadLateParts();
const session = memorySession();
const plain = new Session(session.engine, { disabledRules: ['access-paths', 'index-order', 'top-n'] });
const COUNT = 6000;

session.executeScript(`
  CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT COLLATE NOCASE, c REAL);
  CREATE INDEX t_a ON t (a);
  CREATE INDEX t_b ON t (b, a);
  CREATE TABLE u (a, b);
  CREATE INDEX u_a ON u (a);`);
const columns = (from: number, count: number) => ({
  a: Array.from({ length: count }, (_, i) => ((from + i) % 11 === 0 ? null : ((from + i) * 7919) % 3000)),
  b: Array.from({ length: count }, (_, i) => `${(from + i) % 2 === 0 ? 'k' : 'K'}${(from + i) % 700}`),
  c: Array.from({ length: count }, (_, i) => (from + i) / 2),
});
session.insertColumns('t', columns(0, COUNT));
session.insertColumns('u', { a: columns(0, COUNT).a, b: columns(0, COUNT).b });
session.engine.checkpoint();
session.insertColumns('t', columns(COUNT, 500));
// Rows that move to the end, rowids that come out of order, and rows that are gone.
session.executeScript(`
  UPDATE t SET c = c + 1 WHERE id % 97 = 0;
  UPDATE t SET id = id + 100000 WHERE id % 501 = 0;
  DELETE FROM t WHERE id % 13 = 0;
  INSERT INTO t (id, a, b) VALUES (-5, 7, 'k5'), (0, 7, NULL);`);

const LETTERS = ['a', 'b', 'A', 'B', '1', 'z', '\u{d7ff}', '\u{10ffff}', 'ä', ''];
session.executeScript(`
  CREATE TABLE g (id INTEGER PRIMARY KEY, x TEXT, y TEXT COLLATE NOCASE, n);
  CREATE INDEX g_x ON g (x);
  CREATE INDEX g_y ON g (y);
  CREATE INDEX g_n ON g (n);`);
session.insertColumns('g', {
  x: Array.from({ length: 1000 }, (_, i) => [i, i / 10, i / 100].map((n) => LETTERS[Math.floor(n) % 10]).join('')),
  y: Array.from({ length: 1000 }, (_, i) => [i, i / 10, i / 100].map((n) => LETTERS[Math.floor(n) % 10]).join('')),
  n: Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i : String(i))),
});

const explained = (sql: string) => query(session, `EXPLAIN ${sql}`).join('\n');

describe.each([
  ['any of', 'SELECT * FROM t WHERE a IN (5, 77, 900, 5, NULL, 77.0, 1234)'],
  ['any of', "SELECT * FROM t WHERE b IN ('k1', 'K1', 'k699', 'none') AND c > 10"],
  ['any of', "SELECT * FROM t WHERE b = 'K5' AND a IN (7, 2000, 1234)"],
  ['any of', "SELECT * FROM t WHERE b IN ('k1', 'k7', 'none') AND a > 100 AND a <= 2500"],
  ['any of', "SELECT * FROM t WHERE b IN ('k1', 'k7', NULL) AND a < 1000"],
  ['range ends 1', "SELECT * FROM t WHERE b IN ('k1', 'k7') AND a >= 1000"],
  ['any of', "SELECT * FROM u WHERE a IN (5, '77', 900.0)"],
  ['any of', 'SELECT * FROM t WHERE a = 5 OR a = 77'],
  ['BY ANY OF', "SELECT * FROM t WHERE a = 5 OR b = 'k77'"],
  ['BY ANY OF', "SELECT * FROM t WHERE (a = 5 AND c > 3) OR id = 77 OR b IN ('k3', 'k4') OR id IN (78, 79, 77)"],
  ['BY ANY OF', "SELECT id FROM t WHERE c < 2000 AND (a = 7 OR b = 'k5')"],
  ['BY ANY OF', "SELECT id FROM t WHERE a = 7 OR a BETWEEN 3 AND 3 AND b = 'k7' OR id = -5"],
])('%s: %s', (path, sql) => {
  test('finds what a scan finds', () => {
    expect(explained(sql)).toContain(path);
    const sorted = (rows: unknown[][]) => rows.map((row) => row.join('|')).sort();
    const found = query(session, sql);
    expect(sorted(found)).toEqual(sorted(query(plain, sql)));
    expect(found.length).toBeGreaterThan(0);
  });
});

test.each([
  'SELECT id, a FROM t ORDER BY id DESC LIMIT 20',
  'SELECT id, a FROM t ORDER BY rowid LIMIT 20 OFFSET 3',
  'SELECT id FROM t WHERE id > 5990 ORDER BY id LIMIT 700',
  'SELECT id FROM t WHERE id <= 200 AND a > 100 ORDER BY id DESC LIMIT 30',
  'SELECT id FROM t WHERE id BETWEEN 90 AND 100700 ORDER BY id DESC LIMIT 9',
  'SELECT rowid FROM u ORDER BY rowid DESC LIMIT 3',
])('%s takes rows in the order of the rowid', (sql) => {
  expect(explained(sql)).toMatch(/INDEX rowid .*ordered/);
  expect(query(session, sql)).toEqual(query(plain, sql));
});

test.each([
  ["SELECT id FROM g WHERE x GLOB 'ab*'", 'INDEX g_x'],
  ["SELECT id FROM g WHERE x GLOB 'aB?'", 'INDEX g_x'],
  ["SELECT id FROM g WHERE x LIKE '1%'", 'INDEX g_x'],
  ["SELECT id FROM g WHERE y LIKE 'aB%'", 'INDEX g_y'],
  ["SELECT id FROM g WHERE y LIKE 'Z_'", 'INDEX g_y'],
  ["SELECT id FROM g WHERE x LIKE 'aB%'", 'SCAN'],
  ["SELECT id FROM g WHERE y GLOB 'aB*'", 'SCAN'],
  ["SELECT id FROM g WHERE x GLOB '*b'", 'SCAN'],
  ["SELECT id FROM g WHERE n GLOB '1*'", 'SCAN'],
])('%s by %s', (sql, path) => {
  expect(explained(sql)).toContain(path);
  expect(query(session, `${sql} ORDER BY id`)).toEqual(query(plain, `${sql} ORDER BY id`));
});

test.each(['>', '>=', '<', '<='])('a row that is %s another is a range of an index', (operator) => {
  const sql = `SELECT b, a FROM t WHERE (b, a) ${operator} ('k300', 1500) ORDER BY b, a LIMIT 40`;
  expect(explained(sql)).toMatch(/INDEX t_b .*range ends 1/);
  expect(query(session, sql).map((row) => String(row).toLowerCase())).toEqual(
    query(plain, sql).map((row) => String(row).toLowerCase()),
  );
});

test('a transaction sees its own rows in the order of the rowid', () => {
  session.executeScript("BEGIN; INSERT INTO t (id, b) VALUES (500000, 'mine'), (400000, 'too')");
  expect(query(session, 'SELECT id FROM t ORDER BY id DESC LIMIT 3')).toEqual([[500000], [400000], [106012]]);
  session.executeScript('ROLLBACK');
  expect(query(session, 'SELECT max(id) FROM (SELECT id FROM t ORDER BY id DESC LIMIT 1)')).toEqual([[106012]]);
});
