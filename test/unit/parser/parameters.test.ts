import { expect, test } from 'vitest';
import { parseStatement, parseStatements } from '../../../src/sql/parser/parse.ts';

// Statement, number of parameters, their names.
const CASES: readonly (readonly [string, (string | null)[]])[] = [
  ['SELECT 1', []],
  ['SELECT ?, ?', [null, null]],
  ['SELECT ?2, ?', [null, null, null]],
  ['SELECT ?3', [null, null, null]],
  ['SELECT $1, $2, $1', [null, null]],
  ['SELECT :a, :b, :a', ['a', 'b']],
  ['SELECT :a, @a, $a', ['a', 'a', 'a']],
  ['SELECT ?, :a, ?', [null, 'a', null]],
  ['SELECT ?5, :a', [null, null, null, null, null, 'a']],
  ['SELECT :__proto__, :constructor', ['__proto__', 'constructor']],
  ['INSERT INTO t VALUES (?1,?2,?3), (?, ?2, ?)', [null, null, null, null, null]],
];

test.each(CASES)('%s', (sql, names) => {
  const parsed = parseStatement(sql);
  expect(parsed.parameterNames).toEqual(names);
  expect(parsed.parameterCount).toBe(names.length);
});

test('each statement numbers its own', () => {
  const counts = parseStatements('SELECT ?, ?; SELECT ?; SELECT 1').map(({ parameterCount }) => parameterCount);
  expect(counts).toEqual([2, 1, 0]);
});

test('a statement knows its own text', () => {
  const sql = ' SELECT 1 ; -- one\n /* two */ SELECT 2 /* end */ ';
  const texts = parseStatements(sql).map(({ position, end }) => sql.slice(position, end));
  expect(texts).toEqual(['SELECT 1', 'SELECT 2']);
});
