import { LIMITS } from '../../src/base/limits.ts';

/** n texts, numbered from 0, with a separator. */
export function list(n: number, text: (i: number) => string, separator = ', '): string {
  return Array.from({ length: n }, (_, i) => text(i)).join(separator);
}

/**
 * Statements by size; a table `one` of one row is there: each runs at its limit and is refused one beyond it.
 */
export const LIMITED: Readonly<Record<string, readonly [limit: number, sql: (n: number) => string]>> = {
  parentheses: [LIMITS.nestingDepth, (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`],
  'function calls': [LIMITS.nestingDepth, (n) => `SELECT ${'abs('.repeat(n)}1${')'.repeat(n)}`],
  'subqueries in FROM': [LIMITS.nestingDepth, (n) => `SELECT * FROM ${'(SELECT * FROM '.repeat(n)}one${')'.repeat(n)}`],
  'EXISTS in EXISTS': [LIMITS.nestingDepth, (n) => `SELECT ${'EXISTS (SELECT 1 WHERE '.repeat(n)}1${')'.repeat(n)}`],
  'brackets of joins': [
    LIMITS.nestingDepth,
    (n) => `SELECT count(*) FROM ${'('.repeat(n)}one JOIN one AS two${')'.repeat(n)}`,
  ],
  'scalar subqueries': [LIMITS.nestingDepth, (n) => `SELECT ${'(SELECT '.repeat(n)}1${')'.repeat(n)}`],
  'CASE in CASE': [LIMITS.nestingDepth, (n) => `SELECT ${'CASE WHEN 1 THEN '.repeat(n)}1${' END'.repeat(n)}`],
  'NOT of NOT': [LIMITS.nestingDepth, (n) => `SELECT ${'NOT '.repeat(n)}1`],
  signs: [LIMITS.nestingDepth, (n) => `SELECT ${'- '.repeat(n)}1`],
  'a chain of operators': [LIMITS.expressionHeight, (n) => `SELECT ${list(n, () => '1', ' + ')}`],
  'the text': [LIMITS.sqlLength, (n) => `SELECT '${'x'.repeat(n - 9)}'`],
  'columns of a table': [LIMITS.columns, (n) => `CREATE TABLE IF NOT EXISTS wide (${list(n, (i) => `c${i}`)})`],
  'columns of a result': [LIMITS.columns, (n) => `SELECT ${list(n, String)}`],
  'columns of VALUES': [LIMITS.columns, (n) => `VALUES (${list(n, String)})`],
  'columns of an index': [LIMITS.columns, (n) => `CREATE INDEX i${n} ON one (${list(n, () => 'a')})`],
  'SELECTs of a compound': [LIMITS.compoundSelects, (n) => list(n, () => 'SELECT 1', ' UNION ALL ')],
  'tables of a join': [LIMITS.joinTables, (n) => `SELECT 1 FROM ${list(n, (i) => `one AS t${i}`)}`],
  'rows of VALUES': [LIMITS.valuesRows, (n) => `SELECT count(*) FROM (VALUES ${list(n, () => '(1)', ',')})`],
};
