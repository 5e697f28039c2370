import type { ColumnDefinition } from '../../engine/catalog/definitions.ts';
import { foldAscii } from '../../engine/column/compare.ts';

/** A name's key in maps: names compare without regard to ASCII case, and only ASCII case, as in SQLite. */
export const foldName = foldAscii;

export function sameName(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  // Names of one length mostly differ in their last characters: a1, a2.
  for (let i = a.length - 1; i >= 0; i--) {
    const unit = a.charCodeAt(i);
    if (unit !== b.charCodeAt(i) && !areOneLetter(unit, b.charCodeAt(i))) return false;
  }
  return true;
}

function areOneLetter(a: number, b: number): boolean {
  const lower = a | 32;
  return lower === (b | 32) && lower >= 97 && lower <= 122;
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
