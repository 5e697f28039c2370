import { HeliosError } from '../../base/errors.ts';
import type { ColumnVector } from '../column/vector.ts';
import { ROWID_ID } from '../segment/segment-format.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';
import { columnValueAt } from '../table/delta-column.ts';
import type { Table } from '../table/table.ts';
import { TableSegment } from '../table/table-segment.ts';
import type { LostRows } from './repair-report.ts';

/** Rows that could not be read, put together while the blocks are looked at. */
class Losses {
  rows = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  why = '';

  add(rows: number, first: number, last: number, why: string): void {
    if (rows === 0) return;
    this.rows += rows;
    this.first = Math.min(this.first, first);
    this.last = Math.max(this.last, last);
    if (this.why === '') this.why = why;
  }
}

/**
 * A whole segment becomes one of the table's. Of a damaged one each row whose columns all match their checksums goes into
 * the table's delta, as if `transaction` had written it, and the others are returned. `table.segments` is what was
 * salvaged before.
 */
export function salvageSegment(
  reader: SegmentReader,
  start: number,
  ended: ReadonlyMap<number, number>,
  table: Table,
  transaction: number,
): LostRows | null {
  const { meta } = reader;
  if (isWhole(reader, table)) {
    const segment = new TableSegment(reader, table);
    for (const [position, by] of ended) segment.end(position, by);
    table.segments = [...table.segments, segment];
    return null;
  }
  const losses = new Losses();
  const live = reader.rowCount - ended.size;
  const directory = attempt(() => reader.directory());
  if (typeof directory === 'string') losses.add(live, meta.minRowid, meta.maxRowid, directory);
  else for (let b = 0; b < reader.blockCount; b++) salvageBlock(reader, b, ended, table, transaction, losses);
  if (losses.rows === 0) return null;
  const { rows, first, last, why } = losses;
  return { segment: meta.id, fromByte: start, lengthBytes: meta.lengthBytes, rowids: [first, last], rows, why };
}

/** The columns that a row of the table consists of, beside its rowid. */
function columnsOf(reader: SegmentReader, { definition }: Table): number[] {
  const columns = definition.columns.map((_, column) => column);
  return columns.filter(
    (column) => !definition.columns[column].dropped && column !== definition.rowidColumn && reader.hasColumn(column),
  );
}

function isWhole(reader: SegmentReader, table: Table): boolean {
  const found = attempt(() => {
    for (const id of [ROWID_ID, ...columnsOf(reader, table)])
      for (let b = 0; b < reader.blockCount; b++) readLarge(reader.open(id).blocks.decodeFromFile(b));
  });
  return typeof found !== 'string';
}

function readLarge(vector: ColumnVector): void {
  if (vector.kind === 'value') for (const value of vector.large?.values() ?? []) value.value();
}

function salvageBlock(
  reader: SegmentReader,
  b: number,
  ended: ReadonlyMap<number, number>,
  table: Table,
  transaction: number,
  losses: Losses,
): void {
  const from = b * reader.meta.blockRows;
  const positions: number[] = [];
  for (let i = 0; i < reader.blockRows(b); i++) if (!ended.has(from + i)) positions.push(from + i);
  const rowids = attempt(() => positions.map((position) => reader.rowidAt(position)));
  if (typeof rowids === 'string') {
    const [first, last] = rowidBounds(reader, b);
    losses.add(positions.length, first, last, rowids);
    return;
  }
  const vectors = attempt(() => vectorsOf(reader, b, table));
  if (typeof vectors === 'string') {
    losses.add(positions.length, rowids[0], rowids[rowids.length - 1], vectors);
    return;
  }
  positions.forEach((position, i) => {
    const values = attempt(() =>
      vectors.map((vector) => (vector === null ? null : columnValueAt(vector, position - from))),
    );
    if (typeof values === 'string') losses.add(1, rowids[i], rowids[i], values);
    else table.appendVersion(transaction, rowids[i], values);
  });
}

/** By column number; null for the rowid, and for columns that the table has lost. */
function vectorsOf(reader: SegmentReader, b: number, table: Table): (ColumnVector | null)[] {
  const stored = new Set(columnsOf(reader, table));
  // Columns that are younger than the segment hold a value that the definition knows.
  const young = new TableSegment(reader, table);
  return table.definition.columns.map(({ dropped }, column) => {
    if (stored.has(column)) return reader.open(column).blocks.decodeFromFile(b);
    return dropped || column === table.definition.rowidColumn ? null : young.column(column, b);
  });
}

/** What the zone map says, which the directory's checksum covers. */
function rowidBounds(reader: SegmentReader, b: number): [first: number, last: number] {
  const { min, max } = reader.directory().columns.find(({ id }) => id === ROWID_ID)?.zones[b] ?? {
    min: null,
    max: null,
  };
  return [typeof min === 'number' ? min : reader.meta.minRowid, typeof max === 'number' ? max : reader.meta.maxRowid];
}

/** What is wrong, where the file is damaged. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof HeliosError && error.code === 'CORRUPT') return error.message;
    throw error;
  }
}
