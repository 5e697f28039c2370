import type { SqlValue } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { ZoneMap } from '../segment/segment-format.ts';

/** The pseudo column that names a table's rowid in scans. */
export const ROWID_COLUMN = -1;

/**
 * Where a row version lies: source * 2^32 + position. Source 0 is the delta, 1 the frozen one, s the segment s - 2.
 * Valid until the statement that obtained it ends.
 */
export type RowLocation = number;

export const LOCATION_SOURCE = 0x1_0000_0000;
export const FROZEN_BASE: RowLocation = LOCATION_SOURCE;
export const SEGMENTS_BASE: RowLocation = 2 * LOCATION_SOURCE;

/** What a reader sees: versions created at or before `transaction` and not ended by then. */
export interface ReadPoint {
  readonly transaction: number;
  /** It was chosen among earlier states, where others merely have not gone on: not of use to tables without history. */
  readonly isPast?: boolean | undefined;
}

export type ScanOrder = 'any' | 'rowid';

/** Bounds on one column, used to skip blocks by their zone maps. Rows outside of it may still be yielded. */
export interface ColumnRange {
  /** Column number, or ROWID_COLUMN. */
  readonly column: number;
  readonly low?: { readonly value: SqlValue; readonly inclusive: boolean };
  readonly high?: { readonly value: SqlValue; readonly inclusive: boolean };
}

/** A stretch of an index: the first keys equal `equal`, and the next one lies between `low` and `high`. */
export interface IndexRange {
  readonly equal: readonly SqlValue[];
  readonly low?: { readonly value: SqlValue; readonly inclusive: boolean };
  readonly high?: { readonly value: SqlValue; readonly inclusive: boolean };
}

/** A stretch of an index by its id. */
export interface IndexStretch {
  readonly indexId: number;
  readonly range: IndexRange;
}

/** Rows that a scan yields at once. Columns are decoded when asked for, and only once. */
export interface ScanBatch {
  readonly rowCount: number;
  /** The visible rows, ascending; null when all rowCount are. */
  readonly selection: Uint32Array | null;
  /** Rows that are visible: selection.length, or rowCount. */
  readonly selectedCount: number;
  /** The location of row i is locationBase + i, unless `locations` is set: then it is locations[i]. */
  readonly locationBase: RowLocation;
  readonly locations: Float64Array | null;
  /** True where it is known that every row lies in all of the scan's ranges, of which there are some, and has no NULL there. */
  readonly isInRanges: boolean;
  /** The i-th of the columns that the scan was opened with. */
  column(i: number): ColumnVector;
}

/**
 * Says whether this tells what is to be known of a block: how many of its rows are visible, whether that are all, and the
 * zone maps of the scan's columns, in their order, which are of all rows.
 */
export type IsKnown = (rowCount: number, zones: readonly ZoneMap[], isWhole: boolean) => boolean;

/** Pulls batches; null at the end. A batch may have selectedCount 0. */
export interface TableScan {
  next(): ScanBatch | null;
  /** Takes the next block without reading it, where all of its rows lie in all ranges and `isEnough`. Answers whether it has. */
  takeKnown?(isEnough: IsKnown): boolean;
  /** What the scan has read and skipped so far. The first call begins the counting where that costs something: call it early. */
  reads(): ScanReads;
}

/** Pruned is what zone maps or an empty stretch of an index kept from being read. */
export interface ScanReads {
  readonly segmentsRead: number;
  readonly segmentsPruned: number;
  readonly blocksRead: number;
  readonly blocksPruned: number;
}
