import { assert } from '../../base/assert.ts';
import { inSteps, type Work } from '../../base/work.ts';
import { LIVE } from '../catalog/catalog.ts';
import { pickValues } from '../column/large-values.ts';
import { type ColumnVector, sliceVector } from '../column/vector.ts';
import { ReusedRoom, type VectorRoom } from '../column/vector-room.ts';
import { CREATED_ID } from '../segment/segment-format.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { chunkEnd, type Delta } from '../table/delta.ts';
import { lengthOf, type TableSegment } from '../table/table-segment.ts';
import { BlockJoiner } from './join-blocks.ts';
import type { Workspace } from './workspace.ts';

/** Rows of a delta that are looked up at once. */
const GATHERED_ROWS = 16_384;
/** Where they, and blocks, lie until they are joined with the others, which is at once. */
const gathered = new ReusedRoom();

/** Some rows, in an order. Most tables are appended to: their rows stay where they are. */
export interface ChosenRows {
  readonly rows: Uint32Array;
  /** They are neighbours. */
  readonly isRange: boolean;
}

export function* chosen(rows: Uint32Array): Work<ChosenRows> {
  const isRange = yield* inSteps(rows.length, (from, to) => areNeighbours(rows, from, to));
  return { rows, isRange };
}

function areNeighbours(rows: Uint32Array, from: number, to: number): boolean {
  const first = rows[0];
  for (let i = from; i < to; i++) if (rows[i] !== first + i) return false;
  return true;
}

/** Rows that are to become segments: their columns, each as one vector, and who created and ended them. */
export interface RowsToStore {
  readonly rowids: Float64Array;
  readonly created: Float64Array;
  /** LIVE where the version is not ended; null: none is. */
  readonly ended: Float64Array | null;
  /** The given rows of a column, in that order: a vector of its own, until the next call. */
  gather(column: number, chosen: ChosenRows): Work<ColumnVector>;
}

/** The rows of a delta from a position on. What transactions after `transaction` have ended is live. */
export function* rowsOfDelta(delta: Delta, transaction: number, workspace: Workspace, first = 0): Work<RowsToStore> {
  const rowCount = delta.length - first;
  const rowids = workspace.room('rowids').floats(rowCount);
  yield 1;
  const created = workspace.room('created').floats(rowCount);
  const ends = new Ends(rowCount, transaction, workspace.room('ended'));
  for (let from = first; from < delta.length; ) {
    const to = chunkEnd(from, delta.length);
    rowids.set(delta.rowids.view(from, to), from - first);
    delta.created.copyTo(created.subarray(from - first, to - first), from);
    yield to - from;
    yield* ends.add(delta.ended.view(from, to), from - first, to - from);
    from = to;
  }
  const room = workspace.room('column');
  return {
    rowids,
    created,
    ended: ends.values,
    gather: (column, { rows }) => gatherInSteps(delta, column, rows, room, first),
  };
}

/** The given rows of a delta's column, counted from `first`. */
export function* gatherInSteps(
  delta: Delta,
  column: number,
  rows: Uint32Array,
  room: VectorRoom,
  first = 0,
): Work<ColumnVector> {
  const joiner = new BlockJoiner(rows.length, room);
  for (let from = 0; from < rows.length; from += GATHERED_ROWS) {
    const some = rows.subarray(from, from + GATHERED_ROWS);
    yield* joiner.add(delta.gather(column, first === 0 ? some : some.map((row) => first + row), gathered));
  }
  return joiner.finish();
}

/** Likewise. */
export function* rowsOfSegments(
  segments: readonly TableSegment[],
  transaction: number,
  workspace: Workspace,
): Work<RowsToStore> {
  const rowCount = segments.reduce((rows, segment) => rows + segment.rowCount, 0);
  const rowids = yield* wholeColumn(segments, ROWID_COLUMN, rowCount, workspace.room('rowids'));
  const created = workspace.room('created').floats(rowCount);
  const ends = new Ends(rowCount, transaction, workspace.room('ended'));
  let at = 0;
  for (const segment of segments) {
    const { reader } = segment;
    for (let block = 0; block < reader.blockCount; block++) {
      const rows = reader.blockRows(block);
      const { minCreated, maxCreated } = reader.meta;
      if (minCreated === maxCreated) created.fill(minCreated, at, at + rows);
      else created.set(numbersOf(reader.columnIn(CREATED_ID, block, gathered)), at);
      yield rows;
      yield* ends.add(segment.endsOf(block), at, rows);
      at += rows;
    }
  }
  const whole = workspace.room('column');
  const parts = workspace.room('permuted');
  return {
    rowids: numbersOf(rowids),
    created,
    ended: ends.values,
    *gather(column, some) {
      return yield* permuted(yield* wholeColumn(segments, column, rowCount, whole), some, parts);
    },
  };
}

/** Who ended each of some rows, as of a transaction: no array as long as nobody has. */
class Ends {
  values: Float64Array | null = null;
  private readonly rowCount: number;
  private readonly transaction: number;
  private readonly room: VectorRoom;

  constructor(rowCount: number, transaction: number, room: VectorRoom) {
    this.rowCount = rowCount;
    this.transaction = transaction;
    this.room = room;
  }

  /** `ended`: of the `count` rows from `at` on, which come one after the other; null: all of them are live. */
  *add(ended: Float64Array | null, at: number, count: number): Work<void> {
    if (ended === null) {
      this.values?.fill(LIVE, at, at + count);
      return;
    }
    if (this.values === null) {
      const values = this.room.floats(this.rowCount);
      yield* inSteps(at, (from, to) => {
        values.fill(LIVE, from, to);
      });
      this.values = values;
    }
    const { values, transaction } = this;
    for (let i = 0; i < count; i++) values[at + i] = ended[i] <= transaction ? ended[i] : LIVE;
  }
}

function numbersOf(vector: ColumnVector): Float64Array {
  assert(vector.kind === 'number', 'rowids and transactions are numbers');
  return vector.values;
}

function* wholeColumn(
  segments: readonly TableSegment[],
  column: number,
  rowCount: number,
  room: VectorRoom,
): Work<ColumnVector> {
  const joiner = new BlockJoiner(rowCount, room);
  for (const segment of segments) {
    for (let block = 0; block < segment.reader.blockCount; block++) {
      yield* joiner.add(segment.columnIn(column, block, gathered));
    }
  }
  return joiner.finish();
}

/** The given rows of a vector, in that order; neighbours share its memory. */
function* permuted(vector: ColumnVector, { rows, isRange }: ChosenRows, room: VectorRoom): Work<ColumnVector> {
  if (isRange) {
    const from = rows.length === 0 ? 0 : rows[0];
    return rows.length === lengthOf(vector) ? vector : sliceVector(vector, from, from + rows.length);
  }
  if (vector.kind === 'value') return pickValues(vector, rows);
  const nulls = vector.nulls === null ? null : yield* picked(vector.nulls, rows, new Uint8Array(rows.length));
  switch (vector.kind) {
    case 'number':
      return { kind: 'number', values: yield* picked(vector.values, rows, room.floats(rows.length)), nulls };
    case 'bigint':
      return { kind: 'bigint', values: yield* picked(vector.values, rows, new BigInt64Array(rows.length)), nulls };
    case 'dictionary': {
      const codes = yield* picked(vector.codes, rows, room.codes(rows.length));
      return { kind: 'dictionary', codes, dictionary: vector.dictionary, nulls };
    }
  }
}

/** The given rows' numbers, in that order; neighbours share the memory of `values`. */
export function* pick(values: Float64Array, { rows, isRange }: ChosenRows): Work<Float64Array> {
  if (isRange) return rows.length === 0 ? values.subarray(0, 0) : values.subarray(rows[0], rows[0] + rows.length);
  return yield* picked(values, rows, new Float64Array(rows.length));
}

function* picked<T extends Float64Array | BigInt64Array | Uint32Array | Uint8Array>(
  values: T,
  rows: Uint32Array,
  into: T,
): Work<T> {
  yield* inSteps(rows.length, (from, to) => {
    for (let i = from; i < to; i++) into[i] = values[rows[i]];
  });
  return into;
}
