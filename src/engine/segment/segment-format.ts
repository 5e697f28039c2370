import type { ColumnValue } from '../column/types.ts';
import type { Extent } from '../extent/layout.ts';

// A segment: immutable rows of one table, column after column. Byte tables: docs/file-format.md.
//
//   column data   for each column: its dictionary if it has one, then its blocks, one after the other
//   index data    for each index: the blocks of its permutation
//   directory     where everything lies, with a CRC-32C for each piece, and zone maps
//
// Offsets are bytes from the segment's start. The manifest keeps SegmentMeta, with the directory's place and CRC: so
// every byte hangs on a checksum that is stored elsewhere, and a block that was misplaced or is stale is noticed.

/** The columns that every segment has. A table's own columns have the ids that the caller gave them, from 0. */
export const ROWID_ID = -1;
export const CREATED_ID = -2;
export const ENDED_ID = -3;

/** First bytes of the directory: "HDSD". */
export const DIRECTORY_MAGIC = 0x44534448;
export const SEGMENT_VERSION = 1;

/** How a column's physical kind is stored. */
export const PHYSICAL_KINDS = ['integer', 'real', 'text', 'blob', 'any'] as const;

/** 'history': rows that have all ended, which current reads never open. */
export type SegmentKind = 'current' | 'history';

/** What the manifest keeps of a segment. */
export interface SegmentMeta {
  readonly id: number;
  readonly kind: SegmentKind;
  readonly rowCount: number;
  /** Rows of each block but the last. */
  readonly blockRows: number;
  readonly extent: Extent;
  readonly lengthBytes: number;
  readonly minRowid: number;
  readonly maxRowid: number;
  /** No rowid occurs twice. With maxRowid - minRowid + 1 === rowCount, position = rowid - minRowid. */
  readonly uniqueRowids: boolean;
  /** Some blocks are in encodings that are no part of the engine's first file: column/encodings/late-parts.ts. */
  readonly usesStoredEncodings: boolean;
  readonly minCreated: number;
  readonly maxCreated: number;
  /** Of the `ended` column; both 0 in current segments, whose ended rows the manifest lists. */
  readonly minEnded: number;
  readonly maxEnded: number;
  /** The directory's place, in bytes from the segment's start, and its CRC-32C. */
  readonly directoryOffset: number;
  readonly directoryLength: number;
  readonly directoryCrc: number;
}

/**
 * What is known of a run of values without reading it: every value that is not NULL lies in [min, max]. A bound is null
 * where none is known: in ANY columns, in columns with a NaN, and where all are NULL (nullCount === rowCount).
 * Text is ordered by code point, and bounds of long texts and blobs are shortened outwards.
 */
export interface ZoneMap {
  readonly rowCount: number;
  readonly nullCount: number;
  readonly min: ColumnValue;
  readonly max: ColumnValue;
}

/** Something that {@link SegmentReader.verify} found. `offset` counts from the start of the file. */
export interface SegmentProblem {
  readonly file: string;
  readonly offset: number;
  readonly what: string;
}

/** A column's name in messages: ids are all that a segment knows. */
export function columnName(id: number): string {
  switch (id) {
    case ROWID_ID:
      return 'the rowid column';
    case CREATED_ID:
      return 'the column of creating transactions';
    case ENDED_ID:
      return 'the column of ending transactions';
    default:
      return `column ${id}`;
  }
}
