import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../../src/sql/lexer/statement-shape.ts';
import { TokenList } from '../../../src/sql/lexer/token-list.ts';
import { parseStatementAt } from '../../../src/sql/parser/parse.ts';
import { SAMPLES } from './sample-statements.ts';

const tokens = new TokenList();

/** What the parser makes of a statement whose tokens have been read for its shape. */
function parsedAgain(sql: string, offset = 0): unknown {
  shapeOf(sql, offset, tokens);
  return parseStatementAt(sql, offset, tokens);
}

/** The error that is raised, as users see it. */
function errorOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    const { message, position, hint } = error as { message: string; position?: number; hint?: string };
    return { message, position, hint };
  }
}

describe('tokens that were read for the shape of a statement', () => {
  test.each(SAMPLES)('are those that the parser reads by itself: %s %s', (_, sql) => {
    expect(parsedAgain(sql)).toEqual(parseStatementAt(sql, 0));
    expect(parsedAgain(`; ${sql} ; SELECT 1`)).toEqual(parseStatementAt(`; ${sql} ; SELECT 1`, 0));
  });

  test('may end before the statement does', () => {
    const many = `SELECT ${Array.from({ length: 300 }, (_, i) => `${i} + a, 'x'`).join(', ')} FROM t`;
    expect(parsedAgain(many)).toEqual(parseStatementAt(many, 0));
    const long = `SELECT ${Array.from({ length: 3000 }, (_, i) => `column_${i}`)
      .slice(0, 1500)
      .join(', ')} FROM t`;
    expect(parsedAgain(long)).toEqual(parseStatementAt(long, 0));
  });

  test('of an earlier statement are not read', () => {
    const script = 'SELECT a, b, c FROM t WHERE d > 1; CREATE TABLE t (a); SELECT 2';
    const second = script.indexOf(' CREATE');
    expect(parsedAgain(script, second)).toEqual(parseStatementAt(script, second));
  });

  test.each([
    'SELECT 1 +',
    'SELECT a FROM t WHERE b = 12abc',
    "SELECT 'open",
    'SELECT a FORM t',
    'SELECT a FROM t LIMIT 1 LIMIT 2',
    'SELECT (1; SELECT 2',
    'INSERT INTO t VALUES (1, 2',
    'UPDATE t SET a = $ WHERE b',
  ])('give the same errors: %s', (sql) => {
    expect(errorOf(() => parsedAgain(sql))).toEqual(errorOf(() => parseStatementAt(sql, 0)));
  });
});
