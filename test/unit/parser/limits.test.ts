import { describe, expect, test } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { parseExpression, parseStatements } from '../../../src/sql/parser/parse.ts';

function list(count: number, item: (i: number) => string = (i) => `c${i}`): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(', ');
}

function compound(count: number): string {
  return Array.from({ length: count }, () => 'SELECT 1').join(' UNION ALL ');
}

/** How each construct nests: what is repeated before the innermost part, that part, and what is repeated after it. */
const NESTINGS: readonly (readonly [string, string, string, string])[] = [
  ['parentheses', '(', '1', ')'],
  ['minus signs', '- ', 'a', ''],
  ['NOT', 'NOT ', 'a', ''],
  ['calls', 'f(', '1', ')'],
  ['CASE', 'CASE WHEN a THEN ', '1', ' END'],
  ['CAST', 'CAST(', '1', ' AS TEXT)'],
  ['scalar subqueries', '(SELECT ', '1', ')'],
  ['EXISTS', 'EXISTS (SELECT ', '1', ')'],
  ['IN lists', 'a IN (', '1', ')'],
  ['rows', 'ROW(', '1', ')'],
  ['arrays', 'ARRAY[', '1', ']'],
  ['windows', 'f() OVER (ORDER BY ', '1', ')'],
  ['filters', 'f() FILTER (WHERE ', '1', ')'],
  ['climbing powers', 'a OR a AND a = a < a & a + a * a || (', '1', ')'],
];

describe('nesting', () => {
  test.each(NESTINGS)('%s', (_, open, core, close) => {
    const nested = (depth: number) => `${open.repeat(depth)}${core}${close.repeat(depth)}`;
    const deepest = open.includes(' OR ') ? 30 : LIMITS.nestingDepth;
    expect(() => parseExpression(nested(deepest))).not.toThrow();
    expectLimit(() => parseExpression(nested(LIMITS.nestingDepth + 1)));
    expectLimit(() => parseExpression(open.repeat(50_000)));
  });

  test.each([
    ['FROM', 'SELECT * FROM (', 'SELECT 1', ')'],
    ['tables in parentheses', '(', 't', ')', 'SELECT * FROM '],
    ['operands of compounds', '(', 'SELECT 1', ')', ''],
    ['common tables', 'WITH a AS (', 'SELECT 1', ') SELECT 1'],
    ['grouping sets', 'GROUPING SETS (', 'a', ')', 'SELECT 1 FROM t GROUP BY '],
  ])('%s', (_, open, core, close, before = '') => {
    const nested = (depth: number) => `${before}${open.repeat(depth)}${core}${close.repeat(depth)}`;
    expect(() => parseStatements(nested(LIMITS.nestingDepth))).not.toThrow();
    expectLimit(() => parseStatements(nested(LIMITS.nestingDepth + 1)));
    expectLimit(() => parseStatements(before + open.repeat(50_000)));
  });
});

describe('height of trees', () => {
  test.each(['+', '||', '=', '<', '->', 'COLLATE'])('chains of %s', (operator) => {
    const chain = (height: number) => Array.from({ length: height }, () => 'a').join(` ${operator} `);
    expect(() => parseExpression(chain(LIMITS.expressionHeight))).not.toThrow();
    expectLimit(() => parseExpression(chain(LIMITS.expressionHeight + 1)));
    expectLimit(() => parseExpression(chain(100_000)));
  });

  test('chains inside of chains add up', () => {
    const inner = Array.from({ length: 200 }, () => 'a').join(' + ');
    const outer = (terms: number) =>
      Array.from({ length: terms }, (_, i) => (i === 0 ? `(${inner})` : 'b')).join(' || ');
    expect(() => parseExpression(outer(51))).not.toThrow();
    expectLimit(() => parseExpression(outer(52)));
    const subquery = (terms: number) => outer(terms).replace(inner, `SELECT 1 WHERE ${inner}`);
    expect(() => parseExpression(subquery(50))).not.toThrow();
    expectLimit(() => parseExpression(subquery(51)));
  });

  test('a chain of OR is flat', () => {
    expect(() => parseExpression(list(20_000, (i) => `a = ${i}`).replaceAll(',', ' OR'))).not.toThrow();
  });
});

// What is limited, the limit, and a statement of a given size.
const COUNTS: readonly (readonly [string, number, (count: number) => string])[] = [
  ['result columns', LIMITS.columns, (n) => `SELECT ${list(n)} FROM t`],
  ['columns of a table', LIMITS.columns, (n) => `CREATE TABLE t (${list(n)})`],
  ['columns of an index', LIMITS.columns, (n) => `CREATE INDEX i ON t (${list(n)})`],
  ['columns of a key', LIMITS.columns, (n) => `CREATE TABLE t (a, PRIMARY KEY (${list(n)}))`],
  ['columns of INSERT', LIMITS.columns, (n) => `INSERT INTO t (${list(n)}) SELECT 1`],
  ['columns of VALUES', LIMITS.columns, (n) => `INSERT INTO t VALUES (${list(n, () => '1')})`],
  ['columns of SET', LIMITS.columns, (n) => `UPDATE t SET ${list(n, (i) => `c${i} = 1`)}`],
  ['terms of ORDER BY', LIMITS.columns, (n) => `SELECT 1 FROM t ORDER BY ${list(n)}`],
  ['terms of GROUP BY', LIMITS.columns, (n) => `SELECT 1 FROM t GROUP BY ${list(n)}`],
  ['RETURNING', LIMITS.columns, (n) => `DELETE FROM t RETURNING ${list(n)}`],
  ['compound', LIMITS.compoundSelects, compound],
  ['joined tables', LIMITS.joinTables, (n) => `SELECT * FROM ${list(n)}`],
  ['parameters', LIMITS.parameters, (n) => `INSERT INTO t SELECT f(${list(n, () => '?')})`],
  ['numbered parameters', LIMITS.parameters, (n) => `SELECT ?${n}`],
  ['named parameters', LIMITS.parameters, (n) => `SELECT f(${list(n, (i) => `:p${i}`)})`],
  ['rows of VALUES', LIMITS.valuesRows, (n) => `INSERT INTO t VALUES ${list(n, () => '(1)')}`],
  ['text', LIMITS.sqlLength, (n) => `SELECT '${'x'.repeat(n - 9)}'`],
];

describe('counts', () => {
  test.each(COUNTS)('%s', (_, limit, statement) => {
    expect(() => parseStatements(statement(limit))).not.toThrow();
    expectLimit(() => parseStatements(statement(limit + 1)));
  });

  test('a script may be longer than a statement', () => {
    const statement = `SELECT '${'x'.repeat(LIMITS.sqlLength / 2)}';`;
    expect(parseStatements(statement.repeat(5)).length).toBe(5);
  });

  test('absurd parameter numbers', () => {
    expectLimit(() => parseStatements(`SELECT ?${'9'.repeat(400)}`));
  });
});

function expectLimit(run: () => unknown): void {
  let caught: unknown = null;
  try {
    run();
  } catch (error) {
    caught = error;
  }
  expect(isHeliosError(caught, 'LIMIT_EXCEEDED') || caught).toBe(true);
}
