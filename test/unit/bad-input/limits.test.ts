import { afterAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { openSync } from '../../../src/node.ts';
import { expectFailure } from './failure.ts';

const db = openSync(':memory:');
afterAll(() => db.close());
db.exec('CREATE TABLE one (a INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)');

/** n texts, numbered from 0, with a separator. */
function list(n: number, text: (i: number) => string, separator = ', '): string {
  return Array.from({ length: n }, (_, i) => text(i)).join(separator);
}

/** Statements by size: each runs at its limit and is refused one beyond it. */
const LIMITED: Readonly<Record<string, readonly [limit: number, sql: (n: number) => string]>> = {
  parentheses: [LIMITS.nestingDepth, (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`],
  'function calls': [LIMITS.nestingDepth, (n) => `SELECT ${'abs('.repeat(n)}1${')'.repeat(n)}`],
  'subqueries in FROM': [LIMITS.nestingDepth, (n) => `SELECT * FROM ${'(SELECT * FROM '.repeat(n)}one${')'.repeat(n)}`],
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

describe('at a limit, and one beyond', () => {
  for (const [what, [limit, sql]] of Object.entries(LIMITED)) {
    test(what, () => {
      db.query(sql(limit));
      const error = expectFailure(db, () => db.query(sql(limit + 1)), 'LIMIT_EXCEEDED');
      expect(error.message.replaceAll(',', '')).toContain(String(limit));
      expect(error.message.length).toBeLessThan(400);
    });
  }

  test('parameters', () => {
    const { parameters } = LIMITS;
    const values = Array.from({ length: parameters + 1 }, (_, i) => i);
    expect(db.query(`SELECT ?${parameters} AS last`, values.slice(1)).rows[0].last).toBe(parameters);
    const many = (n: number) => `SELECT ${parameters - 1} IN (${list(n, () => '?', ',')}) AS found`;
    expect(db.query(many(parameters), values.slice(0, parameters)).rows[0].found).toBe(1);
    expectFailure(db, () => db.query(many(parameters + 1), values), 'LIMIT_EXCEEDED', '32,766');
    expectFailure(db, () => db.query(`SELECT ?${parameters + 1}`, values), 'LIMIT_EXCEEDED', '32,766');
    expectFailure(db, () => db.query('SELECT ?99999999999999999999', [1]), 'LIMIT_EXCEEDED', '32,766');
  });
});

describe('far beyond', () => {
  const HUGE: Readonly<Record<string, string>> = {
    parentheses: `SELECT ${'('.repeat(300_000)}`,
    'brackets closed': `SELECT ${'('.repeat(400_000)}1${')'.repeat(400_000)}`,
    subqueries: `SELECT ${'(SELECT '.repeat(100_000)}`,
    operators: `SELECT ${list(300_000, () => '1', '+')}`,
    CASE: `SELECT ${'CASE '.repeat(150_000)}`,
    text: 'x'.repeat(3_000_000),
  };
  for (const [what, sql] of Object.entries(HUGE)) {
    test(what, () => {
      expectFailure(db, () => db.query(sql), 'LIMIT_EXCEEDED');
    });
  }

  test('a flat list of conditions is no nesting', () => {
    expect(db.query(`SELECT ${list(20_000, () => '1', ' AND ')} AS x`).rows).toEqual([{ x: 1 }]);
    expect(db.query(`SELECT 5 IN (${list(50_000, String, ',')}) AS x`).rows).toEqual([{ x: 1 }]);
  });

  test('WITH tables that read each other', () => {
    const chain = (n: number) => list(n, (i) => `c${i} AS (SELECT * FROM ${i === 0 ? 'one' : `c${i - 1}`})`);
    expect(db.query(`WITH ${chain(50)} SELECT * FROM c49`).rows).toEqual([{ a: 1 }]);
    expectFailure(db, () => db.query(`WITH ${chain(2000)} SELECT * FROM c1999`), 'LIMIT_EXCEEDED');
    const doubled = list(
      40,
      (i) => `d${i} AS NOT MATERIALIZED (SELECT 1 FROM ${i === 0 ? 'one' : `d${i - 1}, d${i - 1} AS again`})`,
    );
    expectFailure(db, () => db.query(`WITH ${doubled} SELECT * FROM d39`), 'LIMIT_EXCEEDED');
    const shared = doubled.replaceAll('NOT MATERIALIZED ', '');
    expect(db.query(`WITH ${shared} SELECT count(*) AS n FROM d39`).rows).toEqual([{ n: 1 }]);
  });

  test('functions refuse texts and blobs that would fill the memory', () => {
    for (const sql of [
      'SELECT zeroblob(3000000000)',
      'SELECT randomblob(3000000000)',
      `SELECT replace(hex(zeroblob(500000)), '00', '${'x'.repeat(1000)}')`,
    ]) {
      expectFailure(db, () => db.query(sql), 'LIMIT_EXCEEDED');
    }
  });

  test('patterns that make backtracking matchers explode', () => {
    const text = 'a'.repeat(3000);
    for (const [operator, star] of [
      ['LIKE', '%'],
      ['GLOB', '*'],
    ]) {
      const sql = `SELECT ?1 ${operator} ?2 AS hit`;
      expect(db.query(sql, [text, `${`${star}a`.repeat(1500)}b`]).rows).toEqual([{ hit: 0 }]);
    }
  });
});
