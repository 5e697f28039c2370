import { isHeliosError } from '../../src/base/errors.ts';
import type { Session } from '../../src/sql/session.ts';
import { rowsOf } from '../support/sql-session.ts';

/**
 * A `.test` file: records with an empty line between them.
 *
 *   exec                 the statements must succeed
 *   SQL…
 *
 *   query [rowsort]      the rows of the last statement, a line each, values joined by |
 *   SQL…
 *   ----
 *   rows…
 *
 *   error CODE           the last statement must fail with that code
 *   SQL…
 *
 * A line that begins with # before a record is a comment. TEXT is shown as it is, NULL as NULL, an empty text as '',
 * arrays and JSON as JSON.
 */
export interface SqlRecord {
  readonly comments: readonly string[];
  readonly kind: 'exec' | 'query' | 'error';
  readonly argument: string;
  readonly sql: string;
  readonly expected: readonly string[];
  readonly line: number;
}

export function parseSqlFile(text: string): readonly SqlRecord[] {
  const records: SqlRecord[] = [];
  let line = 1;
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((_, i, all) => i < all.length - 1 || all[i] !== '');
    const comments = lines.filter((content) => content.startsWith('#'));
    const [head, ...rest] = lines.filter((content) => !content.startsWith('#'));
    if (head !== undefined) records.push(recordOf(head, rest, comments, line));
    line += block.split('\n').length + 1;
  }
  return records;
}

function recordOf(head: string, rest: readonly string[], comments: readonly string[], line: number): SqlRecord {
  const [kind, argument = ''] = head.split(' ');
  if (kind !== 'exec' && kind !== 'query' && kind !== 'error') throw new Error(`line ${line}: no such record: ${head}`);
  const separator = rest.indexOf('----');
  const sql = (separator < 0 ? rest : rest.slice(0, separator)).join('\n');
  return { comments, kind, argument, sql, expected: separator < 0 ? [] : rest.slice(separator + 1), line };
}

export function printSqlFile(records: readonly SqlRecord[], results: readonly (readonly string[])[]): string {
  const blocks = records.map((record, i) => {
    const head = record.argument === '' ? record.kind : `${record.kind} ${record.argument}`;
    const rows = record.kind === 'query' ? ['----', ...results[i]] : [];
    return [...record.comments, head, record.sql, ...rows].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

/** Runs a record: its rows, or the code of the error that the last statement raised. */
export function runRecord(session: Session, record: SqlRecord): readonly string[] {
  if (record.kind === 'error') return [errorCode(session, record.sql)];
  let rows: string[] = [];
  for (const statement of session.statements(record.sql)) {
    rows = rowsOf(statement, undefined, { timestamps: 'text' }).map((row) => row.map(shown).join('|'));
  }
  return record.argument === 'rowsort' ? rows.sort() : rows;
}

function errorCode(session: Session, sql: string): string {
  try {
    session.executeScript(sql);
    return 'no error';
  } catch (error) {
    return isHeliosError(error) ? error.code : String(error);
  }
}

function shown(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return value === '' ? "''" : String(value);
}
