import type { ColumnVector } from '../column/vector.ts';
import { type ReadPoint, ROWID_COLUMN } from './access.ts';
import type { Table } from './table.ts';

/** Rowids probed downwards for the largest one before the whole table is searched. */
const ROWID_PROBES = 16;

/** The largest rowid of a row that is visible at that point, `first` at most; -Infinity: there is none. */
export function largestRowid(table: Table, at: ReadPoint, first: number): number {
  for (let rowid = first; rowid > first - ROWID_PROBES && rowid > 0; rowid--)
    if (table.find(at, rowid) >= 0) return rowid;
  const scan = table.scan(at, [ROWID_COLUMN]);
  let largest = Number.NEGATIVE_INFINITY;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection } = batch;
    const rowids = batch.column(0) as Extract<ColumnVector, { kind: 'number' }>;
    for (let i = 0; i < batch.selectedCount; i++)
      largest = Math.max(largest, rowids.values[selection === null ? i : selection[i]]);
  }
  return largest;
}

/** The next rowid behind those of all rows, which are `first` at most. Where all are negative it is, too, as in SQLite. */
export function rowidBehind(table: Table, at: ReadPoint, first: number): number {
  const largest = largestRowid(table, at, first);
  return Number.isFinite(largest) ? largest + 1 : 1;
}

/** So many rowids that follow each other. */
export function rowidsFrom(first: number, count: number): Float64Array {
  const rowids = new Float64Array(count);
  for (let i = 0; i < count; i++) rowids[i] = first + i;
  return rowids;
}
