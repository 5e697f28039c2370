import type { ColumnDefinition } from '../../engine/catalog/definitions.ts';
import { foldAscii } from '../../engine/column/compare.ts';

/** A name's key in maps: names compare without regard to ASCII case, and only ASCII case, as in SQLite. */
export const foldName = foldAscii;

export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldName(a) === foldName(b));
}

/** The number of the column of that name, or -1. Dropped columns have none. */
export function columnNamed(columns: readonly ColumnDefinition[], name: string): number {
  return columns.findIndex((column) => !column.dropped && sameName(column.name, name));
}

/** The hidden rowid's three names. A real column of that name goes first. */
export const ROWID_NAMES: readonly string[] = ['rowid', '_rowid_', 'oid'];

export function isRowidName(name: string): boolean {
  return ROWID_NAMES.includes(foldName(name));
}
