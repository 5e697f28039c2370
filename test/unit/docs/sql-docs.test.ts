import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { LIMITS } from '../../../src/base/limits.ts';
import type { StaticType } from '../../../src/sql/expressions/static-type.ts';
import { aggregateNames, functionNames } from '../../../src/sql/functions/registry.ts';
import type { Session } from '../../../src/sql/session.ts';
import { memorySession, query, rowsOf } from '../../support/sql-session.ts';
import { codeOf, fencedBlocks, readLines, tableRows } from './markdown.ts';

/**
 * docs/sql.md, executed. A ```sql block runs statement by statement and what it answers is the ```text block behind it;
 * each `##` section begins with an empty database. Examples in tables are expressions. HELIOS_UPDATE=1 rewrites results.
 */
const PATH = join(import.meta.dirname, '../../../docs/sql.md');
const isUpdate = process.env.HELIOS_UPDATE === '1';
const lines = readLines(PATH);

/** Calls that the binder turns into expressions; the registry does not know them. */
const SYNTAX_LIKE_FUNCTIONS = 'coalesce glob if ifnull iif like likelihood likely pg_typeof unlikely'.split(' ');

/** Replaced line ranges, for HELIOS_UPDATE. */
const edits: { start: number; end: number; lines: string[] }[] = [];

let hasFailed = false;
afterEach(({ task }) => {
  hasFailed ||= task.result?.state === 'fail';
});

/** Results that a crash of ours left behind must not become the documentation. */
afterAll(() => {
  if (!isUpdate || hasFailed) return;
  for (const edit of edits.sort((a, b) => b.start - a.start)) {
    lines.splice(edit.start, edit.end - edit.start, ...edit.lines);
  }
  writeFileSync(PATH, lines.join('\n'));
});

describe('blocks', () => {
  const blocks = fencedBlocks(lines);
  let session = memorySession();
  let section = -1;
  blocks.forEach((block, i) => {
    if (block.info !== 'sql') return;
    test(`line ${block.start + 1}: ${block.text.split('\n')[0]}`, () => {
      const heading = lines.findLastIndex((line, n) => n < block.start && line.startsWith('## '));
      if (heading !== section) session = memorySession();
      section = heading;
      const answer = answerOf(session, block.text);
      const next = blocks[i + 1];
      const isResult = next !== undefined && next.info === 'text' && next.start === block.end;
      if (isUpdate) {
        const written = answer === '' ? [] : ['```text', ...answer.split('\n'), '```'];
        edits.push({ start: block.end, end: isResult ? next.end : block.end, lines: written });
      } else {
        expect(answer).toBe(isResult ? next.text : '');
      }
    });
  });
});

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
        const answer = query(memorySession(), `SELECT quote(${example}) ${source}`)[0][0] as string;
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

function answerOf(session: Session, sql: string): string {
  const answers: string[] = [];
  try {
    for (const statement of session.statements(sql)) {
      const { columns } = statement;
      const rows = rowsOf(statement, undefined, { timestamps: 'text' });
      if (columns.length > 0) answers.push(tableText(columns, rows));
    }
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    const hint = error.hint === undefined || error.message.includes(error.hint) ? '' : `\nhint: ${error.hint}`;
    answers.push(`${error.code}: ${error.message}${hint}`);
  }
  return answers.join('\n\n');
}

/** `a | b` over a rule over the rows. */
function tableText(columns: readonly { name: string; type: StaticType }[], rows: readonly unknown[][]): string {
  const head = columns.map(({ name }) => name);
  const cells = rows.map((row) => row.map((value, i) => cellText(value, columns[i].type.kind)));
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join(' | ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('-+-'), ...cells.map(line)].join('\n');
}

function cellText(value: unknown, type: string): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return type === 'REAL' && Number.isInteger(value) ? `${value}.0` : String(value);
}

function codeOfFailure(sql: string): string | null {
  try {
    const session = memorySession();
    session.executeScript('CREATE TABLE t (a INTEGER, b TEXT); CREATE TABLE u (a INTEGER)');
    session.executeScript(sql);
    return null;
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    return error.code;
  }
}
