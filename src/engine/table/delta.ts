import { assert } from '../../base/assert.ts';
import { LIMITS } from '../../base/limits.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { type ColumnValue, type PhysicalKind, physicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { FRESH, type VectorRoom } from '../column/vector-room.ts';
import { ROWID_COLUMN } from './access.ts';
import { ChunkPool } from './chunk-pool.ts';
import { CreationRuns } from './creation-runs.ts';
import { DeltaColumn } from './delta-column.ts';
import { AHEAD_ID, DeltaIndex } from './delta-index.ts';
import { EndColumn } from './end-column.ts';
import { keysOf } from './key.ts';
import { hashNumber, KeyMap } from './key-map.ts';
import { LiveRows } from './live-rows.ts';
import { NumberColumn } from './number-column.ts';
import { inOrder } from './rowid-order.ts';
import { SortedRun } from './sorted-run.ts';
import type { OrderedPositions } from './table-segment.ts';

/**
 * A table's newest row versions, in memory, in the order in which they were written. A version is appended with the
 * transaction that created it, and ended in place; it is never changed otherwise.
 */
export class Delta {
  readonly rowids: NumberColumn;
  /** Where its chunks come from. */
  readonly chunks: ChunkPool;
  readonly created = new CreationRuns();
  readonly ended = new EndColumn();
  private readonly live = new LiveRows();
  /** A transaction that sees this sees every end, whatever has been undone since. */
  private newestEnd = 0;
  readonly indexes: DeltaIndex[] = [];
  /** Reads a value: a property, so that it can be handed on as a ReadValue. */
  readonly read: (column: number, position: number) => ColumnValue;
  /** By column number; null for the alias of the rowid. */
  private readonly columns: (DeltaColumn | null)[];
  /**
   * The first rows, as long as rowids ascend, need no map: they are found by binary search. A gateway that only ever
   * inserts never pays for more.
   */
  private ascendingRows = 0;
  private readonly rowidMap = new KeyMap();

  constructor(table: TableDefinition, indexes: readonly IndexDefinition[], chunks = new ChunkPool()) {
    this.chunks = chunks;
    this.rowids = new NumberColumn(chunks);
    this.columns = table.columns.map((column, i) =>
      i === table.rowidColumn ? null : new DeltaColumn(physicalKind(column.type.kind), chunks),
    );
    this.read = (column, position) =>
      this.columnOrNull(column)?.get(position) ?? this.readRowidOrNull(column, position);
    for (const index of indexes) this.addIndex(index);
  }

  get length(): number {
    return this.rowids.length;
  }

  /** How many versions have been ended: scans of a delta without any skip the check. */
  get endedCount(): number {
    return this.live.endedCount;
  }

  /** True when the versions lie in the order of their rowids. */
  get isAscending(): boolean {
    return this.ascendingRows === this.length;
  }

  /** Appends a version; `values` in column order, the rowid alias's slot ignored. */
  append(transaction: number, rowid: number, values: readonly ColumnValue[]): number {
    const position = this.length;
    for (let i = 0; i < this.columns.length; i++) this.columns[i]?.append(values[i]);
    this.created.begin(position, transaction);
    this.rowids.append(rowid);
    this.mapRowid(rowid, position);
    for (const index of this.indexes) index.add(position);
    return position;
  }

  /** Appends rowCount versions by columns (null: all NULL). */
  appendColumns(transaction: number, rowids: Float64Array, columns: readonly (ColumnVector | null)[]): void {
    const first = this.length;
    for (let i = 0; i < this.columns.length; i++) this.columns[i]?.appendVector(columns[i], 0, rowids.length);
    this.created.begin(first, transaction);
    this.rowids.appendValues(rowids);
    for (let i = 0; i < rowids.length; i++) this.mapRowid(rowids[i], first + i);
    for (const index of this.indexes) {
      if (index.definition.unique) for (let i = 0; i < rowids.length; i++) index.add(first + i);
    }
  }

  end(position: number, transaction: number): void {
    assert(this.ended.get(position) === LIVE, 'a row version ends once');
    this.ended.set(position, transaction);
    this.live.end(position);
    this.newestEnd = Math.max(this.newestEnd, transaction);
  }

  /** Undoes {@link end}. */
  revive(position: number): void {
    this.ended.set(position, LIVE);
    this.live.revive(position);
  }

  /** True when it has ended and no rollback can undo that: ends of an open transaction are the newest. */
  hasGone(position: number): boolean {
    return this.ended.get(position) < this.newestEnd;
  }

  /** Undoes every append from `length` on, and what has ended of those. */
  truncate(length: number): void {
    for (let position = this.length - 1; position >= length; position--) {
      for (const index of this.indexes) index.remove(position);
      if (position >= this.ascendingRows) this.rowidMap.remove(hashNumber(this.rowids.get(position)), position);
    }
    this.ascendingRows = Math.min(this.ascendingRows, length);
    for (const column of this.columns) column?.truncate(length);
    this.rowids.truncate(length);
    this.created.truncate(length);
    this.ended.truncate(length);
    this.live.truncate(length);
    for (const index of this.indexes) index.truncate(length);
  }

  /** A new last column, which holds `value` in the rows that are there. */
  addColumn(physical: PhysicalKind, value: ColumnValue): void {
    const column = new DeltaColumn(physical, this.chunks);
    for (let position = 0; position < this.length; position++) column.append(value);
    this.columns.push(column);
  }

  /** Undoes {@link addColumn}. */
  removeColumn(): void {
    this.columns.pop();
  }

  addIndex(definition: IndexDefinition): void {
    const ahead = this.indexes.find((index) => index.definition.id === AHEAD_ID);
    if (ahead?.isWhole === true && isAlike(ahead.definition, definition)) ahead.definition = definition;
    else this.indexes.push(new DeltaIndex(definition, this));
  }

  removeIndex(id: number): void {
    const at = this.indexes.findIndex((index) => index.definition.id === id);
    if (at >= 0) this.indexes.splice(at, 1);
  }

  /** The live row with the key (no NULL in it) of a unique index, or -1. */
  liveWithKey(index: IndexDefinition, key: readonly ColumnValue[]): number {
    return this.indexes.find(({ definition }) => definition.id === index.id)?.liveWithKey(key) ?? -1;
  }

  /** The newest version of that rowid, live or ended, or -1. */
  newest(rowid: number): number {
    if (this.length > this.ascendingRows) {
      const mapped = this.rowidMap.find(hashNumber(rowid), (position) => this.rowids.get(position) === rowid);
      if (mapped >= 0) return mapped;
    }
    return this.searchAscending(rowid);
  }

  /** The version of the same rowid before that one, or -1. */
  older(position: number): number {
    if (position < this.ascendingRows) return -1;
    const mapped = this.rowidMap.previous(position);
    return mapped >= 0 ? mapped : this.searchAscending(this.rowids.get(position));
  }

  /** Rows [from, to), which must lie in one chunk, as a view. */
  view(column: number, from: number, to: number): ColumnVector {
    return (
      this.columnOrNull(column)?.view(from, to) ?? { kind: 'number', values: this.rowids.view(from, to), nulls: null }
    );
  }

  gather(column: number, positions: Uint32Array, room: VectorRoom = FRESH): ColumnVector {
    return (
      this.columnOrNull(column)?.gather(positions, room) ?? {
        kind: 'number',
        values: this.rowids.gather(positions, room),
        nulls: null,
      }
    );
  }

  /** True when all rows lie in the order of their rowids, and none is below or at `rowid`. */
  ascendsFrom(rowid: number): boolean {
    return this.length === 0 || (this.ascendingRows === this.length && this.rowids.get(0) > rowid);
  }

  /** Positions in the order of their rowids, as runs that are sorted each: those that a reader of the transaction may see. */
  rowidRuns(transaction: number): readonly OrderedPositions[] {
    const rest = this.restInOrder(this.length, transaction);
    return [inOrder(this.ascendingRows), new SortedRun(rest)];
  }

  /**
   * Of the first `rows`, which a reader of the transaction may see, those that have not ended for it, in the order of
   * their rowids; null: nearly all have not, {@link rowidRuns} is what is quick.
   */
  notEndedInOrder(rows: number, transaction: number): SortedRun | null {
    if (this.endedCount * 2 <= rows) return null;
    const { rowids } = this;
    const first = this.notEnded(0, Math.min(rows, this.ascendingRows), transaction);
    const rest = this.restInOrder(rows, transaction);
    const merged = new Uint32Array(first.length + rest.length);
    let i = 0;
    let j = 0;
    for (let k = 0; k < merged.length; k++) {
      const isFirst = j === rest.length || (i < first.length && rowids.get(first[i]) < rowids.get(rest[j]));
      merged[k] = isFirst ? first[i++] : rest[j++];
    }
    return new SortedRun(merged);
  }

  /** The first row from `row` on that a reader of the transaction may see, or `end`: it steps over many that have ended. */
  nextNotEnded(row: number, end: number, transaction: number): number {
    return transaction < this.newestEnd ? row : this.live.next(row, end);
  }

  /** Those of the rows [from, to), which lie in one chunk, that have not ended for a reader of the transaction, counted from `from`; null: all. */
  selection(from: number, to: number, transaction: number): Uint32Array | null {
    if (this.endedCount === 0) return null;
    const selection = this.notEnded(from, to, transaction, from);
    return selection.length === to - from ? null : selection;
  }

  /** How many rows a reader of the transaction may see, at most. */
  rowCountAt(transaction: number): number {
    return transaction < this.newestEnd ? this.length : this.length - this.endedCount;
  }

  /** Those of the rows whose order says nothing. */
  private restInOrder(rows: number, transaction: number): Uint32Array {
    const { rowids, ascendingRows } = this;
    if (rows <= ascendingRows) return new Uint32Array(0);
    return this.notEnded(ascendingRows, rows, transaction).sort((a, b) => rowids.get(a) - rowids.get(b));
  }

  /** Those of the rows [from, to) that have not ended for a reader of the transaction, counted from `origin`. */
  notEnded(from: number, to: number, transaction: number, origin = 0): Uint32Array {
    if (transaction >= this.newestEnd) return this.live.between(from, to, this.rowCountAt(transaction), origin);
    const found = new Uint32Array(to - from);
    let count = 0;
    for (let start = from; start < to; start = chunkEnd(start, to)) {
      const end = chunkEnd(start, to);
      const ended = this.ended.view(start, end);
      for (let row = start; row < end; row++)
        if (ended === null || ended[row - start] > transaction) found[count++] = row - origin;
    }
    return found.subarray(0, count);
  }

  /** Its rows are somewhere else, and nobody reads them here any more: its memory is the next delta's. */
  recycle(): void {
    this.chunks.clear();
    for (const column of [this.rowids, ...this.columns]) column?.recycle(this.chunks);
  }

  sizeBytes(): number {
    let bytes =
      this.rowids.sizeBytes() +
      this.created.sizeBytes() +
      this.ended.sizeBytes() +
      this.live.sizeBytes() +
      this.rowidMap.sizeBytes();
    for (const column of this.columns) bytes += column?.sizeBytes() ?? 0;
    for (const index of this.indexes) bytes += index.sizeBytes();
    return bytes;
  }

  private columnOrNull(column: number): DeltaColumn | null {
    return column === ROWID_COLUMN ? null : this.columns[column];
  }

  private readRowidOrNull(column: number, position: number): ColumnValue {
    return this.columnOrNull(column) === null ? this.rowids.get(position) : null;
  }

  private mapRowid(rowid: number, position: number): void {
    if (this.ascendingRows === position && (position === 0 || this.rowids.get(position - 1) < rowid)) {
      this.ascendingRows = position + 1;
      return;
    }
    this.rowidMap.add(hashNumber(rowid), position, (candidate) => this.rowids.get(candidate) === rowid);
  }

  private searchAscending(rowid: number): number {
    let low = 0;
    let high = this.ascendingRows - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.rowids.get(middle);
      if (found === rowid) return middle;
      if (found < rowid) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Whether one index may stand for the other. */
function isAlike(a: IndexDefinition, b: IndexDefinition): boolean {
  return a.unique === b.unique && keysOf(a) === keysOf(b);
}

/** Ends of the stretches of [from, to) that lie in one chunk each. */
export function chunkEnd(from: number, to: number): number {
  return Math.min(to, from - (from % LIMITS.deltaChunkRows) + LIMITS.deltaChunkRows);
}
