import { afterAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/base/errors.ts';
import { openSync } from '../../../src/node.ts';
import { expectFailure, failure, readable } from './failure.ts';

const db = openSync(':memory:');
db.exec(`
  CREATE TABLE sensors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, floor INTEGER);
  CREATE TABLE readings (id INTEGER PRIMARY KEY, sensor INTEGER, value REAL);`);
afterAll(() => db.close());

/** The statement, the error, a part of its message, and the text at its position. */
const WRONG: readonly [sql: string, code: ErrorCode, fragment: string, place: string][] = [
  ['SELEC 1', 'SYNTAX_ERROR', 'did you mean SELECT', 'SELEC'],
  ['DESCRIBE sensors', 'SYNTAX_ERROR', 'PRAGMA table_info', 'DESCRIBE'],
  ['SET search_path = x', 'SYNTAX_ERROR', 'PRAGMA', 'search_path'],
  ['SELECT 1 +', 'SYNTAX_ERROR', 'incomplete input', ''],
  ['SELECT (1', 'SYNTAX_ERROR', 'expected ")"', ''],
  ['SELECT 1 FROM sensors WHERE', 'SYNTAX_ERROR', 'expected an expression', ''],
  ["SELECT 'open", 'SYNTAX_ERROR', "a closing ' is missing", "'open"],
  ['SELECT 1; SELECT 2', 'SYNTAX_ERROR', 'exec()', 'SELECT 2'],
  ['', 'SYNTAX_ERROR', 'holds no statement', ''],
  ['-- nothing', 'SYNTAX_ERROR', 'holds no statement', ''],
  ['SELECT ?0', 'SYNTAX_ERROR', 'count from 1', '?0'],
  ['SELECT * FROM sensor', 'TABLE_NOT_FOUND', 'did you mean "sensors"?', 'sensor'],
  ['SELECT * FROM elsewhere', 'TABLE_NOT_FOUND', 'no such table "elsewhere"', 'elsewhere'],
  ['INSERT INTO reading VALUES (1)', 'TABLE_NOT_FOUND', 'did you mean "readings"?', 'reading'],
  ['SELECT nme FROM sensors', 'COLUMN_NOT_FOUND', 'did you mean "name"?', 'nme'],
  ['SELECT s.vlaue FROM readings s', 'COLUMN_NOT_FOUND', 'did you mean "value"?', 's.vlaue'],
  ['UPDATE sensors SET flor = 1', 'COLUMN_NOT_FOUND', 'did you mean "floor"?', 'flor'],
  ['INSERT INTO sensors (nam) VALUES (1)', 'COLUMN_NOT_FOUND', 'did you mean "name"?', 'nam'],
  ['SELECT id FROM sensors, readings', 'AMBIGUOUS_COLUMN', 'sensors.id or readings.id', 'id'],
  ['SELECT nosuch(1)', 'FUNCTION_NOT_FOUND', 'nosuch', 'nosuch'],
  ["SELECT substr('a')", 'FUNCTION_NOT_FOUND', 'takes 2 to 3 arguments, not 1', 'substr'],
  ['DROP INDEX nowhere', 'INDEX_NOT_FOUND', 'nowhere', 'nowhere'],
  ["SELECT 'a' COLLATE KLINGON", 'COLLATION_NOT_FOUND', 'KLINGON', ''],
  ['CREATE TABLE sensors (a)', 'TABLE_EXISTS', 'exists already', 'sensors'],
  ['CREATE TABLE twice (a, A)', 'COLUMN_EXISTS', 'A', 'A)'],
  ['CREATE TABLE p (a PRIMARY KEY, b PRIMARY KEY)', 'INVALID_DEFINITION', 'primary key', ''],
  ['CREATE TABLE q (a INTEGER CHECK (a > (SELECT 1)))', 'INVALID_DEFINITION', 'CHECK', ''],
  ['SELECT sum(max(value)) FROM readings', 'GROUPING_ERROR', 'max()', 'max'],
  ['SELECT id FROM readings WHERE count(*) > 1', 'GROUPING_ERROR', 'WHERE', 'count'],
  ['SELECT 1, 2 UNION SELECT 1', 'INVALID_STATEMENT', '2 and 1 columns', ''],
  ['INSERT INTO sensors (name) VALUES (1, 2)', 'INVALID_STATEMENT', '2 values for 1 column', ''],
  ['SELECT id FROM sensors ORDER BY 5', 'INVALID_STATEMENT', 'ORDER BY position 5', '5'],
  ['SELECT *', 'INVALID_STATEMENT', '* needs a FROM clause', ''],
  ['CREATE TABLE v (a VECTOR(3))', 'NOT_SUPPORTED', 'VECTOR(3)', 'VECTOR'],
  ['SELECT ARRAY[ARRAY[1, 2]]', 'NOT_SUPPORTED', 'array', 'ARRAY'],
];

describe('wrong statements', () => {
  for (const [sql, code, fragment, place] of WRONG) {
    test(`${code} ${sql}`, () => {
      const error = expectFailure(db, () => db.query(sql), code, fragment);
      expect(error.position).toBeTypeOf('number');
      expect(sql.slice(error.position)).toMatch(place === '' ? /^/ : new RegExp(`^${escaped(place)}`));
      const [, quoted, caret] = error.message.split('\n');
      expect(quoted).toMatch(/^ {2}line \d+:/);
      expect(caret).toMatch(/^ *\^$/);
      expect(failure(() => db.prepare(sql)).message).toBe(error.message);
    });
  }
});

test('the caret stands below the place, whatever the line and its length', () => {
  const far = `SELECT 1,\n  ${'floor, '.repeat(40)} flor\nFROM sensors`;
  for (const sql of [
    'SELECT\n  id,\n  nme\nFROM sensors',
    '\tSELECT nme FROM sensors',
    `SELECT '😀', nme FROM sensors`,
    far,
  ]) {
    const error = failure(() => db.query(sql));
    const [, quoted, caret] = error.message.split('\n');
    const wrong = sql.slice(error.position).match(/^\w+/)?.[0] as string;
    expect(['nme', 'flor']).toContain(wrong);
    expect(quoted.slice(caret.indexOf('^'))).toMatch(new RegExp(`^${wrong}`));
  }
});

test('a script stops where it fails, and says where', () => {
  const error = expectFailure(
    db,
    () => db.exec('CREATE TABLE one (a);\nCREATE TABLE two (b);\nSELECT c FROM two;\nCREATE TABLE three (c)'),
    'COLUMN_NOT_FOUND',
    'line 3',
  );
  expect(error.position).toBe('CREATE TABLE one (a);\nCREATE TABLE two (b);\nSELECT '.length);
  expect(db.query('SELECT count(*) AS n FROM two').rows).toEqual([{ n: 0 }]);
  expectFailure(db, () => db.query('SELECT * FROM three'), 'TABLE_NOT_FOUND');
});

test('what is no text is told so', () => {
  for (const sql of [undefined, null, 5, {}, ['SELECT 1']] as unknown as string[]) {
    expectFailure(db, () => db.query(sql), 'MISUSE', 'SQL must be a string');
    expectFailure(db, () => db.exec(sql), 'MISUSE', 'SQL must be a string');
    expectFailure(db, () => db.prepare(sql), 'MISUSE', 'SQL must be a string');
  }
});

test('messages, read as a user', () => {
  const messages = [
    'SELEC 1',
    'SELECT nme, floor\nFROM sensors',
    'SELECT * FROM sensor',
    'SELECT * FROM sensors WHERE floor = 1 AN name = 2',
    'CREATE TABLE v (embedding VECTOR(3))',
  ].map((sql) => readable(failure(() => db.query(sql))));
  expect(`\n${messages.join('\n\n')}\n`).toMatchInlineSnapshot(`
    "
    SYNTAX_ERROR near "SELEC": syntax error, expected SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, BEGIN, WITH …; did you mean SELECT?
      line 1: SELEC 1
              ^

    COLUMN_NOT_FOUND no such column "nme"; did you mean "name"?
      line 1: SELECT nme, floor
                     ^

    TABLE_NOT_FOUND no such table "sensor"; did you mean "sensors"?
      line 1: SELECT * FROM sensor
                            ^

    SYNTAX_ERROR near "AN": syntax error, expected GROUP, HAVING, WINDOW, QUALIFY, UNION, INTERSECT, EXCEPT, ORDER …
      line 1: SELECT * FROM sensors WHERE floor = 1 AN name = 2
                                                    ^

    NOT_SUPPORTED type VECTOR(3) is not supported
      line 1: CREATE TABLE v (embedding VECTOR(3))
                                        ^
    "
  `);
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
