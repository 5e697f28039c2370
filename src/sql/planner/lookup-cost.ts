import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { type PhysicalKind, physicalKind } from '../../engine/column/types.ts';

/**
 * What lookups cost, in rows that a scan with a hash join goes through in the same time, as measured. One by one: an
 * operator is opened for each key.
 */
export const ROWID_LOOKUP_ROWS = 60;
export const INDEX_LOOKUP_ROWS = 400;

/**
 * Finding a key among many, and reading a row that is found: where blocks stay decoded, and where they mostly do not.
 * Keys that are not numbers are compared one by one.
 */
const CACHED = { rowid: 15, numbers: 25, others: 150, row: 5 };
const UNCACHED = { rowid: 30, numbers: 200, others: 400, row: 15 };

/** Columns of so many rows fit the cache of blocks as it is unless told otherwise. */
const CACHED_ROWS = 500_000;

/** Of one key among many that are looked up at once in a table of so many rows. */
export function rowidProbeCost(tableRows: number): number {
  const { rowid, row } = tableRows > CACHED_ROWS ? UNCACHED : CACHED;
  return rowid + row;
}

/** By columns of the table, `found` rows per key. */
export function indexProbeCost(
  tableRows: number,
  found: number,
  { columns: all }: TableDefinition,
  columns: readonly number[],
): number {
  const { numbers, others, row } = tableRows > CACHED_ROWS ? UNCACHED : CACHED;
  const isNumeric = columns.every((column) => column < 0 || NUMERIC.has(physicalKind(all[column].type.kind)));
  return (isNumeric ? numbers : others) + found * row;
}

const NUMERIC: ReadonlySet<PhysicalKind> = new Set(['integer', 'real']);
