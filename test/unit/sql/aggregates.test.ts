import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { memorySession, query, rowsOf } from '../../support/sql-session.ts';

const session = memorySession();

function row(sql: string): unknown[] {
  return query(session, sql)[0];
}

function codeOf(sql: string): string {
  try {
    query(session, sql);
    return 'no error';
  } catch (error) {
    return isHeliosError(error) ? error.code : `not ours: ${String(error)}`;
  }
}

test('pairs', () => {
  const source = 'FROM (VALUES (1, 3.0), (2, 5.0), (3, 7.0), (4, 9.0), (NULL, 1), (5, NULL)) AS v(x, y)';
  expect(row(`SELECT regr_slope(y, x), regr_intercept(y, x), regr_r2(y, x), regr_count(y, x) ${source}`)).toEqual([
    2, 1, 1, 4,
  ]);
  expect(
    row(`SELECT regr_avgx(y, x), regr_avgy(y, x), regr_sxx(y, x), regr_syy(y, x), regr_sxy(y, x) ${source}`),
  ).toEqual([2.5, 6, 5, 20, 10]);
  expect(row(`SELECT corr(y, x), covar_pop(y, x), round(covar_samp(y, x), 9) ${source}`)).toEqual([
    1, 2.5, 3.333333333,
  ]);
  expect(
    row('SELECT corr(y, x), regr_slope(y, x), covar_samp(y, x), regr_count(y, x) FROM (VALUES (1, 2)) AS v(x, y)'),
  ).toEqual([null, null, null, 1]);
  expect(row('SELECT corr(1, 2), regr_count(1, 2) WHERE 0')).toEqual([null, 0]);
  // Large means lose no digits.
  expect(row('SELECT round(corr(x, -x), 9), var_pop(x) FROM (VALUES (1e9 + 1), (1e9 + 2), (1e9 + 3)) AS v(x)')).toEqual(
    [-1, 0.6666666666666666],
  );
});

test('percentiles', () => {
  const source = 'FROM (VALUES (10), (20), (30), (40), (NULL)) AS v(x)';
  expect(
    row(`SELECT median(x), percentile(x, 25), percentile_cont(x, 0.5), percentile_disc(x, 0.5) ${source}`),
  ).toEqual([25, 17.5, 25, 20]);
  expect(
    row(
      `SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC), percentile_disc(0.4) WITHIN GROUP (ORDER BY x DESC),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 10), mode() WITHIN GROUP (ORDER BY x % 20) ${source}`,
    ),
  ).toEqual([32.5, 30, 30, 0]);
  expect(row('SELECT percentile(x, 50), median(x) FROM (VALUES (NULL)) AS v(x)')).toEqual([null, null]);
  expect(
    query(
      session,
      'SELECT median(x) OVER (ORDER BY x), median(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (3), (1), (2)) AS v(x)',
    ),
  ).toEqual([
    [1, 1],
    [1.5, 1.5],
    [2, 2.5],
  ]);
});

test('values of chosen rows', () => {
  const source = "FROM (VALUES (3, 'c'), (1, 'a'), (9, NULL), (5, 'e'), (5, 'f'), (NULL, 'z')) AS v(x, t)";
  expect(row(`SELECT arg_min(t, x), arg_max(t, x), min_by(t, x), max_by(t, x) ${source}`)).toEqual([
    'a',
    'e',
    'a',
    'e',
  ]);
  expect(row(`SELECT first(t, x), last(t, x), last(t, x) FILTER (WHERE x < 9), any_value(t) ${source}`)).toEqual([
    'a',
    null,
    'f',
    'c',
  ]);
  expect(row(`SELECT mode(x), mode(t), mode(NULL) ${source}`)).toEqual([5, 'a', null]);
  expect(row("SELECT mode(x) FROM (VALUES ('B'), ('a'), ('b')) AS v(x)")).toEqual(['B']);
  expect(row("SELECT mode(x COLLATE NOCASE) FROM (VALUES ('B'), ('a'), ('b')) AS v(x)")).toEqual(['B']);
});

test('bits and arrays', () => {
  expect(
    row(
      'SELECT bit_and(x), bit_or(x), bit_xor(x), bit_or(x) FILTER (WHERE x > 99) FROM (VALUES (12), (10), (NULL)) AS v(x)',
    ),
  ).toEqual([8, 14, 6, null]);
  const source = 'FROM (VALUES (3), (1), (NULL), (3), (NULL)) AS v(x)';
  expect(row(`SELECT array_agg(x), array_agg(x ORDER BY x DESC), array_agg(DISTINCT x) ${source}`)).toEqual([
    [3, 1, null, 3, null],
    [3, 3, 1, null, null],
    [3, 1, null],
  ]);
  expect(row(`SELECT array_agg(x), count(x) ${source} WHERE x > 99`)).toEqual([null, 0]);
  expect(row("SELECT pg_typeof(array_agg(d)), array_agg(d) FROM (VALUES (DATE '2024-01-01')) AS v(d)")).toEqual([
    'date[]',
    ['2024-01-01'],
  ]);
});

describe('groups, DISTINCT, FILTER and windows go with all of them', () => {
  const calls = [
    ...[
      'median(x)',
      'percentile(x, 50)',
      'corr(x, y)',
      'regr_count(x, y)',
      'arg_max(x, y)',
      'last(x, y)',
      'any_value(x)',
    ],
    ...[
      'mode(x)',
      'bit_xor(x)',
      'array_agg(x)',
      'approx_count_distinct(x)',
      'bool_or(x)',
      'stddev(x)',
      'string_agg(x, y)',
    ],
  ];
  query(
    session,
    'CREATE TABLE numbers AS SELECT value AS i, value % 3 AS g, value * 7 % 11 AS x, value AS y FROM generate_series(1, 50)',
  );

  test.each(calls)('%s', (call) => {
    const byGroup = query(session, `SELECT ${call} FROM numbers GROUP BY g ORDER BY g`);
    const byFilter = [0, 1, 2].map((g) => row(`SELECT ${call} FILTER (WHERE g = ${g}) FROM numbers`));
    const byWindow = query(session, `SELECT DISTINCT g, ${call} OVER (PARTITION BY g) FROM numbers ORDER BY g`);
    expect(byGroup).toEqual(byFilter);
    expect(byGroup).toEqual(byWindow.map(([, value]) => [value]));
    if (!call.includes(',')) expect(codeOf(`SELECT ${call.replace('(', '(DISTINCT ')} FROM numbers`)).toBe('no error');
  });
});

describe('approx_count_distinct', () => {
  test('is exact up to 512 values', () => {
    expect(
      row(
        "SELECT approx_count_distinct(value % 512), approx_count_distinct(value % 500 || 'x') FROM generate_series(1, 20000)",
      ),
    ).toEqual([512, 500]);
  });

  test.each([1000, 5000, 20_000, 100_000])('stays within 5 % of %i numbers, texts and reals', (count) => {
    const sql = `SELECT approx_count_distinct(value), approx_count_distinct('key ' || value), approx_count_distinct(value * 0.37)
                 FROM generate_series(1, ${count})`;
    for (const found of row(sql)) expect(Math.abs((found as number) / count - 1)).toBeLessThan(0.05);
  });
});

test('sums of REALs do not depend on the order of the rows', () => {
  const random = new SeededRandom(7);
  const numbers = Array.from({ length: 200 }, () => (random.u32() - 2 ** 31) * 10 ** ((random.u32() % 20) - 10));
  query(session, 'CREATE TABLE reals (n INTEGER PRIMARY KEY, x REAL)');
  for (const [n, x] of numbers.entries()) query(session, 'INSERT INTO reals VALUES (?, ?)', [n, x]);
  const sums = ['n', 'n DESC', 'x', 'abs(x)'].map(
    (order) => row(`SELECT sum(x) FROM (SELECT x FROM reals ORDER BY ${order} LIMIT 1000)`)[0],
  );
  for (const sum of sums) expect(Math.abs((sum as number) / (sums[0] as number) - 1)).toBeLessThan(1e-15);
});

describe('errors', () => {
  test.each([
    ["SELECT median(x) FROM (VALUES (1), ('a')) AS v(x)", 'INVALID_VALUE'],
    ['SELECT median(x) FROM (VALUES (1), (1e999)) AS v(x)', 'INVALID_VALUE'],
    ['SELECT percentile(x, 101) FROM (VALUES (1)) AS v(x)', 'INVALID_VALUE'],
    ['SELECT percentile_cont(x, -0.1) FROM (VALUES (1)) AS v(x)', 'INVALID_VALUE'],
    ['SELECT percentile_cont(x, NULL) FROM (VALUES (1)) AS v(x)', 'INVALID_VALUE'],
    ['SELECT percentile_cont(x, x / 2.0) FROM (VALUES (1), (2)) AS v(x)', 'INVALID_VALUE'],
    ['SELECT rank() WITHIN GROUP (ORDER BY x) FROM (VALUES (1)) AS v(x)', 'NOT_SUPPORTED'],
    ['SELECT mode() WITHIN GROUP (ORDER BY x, x) FROM (VALUES (1)) AS v(x)', 'INVALID_STATEMENT'],
    ["SELECT corr(1, TIMESTAMP '2024-01-01')", 'TYPE_MISMATCH'],
    ['SELECT corr(1)', 'FUNCTION_NOT_FOUND'],
    ['SELECT sum(x) FROM (VALUES (9223372036854775807), (1)) AS v(x)', 'NUMERIC_OVERFLOW'],
    ["SELECT group_concat(printf('%.20000000c', 'a')) FROM generate_series(1, 4)", 'LIMIT_EXCEEDED'],
    ["SELECT array_agg(printf('%.20000000c', 'a')) FROM generate_series(1, 4)", 'LIMIT_EXCEEDED'],
  ])('%s is %s', (sql, code) => {
    expect(codeOf(sql)).toBe(code);
  });
});

test('a prepared aggregation gives the same groups again and again, whatever it has held in between', () => {
  const session = memorySession();
  session.executeScript('CREATE TABLE m (g INTEGER, t TEXT, i INTEGER, r REAL)');
  const insert = session.prepare('INSERT INTO m VALUES (?, ?, ?, ?)');
  const random = new SeededRandom(9);
  for (let i = 0; i < 3000; i++) {
    const isLate = i % 3 === 0;
    insert.run([
      isLate ? BigInt(i) * 1000n : BigInt(i % 7),
      ['a', 'B', 'b', null][random.u32() % 4],
      BigInt(random.u32() % 100) * (i % 50 === 0 ? 2n ** 50n : 1n),
      random.u32() % 5 === 0 ? null : (random.u32() % 1000) / 8,
    ]);
  }
  const sql = `SELECT g, t, count(*), count(r), sum(i), avg(i), sum(r), avg(r), total(r), count(DISTINCT i), min(t)
    FROM m WHERE g BETWEEN ? AND ? GROUP BY g, t`;
  const prepared = session.prepare(sql);
  const whole = session.prepare('SELECT count(*), sum(i), avg(r), max(t) FROM m WHERE g BETWEEN ? AND ?');
  for (const [low, high] of [
    [0n, 3n],
    [0n, 10_000_000n],
    [-5n, -1n],
    [2n, 6n],
    [1000n, 2_000_000n],
    [0n, 0n],
  ]) {
    expect(rowsOf(prepared, [low, high])).toEqual(query(session, sql, [low, high]));
    const once = `SELECT count(*), sum(i), avg(r), max(t) FROM m WHERE g BETWEEN ${low} AND ${high}`;
    expect(rowsOf(whole, [low, high])).toEqual(query(session, once));
  }
});
