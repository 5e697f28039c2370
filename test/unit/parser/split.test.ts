import { expect, test } from 'vitest';
import { isComplete, splitStatements } from '../../../src/sql/lexer/split.ts';

const TRIGGER = 'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END';

test.each([
  ['', []],
  [' ;; -- x\n;', []],
  ['SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
  ['SELECT \';\' ; SELECT ";", `;`, [;]', ["SELECT ';'", 'SELECT ";", `;`, [;]']],
  ['SELECT 1 -- ;\n + 2; /* ; */ SELECT 3 /* end */', ['SELECT 1 -- ;\n + 2', 'SELECT 3']],
  ["SELECT 'it''s'; x", ["SELECT 'it''s'", 'x']],
  [`${TRIGGER}; SELECT 1;`, [TRIGGER, 'SELECT 1']],
  [
    'BEGIN; SELECT 1; END; CREATE TABLE trigger_begin(a); SELECT 2',
    ['BEGIN', 'SELECT 1', 'END', 'CREATE TABLE trigger_begin(a)', 'SELECT 2'],
  ],
  ["garbage %$§ ' open", ["garbage %$§ ' open"]],
])('%j', (sql, texts) => {
  expect(splitStatements(sql).map(({ text }) => text)).toEqual(texts);
});

test.each([
  ['', true],
  ['SELECT 1', false],
  ['SELECT 1;', true],
  ['SELECT 1; -- done', true],
  ["SELECT ';", false],
  ['SELECT 1; /* open', false],
  ['/* open', false],
  [TRIGGER, false],
  [`${TRIGGER};`, true],
  ['CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;', false],
])('isComplete(%j) is %s', (sql, complete) => {
  expect(isComplete(sql)).toBe(complete);
});
