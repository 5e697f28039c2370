import { describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { renderSqlError } from '../../../src/sql/lexer/render-error.ts';
import { parseExpression, parseStatement, parseStatements } from '../../../src/sql/parser/parse.ts';

function failure(run: () => unknown): HeliosError {
  try {
    run();
  } catch (error) {
    if (error instanceof HeliosError) return error;
    throw error;
  }
  throw new Error('no error was raised');
}

// Statement, the offset of the error, and how its message begins.
const SYNTAX_ERRORS: readonly (readonly [string, number, string])[] = [
  ['SELECT * FORM t', 9, 'near "FORM": syntax error, expected'],
  ['SELEC 1', 0, 'near "SELEC": syntax error, expected SELECT'],
  ['SELECT', 6, 'incomplete input: syntax error, expected an expression'],
  ['SELECT 1 +', 10, 'incomplete input: syntax error, expected an expression'],
  ['SELECT (1', 9, 'incomplete input: syntax error, expected'],
  ['SELECT 1)', 8, 'near ")": syntax error'],
  ['SELECT a FROM', 13, 'incomplete input: syntax error, expected'],
  ['SELECT a,, b', 9, 'near ",": syntax error, expected an expression'],
  ['SELECT * FROM t WHERE', 21, 'incomplete input'],
  ['SELECT 1 FROM t ORDER a', 22, 'near "a": syntax error, expected BY'],
  ['SELECT 1 FROM t GROUP BY', 24, 'incomplete input'],
  ['SELECT a FROM t ORDER BY a UNION SELECT 1', 27, 'ORDER BY clause should come after UNION not before'],
  ['SELECT a FROM t LIMIT 1 UNION ALL SELECT 1', 24, 'LIMIT clause should come after UNION ALL not before'],
  ['SELECT * FROM a NATURAL JOIN b ON 1', 30, 'a NATURAL join may not have an ON or USING clause'],
  ['SELECT * FROM a ON 1', 16, 'a JOIN clause is required before ON'],
  ['SELECT * FROM a LEFT b', 21, 'near "b": syntax error, expected'],
  ['INSERT t VALUES (1)', 7, 'near "t": syntax error, expected OR or INTO'],
  ['INSERT INTO t VALUES', 20, 'incomplete input: syntax error, expected "("'],
  ['INSERT INTO t VALUES (1), (DEFAULT) UNION SELECT 1', 27, 'DEFAULT cannot stand in a query'],
  ['UPDATE t a = 1', 11, 'near "=": syntax error'],
  ['DELETE t', 7, 'near "t": syntax error, expected FROM'],
  ['CREATE TABLE t', 14, 'incomplete input: syntax error, expected AS or "("'],
  ['CREATE TABLE t ()', 16, 'near ")": syntax error, expected a column name'],
  ['CREATE TABLE t (a INTEGER PRIMARY)', 33, 'near ")": syntax error, expected KEY'],
  ['CREATE TABLE t (a, CHECK (1), b)', 30, 'near "b": syntax error'],
  ['CREATE TABLE t (a) WITHOUT id', 27, 'unknown table option: id'],
  ['CREATE TABLE order (a)', 13, 'near "order": syntax error, expected'],
  ['CREATE UNIQUE TABLE t (a)', 14, 'near "TABLE": syntax error, expected INDEX'],
  ['DROP t', 5, 'near "t": syntax error, expected TABLE, INDEX'],
  ['ALTER TABLE t FROB', 14, 'near "FROB": syntax error, expected RENAME, ADD'],
  ['EXPLAIN EXPLAIN SELECT 1', 8, 'near "EXPLAIN": syntax error'],
  ['BEGIN; SELECT 1 2', 16, 'near "2": syntax error'],
  ["SELECT 'abc", 7, 'unrecognized token: "\'abc"'],
  ['SELECT "abc', 7, 'unrecognized token: ""abc"'],
  ['SELECT [abc', 7, 'unrecognized token: "[abc"'],
  ["SELECT x'123'", 7, 'unrecognized token: "x\'123\'"'],
  ["SELECT x'zz'", 7, 'unrecognized token: "x\'zz\'"'],
  ['SELECT 12abc', 7, 'unrecognized token: "12abc"'],
  ['SELECT 0x', 7, 'unrecognized token: "0x"'],
  ['SELECT 1__0', 7, 'unrecognized token: "1__0"'],
  ['SELECT 0x12345678901234567', 7, 'hex literal too big'],
  ['SELECT -0x8000000000000000', 8, 'hex literal too big: -0x8000000000000000'],
  ['SELECT a ! b', 9, 'unrecognized token: "!"'],
  ['SELECT \u0000', 7, 'unrecognized token'],
  ['SELECT {a}', 7, 'unrecognized token: "{"'],
  ['SELECT :', 7, 'unrecognized token: ":"'],
  ['SELECT ?0', 7, '?0: parameters count from 1'],
  ['SELECT sum(a) OVER (ROWS UNBOUNDED FOLLOWING) FROM t', 20, 'a window frame cannot end before it starts'],
  ['SELECT a NOT b', 13, 'near "b": syntax error, expected'],
  ['SELECT CASE END', 15, 'incomplete input: syntax error'],
  ['SELECT CASE a END', 14, 'near "END": syntax error, expected WHEN'],
  ['SELECT CAST(a, text)', 13, 'near ",": syntax error, expected AS'],
];

describe('syntax errors', () => {
  test.each(SYNTAX_ERRORS)('%j', (sql, position, message) => {
    const error = failure(() => parseStatements(sql));
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.code).toBe('SYNTAX_ERROR');
    expect(error.position).toBe(position);
  });
});

test('the message shows the line and points at the place', () => {
  const error = failure(() => parseStatement('SELECT * FORM t'));
  expect(error.message).toMatch(/; did you mean FROM\?\n {2}line 1: SELECT \* FORM t\n {19}\^$/);
  expect(error.hint).toBe('did you mean FROM?');
});

test('a reserved word as a name is told so', () => {
  expect(failure(() => parseStatement('CREATE TABLE order (a)')).hint).toBe(
    'ORDER is a reserved word: as a name, write "order"',
  );
});

test.each([
  ['CREATE VIRTUAL TABLE t USING fts5(a)', 0],
  ["ATTACH 'x' AS y", 0],
])('%s is not supported', (sql, position) => {
  const error = failure(() => parseStatement(sql));
  expect([error.code, error.position]).toEqual(['NOT_SUPPORTED', position]);
});

test('parseStatement takes exactly one statement', () => {
  expect(failure(() => parseStatement('  -- nothing\n;;')).message).toContain('the text holds no statement');
  expect(failure(() => parseStatement('SELECT 1; SELECT 2')).position).toBe(10);
  expect(parseStatement('; SELECT 1 ;; /* end */').statement.kind).toBe('select');
});

test('parseExpression takes the whole text', () => {
  expect(failure(() => parseExpression('a b')).position).toBe(2);
  expect(failure(() => parseExpression('')).code).toBe('SYNTAX_ERROR');
  expect(failure(() => parseExpression('a; b')).position).toBe(1);
});

test('errors are rendered with line, window and caret', () => {
  expect(renderSqlError('a\n\tbc', 3, 'm')).toBe('m\n  line 2:  bc\n           ^');
  const long = `${'x'.repeat(500)}!${'y'.repeat(500)}`;
  const [, line, caret] = renderSqlError(long, 500, 'm').split('\n');
  expect(line.length).toBeLessThan(100);
  expect(line[caret.length - 1]).toBe('!');
  expect(renderSqlError('', 0, 'm')).toBe('m\n  line 1:\n          ^');
  expect(renderSqlError('ab', 99, 'm')).toBe('m\n  line 1: ab\n            ^');
});
