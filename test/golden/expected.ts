import { createHash } from 'node:crypto';
import type { GoldenRow, GoldenValue } from './cases.ts';

/** What a query gives: all rows, or of many some and a digest of all. As JSON, one row on a line. */
export interface ExpectedRows {
  readonly query: string;
  readonly count: number;
  readonly sha256: string;
  readonly rows: readonly string[];
}

const ALL_ROWS = 200;
const EVERY_ROW = 1_000;
/** Longer values stand as their digest. */
const SHOWN_LENGTH = 200;

export function expectedRows(query: string, rows: readonly GoldenRow[]): ExpectedRows {
  const lines = rows.map((row) => JSON.stringify(row.map(printable)));
  const sha256 = createHash('sha256').update(lines.join('\n')).digest('hex');
  const shown = lines.length <= ALL_ROWS ? lines : lines.filter((_, i) => i % EVERY_ROW === 0);
  return { query, count: rows.length, sha256, rows: shown };
}

/** Numbers of both kinds are numbers: 1 and 1n are one INTEGER, whoever gives them. */
function printable(value: GoldenValue): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array) return { blob: short(Buffer.from(value).toString('hex')) };
  return value === null ? null : { text: short(value) };
}

function short(text: string): string {
  if (text.length <= SHOWN_LENGTH) return text;
  return `${text.length} long, sha256 ${createHash('sha256').update(text).digest('hex')}`;
}
