import { afterAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { openSync } from '../../../src/node.ts';
import { LIMITED, list } from '../../support/limited-statements.ts';
import { expectFailure } from './failure.ts';

const db = openSync(':memory:');
afterAll(() => db.close());
db.exec('CREATE TABLE one (a INTEGER PRIMARY KEY); INSERT INTO one VALUES (1)');

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
