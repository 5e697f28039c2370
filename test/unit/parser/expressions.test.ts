import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../../src/sql/parser/parse.ts';
import { printExpression } from '../../../src/sql/parser/print.ts';

// Text, and the same with every operator's operands in parentheses.
const PRECEDENCE: readonly (readonly [string, string])[] = [
  ['a + b * c', 'a + (b * c)'],
  ['a - b - c', '(a - b) - c'],
  ['a || b || c', '(a || b) || c'],
  ['a * b || c', 'a * (b || c)'],
  ["a -> '$.x' ->> 'y' || z", "((a -> '$.x') ->> 'y') || z"],
  ['a & b + c << d', '(a & (b + c)) << d'],
  ['a < b + c', 'a < (b + c)'],
  ['a = b < c', 'a = (b < c)'],
  ['a = b = c', '(a = b) = c'],
  ['NOT a = b', 'NOT (a = b)'],
  ['NOT a AND b OR c', '((NOT a) AND b) OR c'],
  ['a AND b AND c OR d OR e', '(a AND b AND c) OR d OR e'],
  ['a OR b AND c', 'a OR (b AND c)'],
  ['-a * b', '(-a) * b'],
  ['- - a', '-(-a)'],
  ['-a::text', '-CAST(a AS text)'],
  ['~a COLLATE nocase', '(~a) COLLATE nocase'],
  ['a COLLATE x || b', '(a COLLATE x) || b'],
  ['a = b COLLATE nocase', 'a = (b COLLATE nocase)'],
  ['1.0 - (e <=> ?1)', '1.0 - (e <=> ?1)'],
  ['e <=> $1 < 0.5', '(e <=> ?1) < 0.5'],
  ['tags && $2 AND x', '(tags && ?2) AND x'],
  ['a @> b AND c <@ d', '(a @> b) AND (c <@ d)'],
  ['a <-> b + c', 'a <-> (b + c)'],
  ['a BETWEEN 1 AND 2 AND b', '(a BETWEEN 1 AND 2) AND b'],
  ['a NOT BETWEEN b + 1 AND c', 'a NOT BETWEEN (b + 1) AND c'],
  ['a BETWEEN 1 AND 2 = 1', '(a BETWEEN 1 AND 2) = 1'],
  ["a LIKE b || '%' ESCAPE '!' AND c", "(a LIKE (b || '%') ESCAPE '!') AND c"],
  ['a NOT LIKE b = c', '(a NOT LIKE b) = c'],
  ['a IS NULL OR b NOTNULL OR c NOT NULL', '(a IS NULL) OR (b IS NOT NULL) OR (c IS NOT NULL)'],
  ['a IS NOT b', 'a IS NOT b'],
  ['a IS NOT DISTINCT FROM b', 'a IS b'],
  ['a IS DISTINCT FROM b', 'a IS NOT b'],
  ['a IS TRUE = b', '(a IS TRUE) = b'],
  ['a IS NOT FALSE', 'a IS NOT FALSE'],
  ['a == b != c', '(a = b) <> c'],
  ['a IN (1, 2) = b', '(a IN (1, 2)) = b'],
  ['a NOT IN ()', 'a NOT IN ()'],
  ['a IN (SELECT 1)', 'a IN (SELECT 1)'],
  ['a IN ((SELECT 1) UNION SELECT 2)', 'a IN ((SELECT 1) UNION SELECT 2)'],
  ['a IN t', 'a IN (SELECT * FROM t)'],
  ["a IN main.json_each('[1]')", "a IN (SELECT * FROM main.json_each('[1]'))"],
  ['a IN ?1', 'a IN ?1'],
  ['a = ANY (SELECT 1)', 'a = ANY (SELECT 1)'],
  ['a <> ALL (?1)', 'a <> ALL (?1)'],
  ['a > some (SELECT 1)', 'a > ANY (SELECT 1)'],
  ['(a, b) = (1, 2)', 'ROW(a, b) = ROW(1, 2)'],
  ['(a, b) IN ((1, 2), (3, 4))', 'ROW(a, b) IN (ROW(1, 2), ROW(3, 4))'],
  ['EXISTS (SELECT 1) AND NOT EXISTS (VALUES (1))', 'EXISTS (SELECT 1) AND (NOT EXISTS (VALUES (1)))'],
  ['((SELECT 1) + 1)', '(SELECT 1) + 1'],
  ['((SELECT 1))', '(SELECT 1)'],
  ['((SELECT 1) UNION (SELECT 2) LIMIT 1)', '((SELECT 1) UNION (SELECT 2) LIMIT 1)'],
  ['CASE WHEN a THEN 1 ELSE 2 END + 1', 'CASE WHEN a THEN 1 ELSE 2 END + 1'],
  ['CASE a WHEN 1 THEN b WHEN 2 THEN c END', 'CASE a WHEN 1 THEN b WHEN 2 THEN c END'],
  ['CAST(a AS DECIMAL(10, 2))', 'CAST(a AS DECIMAL(10, 2))'],
  ['a::int::text', 'CAST(CAST(a AS int) AS text)'],
  ['a::double precision', 'CAST(a AS double precision)'],
  ['a::timestamp with time zone', 'CAST(a AS timestamp with time zone)'],
  ['a::text[]', 'CAST(a AS text[])'],
  ["DATE '2024-01-01'", "CAST('2024-01-01' AS DATE)"],
  ['EXTRACT(year FROM ts)', '"EXTRACT"(\'year\', ts)'],
  ['ARRAY[1, 2][1]', '(ARRAY[1, 2])[1]'],
  ['a[?1]', '(a)[(?1)]'],
  ['[weird name] + `b`', '"weird name" + b'],
  ['"quoted"', '"quoted"'],
  ['"a""b".c', '"a""b".c'],
  ['main.t.c', 'main.t.c'],
  ['left + "order"', '"left" + "order"'],
  ['count(*)', 'count(*)'],
  ['count(DISTINCT a)', 'count(DISTINCT a)'],
  ['sum(ALL a)', 'sum(a)'],
  ["group_concat(a, ',' ORDER BY b DESC NULLS LAST)", "group_concat(a, ',' ORDER BY b DESC NULLS LAST)"],
  ['percentile_cont(0.5) WITHIN GROUP (ORDER BY a)', 'percentile_cont(0.5) WITHIN GROUP (ORDER BY a)'],
  ['sum(a) FILTER (WHERE b) OVER w', 'sum(a) FILTER (WHERE b) OVER w'],
  [
    'rank() OVER (PARTITION BY a, b ORDER BY c ROWS 2 PRECEDING)',
    'rank() OVER (PARTITION BY a, b ORDER BY c ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)',
  ],
  [
    'sum(a) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES)',
    'sum(a) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES)',
  ],
  ['replace(a, b, c) || if(a, b, c)', '"replace"(a, b, c) || "if"(a, b, c)'],
  ['CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP'],
  ["RAISE(ABORT, 'no')", "RAISE(ABORT, 'no')"],
  ['true AND NOT false', 'TRUE AND (NOT FALSE)'],
  ['a<@b', 'a < :b'],
];

describe('operators bind as in SQLite', () => {
  test.each(PRECEDENCE)('%s', (sql, printed) => {
    expect(printExpression(parseExpression(sql))).toBe(printed);
  });

  test.each(PRECEDENCE)('%s parses again from its own print', (sql) => {
    const printed = printExpression(parseExpression(sql));
    expect(printExpression(parseExpression(printed))).toBe(printed);
  });
});

const LITERALS: readonly (readonly [string, unknown])[] = [
  ['1', 1n],
  ['007', 7n],
  ['1_000_000', 1000000n],
  ['9223372036854775807', 9223372036854775807n],
  ['9223372036854775808', 2 ** 63],
  ['-9223372036854775808', -9223372036854775808n],
  ['-1', -1n],
  ['0xff', 255n],
  ['0XFFFFFFFFFFFFFFFF', -1n],
  ['1.5', 1.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1.5E-2', 0.015],
  ['1e+2', 100],
  ['1_0.2_5', 10.25],
  [`1${'0'.repeat(400)}`, Number.POSITIVE_INFINITY],
  ["'it''s'", "it's"],
  ["''", ''],
  ["'line\nbreak -- no comment'", 'line\nbreak -- no comment'],
  ["x'0aFF'", new Uint8Array([10, 255])],
  ["X''", new Uint8Array()],
  ['NULL', null],
  ['TRUE', 1n],
  ['false', 0n],
];

test.each(LITERALS)('literal %s', (sql, value) => {
  const expression = parseExpression(sql);
  expect(expression.kind).toBe('literal');
  if (expression.kind === 'literal') expect(expression.value).toEqual(value);
});

test('nodes know where they stand', () => {
  const sql = '  (a + b) * count( c )  ';
  const product = parseExpression(sql);
  if (product.kind !== 'binary') throw new Error(product.kind);
  expect(sql.slice(product.position, product.end)).toBe('(a + b) * count( c )');
  expect(sql.slice(product.left.position, product.left.end)).toBe('a + b');
  expect(sql.slice(product.right.position, product.right.end)).toBe('count( c )');
  expect(product.operatorPosition).toBe(sql.indexOf('*'));
});

test('a chain of AND is one node', () => {
  const chain = parseExpression(Array.from({ length: 5000 }, (_, i) => `a = ${i}`).join(' AND '));
  if (chain.kind !== 'logical') throw new Error(chain.kind);
  expect(chain.operands.length).toBe(5000);
});

test('names may be any string', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '💡', 'naïve', 'a b', '"']) {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    const column = parseExpression(quoted);
    expect(column.kind === 'column' && column.name).toBe(name);
  }
  expect(printExpression(parseExpression('__proto__(constructor)'))).toBe('__proto__(constructor)');
});
