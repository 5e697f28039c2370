import { LIMITS } from '../../base/limits.ts';
import { LIVE } from '../catalog/catalog.ts';
import { pickValues } from '../column/large-values.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { SegmentKind } from '../segment/segment-format.ts';
import type { SegmentSource } from '../segment/segment-writer.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import type { Delta } from '../table/delta.ts';
import { sortPermutation } from '../table/sort-permutation.ts';
import type { Table } from '../table/table.ts';
import { concatenate, lengthOf, type TableSegment } from '../table/table-segment.ts';

/** Rows that are to become segments: their columns, each as one vector, and who created and ended them. */
export interface RowsToStore {
  readonly rowids: Float64Array;
  readonly created: Float64Array;
  /** LIVE where the version is not ended. */
  readonly ended: Float64Array;
  /** The given rows of a column, in that order. */
  gather(column: number, rows: Uint32Array): ColumnVector;
}

/** The rows of a delta from a position on. */
export function rowsOfDelta(delta: Delta, first = 0): RowsToStore {
  const positions = new Uint32Array(delta.length - first);
  for (let i = 0; i < positions.length; i++) positions[i] = first + i;
  return {
    rowids: delta.rowids.gather(positions),
    created: delta.created.gather(positions),
    ended: delta.ended.gather(positions),
    gather: (column, rows) => delta.gather(column, first === 0 ? rows : rows.map((row) => first + row)),
  };
}

export function rowsOfSegments(segments: readonly TableSegment[]): RowsToStore {
  const rowCount = segments.reduce((rows, segment) => rows + segment.rowCount, 0);
  const created = new Float64Array(rowCount);
  const ended = new Float64Array(rowCount);
  let at = 0;
  for (const segment of segments) {
    for (let position = 0; position < segment.rowCount; position++, at++) {
      created[at] = segment.reader.createdAt(position);
      ended[at] = segment.endedAt(position);
    }
  }
  const whole = (column: number): ColumnVector =>
    concatenate(
      segments.map((segment) => segment.wholeColumn(column)),
      rowCount,
    );
  const rowids = (whole(ROWID_COLUMN) as Extract<ColumnVector, { kind: 'number' }>).values;
  return { rowids, created, ended, gather: (column, rows) => permute(whole(column), rows) };
}

/**
 * Sorts rows into segments: the live ones into current segments, the ended ones into history segments, which reads of
 * the present never open; both by rowid and then by age. Versions that one transaction both created and ended go nowhere,
 * and those that had ended at the horizon neither.
 */
export function assembleSegments(
  table: Table,
  rows: RowsToStore,
  horizon: number,
  nextId: () => number,
): SegmentSource[] {
  const order = orderOf(rows);
  const isLive = (row: number): boolean => rows.ended[row] === LIVE;
  const isHistory = (row: number): boolean =>
    !isLive(row) && rows.ended[row] > rows.created[row] && rows.ended[row] > horizon;
  const sources: SegmentSource[] = [];
  for (const [kind, belongs] of [
    ['current', isLive],
    ['history', isHistory],
  ] as const) {
    const positions = order.filter(belongs);
    for (let from = 0; from < positions.length; from += LIMITS.segmentRows) {
      sources.push(segmentSource(table, rows, kind, positions.subarray(from, from + LIMITS.segmentRows), nextId()));
    }
  }
  return sources;
}

function orderOf(rows: RowsToStore): Uint32Array {
  const numbers = (values: Float64Array) =>
    ({ vector: { kind: 'number', values, nulls: null }, descending: false, collation: 'BINARY' }) as const;
  return sortPermutation([numbers(rows.rowids), numbers(rows.created)], rows.rowids.length);
}

function segmentSource(
  table: Table,
  rows: RowsToStore,
  kind: SegmentKind,
  positions: Uint32Array,
  id: number,
): SegmentSource {
  const { definition } = table;
  const vector = (column: number): ColumnVector =>
    rows.gather(column === definition.rowidColumn ? ROWID_COLUMN : column, positions);
  const stored = definition.columns.map((_, column) => column).filter((column) => column !== definition.rowidColumn);
  return {
    id,
    kind,
    rowCount: positions.length,
    rowids: pick(rows.rowids, positions),
    created: pick(rows.created, positions),
    ended: kind === 'history' ? pick(rows.ended, positions) : null,
    columns: stored.map((column) => ({
      id: column,
      physical: table.physicalKind(column),
      vector: () => vector(column),
    })),
    indexes: table.indexes.map((index) => ({
      id: index.id,
      permutation: () =>
        sortPermutation(
          index.columns.map((key) => ({ ...key, vector: vector(key.column) })),
          positions.length,
        ),
    })),
  };
}

function pick(values: Float64Array, positions: Uint32Array): Float64Array {
  const picked = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) picked[i] = values[positions[i]];
  return picked;
}

/** The given rows of a vector, in that order. A vector that is wanted as it is comes back unchanged. */
function permute(vector: ColumnVector, positions: Uint32Array): ColumnVector {
  if (isIdentity(positions, lengthOf(vector))) return vector;
  if (vector.kind === 'value') return pickValues(vector, positions);
  const nulls = vector.nulls === null ? null : Uint8Array.from(positions, (row) => (vector.nulls as Uint8Array)[row]);
  switch (vector.kind) {
    case 'number':
      return { kind: 'number', values: pick(vector.values, positions), nulls };
    case 'bigint':
      return {
        kind: 'bigint',
        values: BigInt64Array.from(positions, (row) => vector.values[row]) as BigInt64Array,
        nulls,
      };
    case 'dictionary':
      return {
        kind: 'dictionary',
        codes: Uint32Array.from(positions, (row) => vector.codes[row]),
        dictionary: vector.dictionary,
        nulls,
      };
  }
}

function isIdentity(positions: Uint32Array, rowCount: number): boolean {
  if (positions.length !== rowCount) return false;
  for (let i = 0; i < positions.length; i++) if (positions[i] !== i) return false;
  return true;
}
