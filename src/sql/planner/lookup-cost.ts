/**
 * What lookups cost, in rows that a scan with a hash join goes through in the same time, as measured. One by one: an
 * operator is opened for each key.
 */
export const ROWID_LOOKUP_ROWS = 60;
export const INDEX_LOOKUP_ROWS = 400;

/** Finding a key among many, and reading a row that is found: where blocks stay decoded, and where they mostly do not. */
const CACHED = { rowid: 15, index: 25, row: 5 };
const UNCACHED = { rowid: 30, index: 200, row: 15 };

/** Columns of so many rows fit the cache of blocks as it is unless told otherwise. */
const CACHED_ROWS = 500_000;

/** Of one key among many that are looked up at once in a table of so many rows. */
export function rowidProbeCost(tableRows: number): number {
  const { rowid, row } = tableRows > CACHED_ROWS ? UNCACHED : CACHED;
  return rowid + row;
}

/** `found`: rows per key. */
export function indexProbeCost(tableRows: number, found: number): number {
  const { index, row } = tableRows > CACHED_ROWS ? UNCACHED : CACHED;
  return index + found * row;
}
