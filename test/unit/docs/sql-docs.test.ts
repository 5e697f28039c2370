import { describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import { aggregateNames, functionNames } from '../../../src/sql/functions/registry.ts';
import { memorySession, query } from '../../support/sql-session.ts';
import { codeOf, fencedBlocks, tableRows } from './markdown.ts';
import { openDocument, testSqlBlocks } from './sql-blocks.ts';

/**
 * docs/sql.md, executed. A ```sql block runs statement by statement and what it answers is the ```text block behind it;
 * each `##` section begins with an empty database. Examples in tables are expressions. HELIOS_UPDATE=1 rewrites results.
 */
const document = openDocument('sql.md');
const { lines, isUpdate, edits } = document;

/** Calls that the binder turns into expressions; the registry does not know them. */
const SYNTAX_LIKE_FUNCTIONS = 'coalesce glob if ifnull iif like likelihood likely pg_typeof unlikely'.split(' ');

testSqlBlocks(document, () => memorySession({ disabledRules: [] }));

describe('statements that are not supported', () => {
  for (const block of fencedBlocks(lines).filter(({ info }) => info === 'sql not-supported')) {
    test(`line ${block.start + 1}`, () => {
      const statements = block.text.split('\n');
      const refused = statements.filter((sql) => codeOfFailure(sql) === 'NOT_SUPPORTED');
      if (isUpdate) edits.push({ start: block.start + 1, end: block.end - 1, lines: refused });
      else expect(refused).toEqual(statements);
    });
  }
});

describe('examples in tables', () => {
  const from = "FROM (VALUES (1, 'a', 1), (2, 'b', 0), (4, 'c', 1)) AS v(x, name, ok)";
  for (const [kind, header, source] of [
    ['scalar', ['example', 'gives'], ''],
    ['aggregate', ['over the three rows', 'gives'], from],
  ] as const) {
    for (const { cells, line } of tableRows(lines, header)) {
      const example = codeOf(cells[cells.length - 2]);
      test(`${kind} ${example}`, () => {
        const answer = query(
          memorySession({ disabledRules: [] }),
          `SELECT quote(${example}) ${source}`,
        )[0][0] as string;
        if (!isUpdate) return expect(codeOf(cells[cells.length - 1])).toBe(answer);
        const row = [...cells.slice(0, -1), `\`${answer}\``];
        edits.push({ start: line, end: line + 1, lines: [`| ${row.join(' | ')} |`] });
      });
    }
  }
});

test('the tables hold every function and every aggregate, and no other', () => {
  const rows = [...tableRows(lines, ['example', 'gives']), ...tableRows(lines, ['over the three rows', 'gives'])];
  const described = new Set(rows.flatMap(({ cells }) => cells[0].match(/(?<=`)[a-z_0-9]+/g) ?? []));
  // Operators that are functions stand in the table of operators.
  const named = functionNames().filter((name) => /^[a-z]/.test(name));
  const known = [...named, ...aggregateNames(), ...SYNTAX_LIKE_FUNCTIONS];
  expect([...described].sort()).toEqual([...new Set(known)].sort());
});

test('every limit that users meet stands with its value', () => {
  const listed = tableRows(lines, ['limit', 'value']).map(({ cells }) => Number(cells[1].replaceAll(',', '')));
  const { nestingDepth, expressionHeight, sqlLength, columns, parameters } = LIMITS;
  const { compoundSelects, joinTables, valuesRows, triggerDepth, commonTableReferences } = LIMITS;
  const { labelLength, namedSnapshots, jsonDepth } = LIMITS;
  expect(listed).toEqual([
    nestingDepth,
    expressionHeight,
    sqlLength,
    columns,
    parameters,
    compoundSelects,
    joinTables,
    valuesRows,
    triggerDepth,
    commonTableReferences,
    labelLength,
    namedSnapshots,
    jsonDepth,
  ]);
});

function codeOfFailure(sql: string): string | null {
  try {
    const session = memorySession({ disabledRules: [] });
    session.executeScript('CREATE TABLE t (a INTEGER, b TEXT); CREATE TABLE u (a INTEGER)');
    session.executeScript(sql);
    return null;
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    return error.code;
  }
}
