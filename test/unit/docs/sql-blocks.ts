import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import type { StaticType } from '../../../src/sql/expressions/static-type.ts';
import type { Session } from '../../../src/sql/session.ts';
import { rowsOf } from '../../support/sql-session.ts';
import { type FencedBlock, fencedBlocks, readLines } from './markdown.ts';

/** A page of docs/ whose SQL is executed. */
export interface SqlDocument {
  readonly lines: string[];
  /** HELIOS_UPDATE=1: results are written anew. */
  readonly isUpdate: boolean;
  /** Replaced line ranges, for that. */
  readonly edits: { start: number; end: number; lines: string[] }[];
}

export function openDocument(name: string): SqlDocument {
  const path = join(import.meta.dirname, '../../../docs', name);
  const document: SqlDocument = { lines: readLines(path), isUpdate: process.env.HELIOS_UPDATE === '1', edits: [] };
  let hasFailed = false;
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail';
  });
  // Results that a crash of ours left behind must not become the documentation.
  afterAll(() => {
    const { lines, edits, isUpdate } = document;
    if (!isUpdate || hasFailed) return;
    for (const edit of edits.sort((a, b) => b.start - a.start)) {
      lines.splice(edit.start, edit.end - edit.start, ...edit.lines);
    }
    writeFileSync(path, lines.join('\n'));
  });
  return document;
}

/**
 * A ```sql block runs statement by statement, and what it answers is the ```text block behind it. Each `##` section begins
 * with a session of its own. `before` is told of each block: its info string may say more.
 */
export function testSqlBlocks(
  { lines, isUpdate, edits }: SqlDocument,
  newSession: () => Session,
  before: (block: FencedBlock) => void = () => undefined,
): void {
  describe('blocks', () => {
    const blocks = fencedBlocks(lines);
    let session = newSession();
    let section = -1;
    blocks.forEach((block, i) => {
      if (block.info !== 'sql' && !block.info.startsWith('sql at ')) return;
      test(`line ${block.start + 1}: ${block.text.split('\n')[0]}`, () => {
        const heading = lines.findLastIndex((line, n) => n < block.start && line.startsWith('## '));
        if (heading !== section) session = newSession();
        section = heading;
        before(block);
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
}

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
