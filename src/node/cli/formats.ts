import Table from 'cli-table3';
import { cellJson, cellText } from './cell-text.ts';
import { counted } from './counted.ts';
import type { ResultColumn, ShellResult } from './shell-database.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** A cell is cut behind this many characters, unless it is the only column. */
const WIDEST_CELL = 60;

/** The rows as text, with a line break at the end; nothing for a statement that returns none. */
export function formatResult(result: ShellResult, format: Format): string {
  if (result.columns.length === 0) return '';
  switch (format) {
    case 'table':
      return tableText(result);
    case 'json':
      return jsonText(result);
    case 'csv':
      return csvText(result);
    default:
      return format satisfies never;
  }
}

function tableText({ columns, rows }: ShellResult): string {
  const table = new Table({
    head: columns.map((column) => oneLine(column.name, columns.length)),
    colAligns: columns.map((column, i) => (isNumeric(column, rows, i) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(row.map((value) => tableCell(value, columns.length)));
  return `${table.toString()}\n${counted(rows.length, 'row')}\n`;
}

function tableCell(value: unknown, columnCount: number): string {
  return value === null || value === undefined ? 'NULL' : oneLine(cellText(value), columnCount);
}

/** Control characters would break the frame. */
function oneLine(text: string, columnCount: number): string {
  const clean = text.replace(/\r\n|\p{Cc}/gu, ' ');
  const characters = columnCount === 1 ? [] : Array.from(clean);
  return characters.length <= WIDEST_CELL ? clean : `${characters.slice(0, WIDEST_CELL - 1).join('')}…`;
}

const NUMERIC_TYPE = /^(INTEGER|REAL|(DECIMAL|NUMERIC)(\([\d,]*\))?)$/i;

/** By the declared type; where there is none, by the first value. */
function isNumeric(column: ResultColumn, rows: ShellResult['rows'], i: number): boolean {
  if (NUMERIC_TYPE.test(column.type)) return true;
  const first = rows.find((row) => row[i] !== null)?.[i];
  return typeof first === 'number' || typeof first === 'bigint';
}

/** An array of objects, one on a line. */
function jsonText({ columns, rows }: ShellResult): string {
  const names = columns.map((column) => JSON.stringify(column.name));
  const lines = rows.map((row) => `{${row.map((value, i) => `${names[i]}:${cellJson(value)}`).join(',')}}`);
  return `[${lines.join(',\n ')}]\n`;
}

/** RFC 4180, with a header. NULL is nothing at all, the empty text is a pair of quotes. */
function csvText({ columns, rows }: ShellResult): string {
  const lines = [columns.map((column) => csvCell(column.name)), ...rows.map((row) => row.map(csvCell))];
  return lines.map((line) => `${line.join(',')}\n`).join('');
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = cellText(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
