import { LIMITS } from '../../base/limits.ts';
import type { Work } from '../../base/work.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { pickValues } from '../column/large-values.ts';
import { physicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { SegmentKind } from '../segment/segment-format.ts';
import type { SegmentSource } from '../segment/segment-writer.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { chunkEnd, type Delta } from '../table/delta.ts';
import { type SortKey, sortInSteps } from '../table/sort-permutation.ts';
import { concatenate, lengthOf, type TableSegment } from '../table/table-segment.ts';

/** Rows that are to become segments: their columns, each as one vector, and who created and ended them. */
export interface RowsToStore {
  readonly rowids: Float64Array;
  readonly created: Float64Array;
  /** LIVE where the version is not ended. */
  readonly ended: Float64Array;
  /** The given rows of a column, in that order. */
  gather(column: number, rows: Uint32Array): Work<ColumnVector>;
}

/** What segments have of a table. */
export interface StoredTable {
  readonly definition: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
}

/** The rows of a delta from a position on. What transactions after `transaction` have ended is live. */
export function* rowsOfDelta(delta: Delta, transaction: number, first = 0): Work<RowsToStore> {
  const [rowids, created, ended] = Array.from({ length: 3 }, () => new Float64Array(delta.length - first));
  for (let from = first; from < delta.length; ) {
    const to = chunkEnd(from, delta.length);
    rowids.set(delta.rowids.view(from, to), from - first);
    created.set(delta.created.view(from, to), from - first);
    ended.set(delta.ended.view(from, to), from - first);
    yield to - from;
    from = to;
  }
  for (let row = 0; row < ended.length; row++) if (ended[row] > transaction) ended[row] = LIVE;
  return {
    rowids,
    created,
    ended,
    *gather(column, rows) {
      const vector = delta.gather(column, first === 0 ? rows : rows.map((row) => first + row));
      yield rows.length;
      return vector;
    },
  };
}

/** Likewise. */
export function* rowsOfSegments(segments: readonly TableSegment[], transaction: number): Work<RowsToStore> {
  const rowCount = segments.reduce((rows, segment) => rows + segment.rowCount, 0);
  const created = new Float64Array(rowCount);
  const ended = new Float64Array(rowCount);
  let at = 0;
  for (const segment of segments) {
    for (let position = 0; position < segment.rowCount; position++, at++) {
      created[at] = segment.reader.createdAt(position);
      const endedAt = segment.endedAt(position);
      ended[at] = endedAt > transaction ? LIVE : endedAt;
      if (at % LIMITS.blockRows === LIMITS.blockRows - 1) yield LIMITS.blockRows;
    }
  }
  const rowids = yield* wholeColumn(segments, ROWID_COLUMN, rowCount);
  return {
    rowids: (rowids as Extract<ColumnVector, { kind: 'number' }>).values,
    created,
    ended,
    *gather(column, rows) {
      return permute(yield* wholeColumn(segments, column, rowCount), rows);
    },
  };
}

function* wholeColumn(segments: readonly TableSegment[], column: number, rowCount: number): Work<ColumnVector> {
  const wholes: ColumnVector[] = [];
  for (const segment of segments) {
    const blocks: ColumnVector[] = [];
    for (let block = 0; block < segment.reader.blockCount; block++) {
      blocks.push(segment.column(column, block));
      yield lengthOf(blocks[block]);
    }
    wholes.push(concatenate(blocks, segment.rowCount));
    yield segment.rowCount;
  }
  return concatenate(wholes, rowCount);
}

/**
 * Sorts rows into segments: the live ones into current segments, the ended ones into history segments, which reads of
 * the present never open; both by rowid and then by age. Versions that one transaction both created and ended go nowhere,
 * and those that had ended at the horizon neither.
 */
export function* assembleSegments(
  table: StoredTable,
  rows: RowsToStore,
  horizon: number,
  nextId: () => number,
): Work<SegmentSource[]> {
  const order = yield* orderOf(rows);
  const current = new Uint32Array(order.length);
  const history = new Uint32Array(order.length);
  let currentCount = 0;
  let historyCount = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    const ended = rows.ended[row];
    if (ended === LIVE) current[currentCount++] = row;
    else if (ended > rows.created[row] && ended > horizon) history[historyCount++] = row;
  }
  yield order.length;
  const sources: SegmentSource[] = [];
  for (const [kind, positions] of [
    ['current', current.subarray(0, currentCount)],
    ['history', history.subarray(0, historyCount)],
  ] as const) {
    for (let from = 0; from < positions.length; from += LIMITS.segmentRows) {
      sources.push(segmentSource(table, rows, kind, positions.subarray(from, from + LIMITS.segmentRows), nextId()));
    }
  }
  return sources;
}

function* orderOf(rows: RowsToStore): Work<Uint32Array> {
  if (isInOrder(rows)) {
    const order = new Uint32Array(rows.rowids.length);
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order;
  }
  const numbers = (values: Float64Array) =>
    ({ vector: { kind: 'number', values, nulls: null }, descending: false, collation: 'BINARY' }) as const;
  return yield* sortInSteps([numbers(rows.rowids), numbers(rows.created)], rows.rowids.length);
}

/** Most tables are appended to. */
function isInOrder({ rowids, created }: RowsToStore): boolean {
  for (let i = 1; i < rowids.length; i++) {
    if (rowids[i] < rowids[i - 1] || (rowids[i] === rowids[i - 1] && created[i] < created[i - 1])) return false;
  }
  return true;
}

function segmentSource(
  { definition, indexes }: StoredTable,
  rows: RowsToStore,
  kind: SegmentKind,
  positions: Uint32Array,
  id: number,
): SegmentSource {
  const vector = (column: number): Work<ColumnVector> =>
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
      physical: physicalKind(definition.columns[column].type.kind),
      vector: () => vector(column),
    })),
    indexes: indexes.map((index) => ({
      id: index.id,
      *permutation() {
        const keys: SortKey[] = [];
        for (const key of index.columns) keys.push({ ...key, vector: yield* vector(key.column) });
        return yield* sortInSteps(keys, positions.length);
      },
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
