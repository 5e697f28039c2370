import type { ColumnVector } from '../column/vector.ts';
import type { ScanReads } from './access.ts';
import type { LocatedRows } from './located-rows.ts';

/**
 * Finds the visible rows of many keys at once. `find` with keys, then `fill` until it returns 0, then keys again. What it
 * sees is the table as it was when the probe was made.
 */
export interface KeyProbe {
  /** Looks for the keys of the selected rows, one vector a column of the key. NULL finds nothing. */
  find(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number): void;
  /**
   * Fills in rows with keys, in their order, and where in the table their rows lie: `limit` pairs at most; returns how
   * many. Rows whose byte in `settled` is set are passed over.
   */
  fill(rows: Int32Array, locations: Float64Array, limit: number, settled: Uint8Array | null): number;
  /** The rows at the first `count` locations. */
  rows(locations: Float64Array, count: number): LocatedRows;
  /** As of a scan: the blocks are those of rows that were found. */
  reads(): ScanReads;
}
