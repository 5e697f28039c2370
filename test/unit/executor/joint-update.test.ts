import { expect, test } from 'vitest';
import { loadLateParts } from '../../../src/sql/late-parts.ts';
import { Session } from '../../../src/sql/session.ts';
import { memorySession, query } from '../../support/sql-session.ts';

await loadLateParts();
const session = memorySession();
const ROWS = 9000;

session.executeScript('CREATE TABLE t (g TEXT, many INTEGER, x REAL, y REAL, z REAL, n INTEGER)');
session.insertColumns('t', {
  g: Array.from({ length: ROWS }, (_, i) => (i % 7 === 0 ? null : `g${(i * 31) % 5}`)),
  // Groups that come late, and in the end more than are updated in one pass.
  many: Array.from({ length: ROWS }, (_, i) => Math.floor(Math.sqrt(i)) * 4),
  x: Array.from({ length: ROWS }, (_, i) => (((i * 7919) % 10_007) - 5000) / 7),
  // NULLs in some batches only, infinities, and a zero with a sign.
  y: Array.from({ length: ROWS }, (_, i) => (i > 4500 && i % 11 === 0 ? null : i % 997 === 5 ? -0 : 1e16 / (i - 6000))),
  z: Array.from({ length: ROWS }, (_, i) => ((i * 31) % 1009) / (i % 100 === 7 ? 1e-15 : 10)),
  n: Array.from({ length: ROWS }, (_, i) => i % 1000),
});
session.engine.checkpoint();

/** In an aggregation with a filter that is always true every aggregate is updated by itself. */
const alone = (sql: string): string =>
  sql.replace(/\b(sum|avg|total|min|max|count)\((\w+|\*)\)/g, '$1($2) FILTER (WHERE n >= 0)');

test.each([
  'SELECT g, count(*), avg(x), min(x), max(x) FROM t GROUP BY g',
  'SELECT g, min(x), max(x), max(x), sum(x), total(x), count(x), count(*) FROM t GROUP BY g',
  'SELECT many, avg(x), max(x), count(*) FROM t GROUP BY many',
  'SELECT g, sum(y), min(y), count(y), count(*) FROM t GROUP BY g',
  'SELECT g, sum(x), min(x), sum(y), max(y), max(n), sum(n), count(*) FROM t WHERE n % 3 <> 1 GROUP BY g',
  'SELECT g, n % 10, avg(y), max(y), min(y) FROM t WHERE x > -300 GROUP BY g, n % 10',
  'SELECT g, sum(x), max(x), x, many FROM t GROUP BY g',
  'SELECT g, max(x), min(x), max(n), min(n), max(y), min(y), max(g) FROM t GROUP BY g',
  'SELECT g, sum(x), avg(y), sum(z), avg(x + z), avg(n), sum(y + z) FROM t GROUP BY g',
  'SELECT many, avg(x), sum(z), avg(y), count(*) FROM t WHERE n % 3 <> 1 GROUP BY many',
  'SELECT many, sum(x), total(z), max(n) FROM t GROUP BY many',
  'SELECT many, max(x), min(y), max(n) FROM t WHERE n % 3 <> 1 GROUP BY many',
])('%s', (sql) => {
  expect(alone(sql)).not.toBe(sql);
  const order = ' ORDER BY 1, 2';
  const expected = query(session, alone(sql) + order);
  expect(expected.length).toBeGreaterThan(4);
  for (const batchRows of [2, 3, 2048]) {
    expect(query(new Session(session.engine, { batchRows }), sql + order), `${batchRows} rows`).toEqual(expected);
  }
});

test.each([60, 3600, 7])('remainders by %d are those of whole numbers, whatever came before', (divisor) => {
  const values = [0, 59, 60, 61, 3599, 3600, -1, -60, -61, 1, 2 ** 53 - 1, -(2 ** 53) + 1, 5, null, 0, 119, 120, 7199];
  session.executeScript('CREATE TEMP TABLE r (id INTEGER PRIMARY KEY, v INTEGER, d INTEGER)');
  session.insertColumns('r', { v: values, d: values.map((_, i) => (i % 3 === 0 ? divisor : i % 5)) });
  const [constant, varied] = [
    query(session, `SELECT v % ${divisor} FROM r ORDER BY id`),
    query(session, 'SELECT v % d FROM r ORDER BY id'),
  ];
  session.executeScript('DROP TABLE r');
  const remainder = (v: number | null, d: number) => (v === null || d === 0 ? null : Number(BigInt(v) % BigInt(d)));
  expect(constant).toEqual(values.map((v) => [remainder(v, divisor)]));
  expect(varied).toEqual(values.map((v, i) => [remainder(v, i % 3 === 0 ? divisor : i % 5)]));
});
