import { assert } from '../../base/assert.ts';
import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { loadValue } from '../catalog/stored-value.ts';
import { type ColumnValue, type PhysicalKind, physicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import {
  type ColumnRange,
  FROZEN_BASE,
  type IndexRange,
  type IndexStretch,
  LOCATION_SOURCE,
  type ReadPoint,
  ROWID_COLUMN,
  type RowLocation,
  type ScanOrder,
  SEGMENTS_BASE,
  type TableScan,
} from './access.ts';
import { type ColumnStatistics, TableStatistics } from './column-statistics.ts';
import { Delta } from './delta.ts';
import { columnValueAt } from './delta-column.ts';
import { findRow } from './find-row.ts';
import type { ScanDirection, Wanted } from './index-runs.ts';
import { RangeScan } from './index-scan.ts';
import { hasNull, isSameKey, keyOfRow, readKey } from './key.ts';
import { rowidsFrom } from './largest-rowid.ts';
import { assertReadable } from './readable.ts';
import { RowidCounter } from './rowid-counter.ts';
import { ROWID_INDEX } from './rowid-order.ts';
import { FullScan, sourceAt } from './table-scan.ts';
import type { TableSegment } from './table-segment.ts';
import { uniqueViolation } from './unique-violation.ts';

/** Rows of a table that a scan puts in order where they do not lie so. */
const ORDERED_ROWS = 2 * LIMITS.batchRows;

/** After every change, those of the open transaction included. */
const NEWEST: ReadPoint = { transaction: Number.MAX_SAFE_INTEGER };

const NO_STRETCHES: readonly IndexStretch[] = [];
const WHOLE_INDEX: readonly IndexRange[] = [{ equal: [] }];
const NO_KEYS: ReadonlyMap<IndexDefinition, readonly ColumnValue[]> = new Map();

/** What a write belongs to: it keeps what it needs to undo the write. Implemented by WriteTransaction. */
export interface ChangeTracker extends ReadPoint {
  /** Called before the first change to a table since the last call; cheap when repeated. */
  touch(table: Table): void;
  /** A version was ended. */
  didEnd(table: Table, location: RowLocation): void;
  /** One row was inserted, updated or deleted. */
  didChange(rows: number): void;
}

export interface Conflict {
  /** The violated unique index; null for the rowid. */
  readonly index: IndexDefinition | null;
  readonly location: RowLocation;
}

/** All versions of a table's rows: the segments, the frozen delta with what is newer, and the delta with the newest. */
export class Table {
  /** The newest state's. */
  definition: TableDefinition;
  /** The indexes of the newest state, pending changes included. */
  indexes: readonly IndexDefinition[] = [];
  segments: readonly TableSegment[] = [];
  /** Dropped ones too: a query that was planned before may still ask for them. */
  private readonly everyIndex = new Map<number, IndexDefinition>();
  delta: Delta;
  /** What a checkpoint is writing: it takes ends, and no rows. */
  frozen: Delta | null = null;
  /** Versions that had ended by this transaction may be gone: reads of what was before throw SNAPSHOT_TOO_OLD. */
  oldestReadable = 0;
  /** Grows with every change of what any reader sees. */
  revision = 0;
  /** The transaction that has changed the table last since it was opened, undone or not. */
  changedBy = 0;
  /** Rows that have been ended since a checkpoint began, those of transactions that were rolled back among them; null: none is on its way. */
  laterEnds: RowLocation[] | null = null;
  private readonly statistics = new TableStatistics(this);
  readonly rowids: RowidCounter = new RowidCounter(this);

  constructor(definition: TableDefinition) {
    this.definition = definition;
    this.delta = new Delta(definition, []);
  }

  // ---- reading

  /**
   * All rows. `order`: whether they are wanted in the order of their rowids; those of a small table come so anyway, or in
   * that of the primary key where there are no rowids.
   */
  scan(
    at: ReadPoint,
    columns: readonly number[],
    ranges: readonly ColumnRange[] = [],
    order: ScanOrder = 'any',
  ): TableScan {
    assertReadable(this, at);
    const index = this.orderToRestore(order, at);
    if (index === null) return new FullScan(this, at, columns, ranges, this.definition.rowidColumn);
    return this.rangeScan(at, { index, ranges: WHOLE_INDEX, direction: 'forward', also: [] }, columns);
  }

  /** True when a scan finds the rows in the order of their rowids anyway. */
  isInRowidOrder(): boolean {
    let last = Number.NEGATIVE_INFINITY;
    for (const { reader } of this.segments) {
      if (reader.meta.minRowid <= last) return false;
      last = reader.meta.maxRowid;
    }
    const { frozen } = this;
    if (frozen !== null) {
      if (!frozen.ascendsFrom(last)) return false;
      last = frozen.rowids.get(frozen.length - 1);
    }
    return this.delta.ascendsFrom(last);
  }

  /**
   * The rows of some stretches of an index, which do not overlap and are in its order, that lie in all of the stretches of
   * other indexes, too.
   */
  indexScan(
    at: ReadPoint,
    indexId: number,
    ranges: readonly IndexRange[],
    columns: readonly number[],
    direction: ScanDirection,
    also: readonly IndexStretch[] = NO_STRETCHES,
  ): TableScan {
    assertReadable(this, at);
    const index = indexId === ROWID_INDEX.id ? ROWID_INDEX : this.indexById(indexId);
    const others = also.map((stretch) => ({ index: this.indexById(stretch.indexId), range: stretch.range }));
    return this.rangeScan(at, { index, ranges, direction, also: others }, columns);
  }

  private rangeScan(at: ReadPoint, wanted: Wanted, columns: readonly number[]): TableScan {
    return new RangeScan(this, at, wanted, columns, this.physicals(columns));
  }

  /** The version of the row that is visible at that point, or -1. */
  find(at: ReadPoint, rowid: number): RowLocation {
    assertReadable(this, at);
    return findRow(this, at.transaction, rowid);
  }

  /** `column` may be ROWID_COLUMN. */
  valueAt(location: RowLocation, column: number): ColumnValue {
    if (location < LOCATION_SOURCE) return this.delta.read(column, location);
    return sourceAt(this, location).read(column, location % LOCATION_SOURCE);
  }

  /** There is no version of any row. */
  get isEmpty(): boolean {
    return this.delta.length === 0 && this.frozen === null && this.segments.length === 0;
  }

  /** Rows that are live, roughly: for choosing plans. */
  rowCountEstimate(): number {
    let rows = this.deltaRowCount();
    for (const { reader, endedCount } of this.segments) {
      if (reader.meta.kind === 'current') rows += reader.rowCount - endedCount;
    }
    return Math.max(0, rows);
  }

  /** Rows that are in no segment yet, and live. */
  deltaRowCount(): number {
    const { delta, frozen } = this;
    return delta.length - delta.endedCount + (frozen === null ? 0 : frozen.length - frozen.endedCount);
  }

  /** Memory of what is in no segment yet. */
  deltaBytes(): number {
    return this.delta.sizeBytes() + (this.frozen?.sizeBytes() ?? 0);
  }

  /** What is roughly known of a column's values: for choosing plans. `column` may be ROWID_COLUMN. */
  columnStatistics(column: number): ColumnStatistics {
    return this.statistics.column(column);
  }

  physicalKind(column: number): PhysicalKind {
    return column === ROWID_COLUMN ? 'integer' : physicalKind(this.definition.columns[column].type.kind);
  }

  indexById(id: number): IndexDefinition {
    const index = this.everyIndex.get(id);
    assert(index !== undefined, `table ${this.definition.name} has no index ${id}`);
    return index;
  }

  // ---- writing

  /** The rowid that the next insert without one gets. */
  nextRowid(): number {
    return this.rowids.next();
  }

  /** The live row of that rowid, pending changes included, or -1. */
  findLive(rowid: number): RowLocation {
    return rowid < this.rowids.bound ? this.find(NEWEST, rowid) : -1;
  }

  /**
   * The live row that a row of these values would collide with. `replaced` has the unique keys of a version that the row
   * replaces: a key that stays the same collides with nothing.
   */
  findConflict(
    rowid: number | null,
    values: readonly ColumnValue[],
    replaced: ReadonlyMap<IndexDefinition, readonly ColumnValue[]> = NO_KEYS,
  ): Conflict | null {
    if (rowid !== null) {
      const location = this.findLive(rowid);
      if (location >= 0) return { index: null, location };
    }
    for (const index of this.indexes) {
      if (!index.unique) continue;
      const key = keyOfRow(index, values);
      const old = replaced.get(index);
      if (old !== undefined && isSameKey(index, old, key)) continue;
      const location = this.findLiveKey(index, key);
      if (location >= 0) return { index, location };
    }
    return null;
  }

  /** Inserts a row and returns its rowid; `values` in column order, the rowid alias's slot ignored. */
  append(tracker: ChangeTracker, rowid: number | null, values: readonly ColumnValue[]): number {
    const newRowid = rowid ?? this.nextRowid();
    this.assertRowid(newRowid);
    this.assertNoConflict(rowid, values);
    tracker.touch(this);
    this.appendVersion(tracker.transaction, newRowid, values);
    this.rowids.count(newRowid);
    tracker.didChange(1);
    return newRowid;
  }

  /** Inserts rowCount rows given by columns (null: all NULL); rowids null: the next ones. */
  appendColumns(
    tracker: ChangeTracker,
    rowCount: number,
    columns: readonly (ColumnVector | null)[],
    rowids: Float64Array | null,
  ): void {
    if (rowCount === 0) return;
    if (rowids !== null || this.indexes.some((index) => index.unique)) {
      this.appendRows(tracker, rowCount, columns, rowids);
      return;
    }
    const first = this.nextRowid();
    this.assertRowid(first + rowCount - 1);
    tracker.touch(this);
    this.noteChange(tracker.transaction);
    this.delta.appendColumns(tracker.transaction, rowidsFrom(first, rowCount), columns);
    this.rowids.note(first + rowCount - 1);
    this.rowids.count(first + rowCount - 1);
    tracker.didChange(rowCount);
  }

  /** Ends the version and appends the new one, whose rowid may differ; where that fails, nothing has changed. */
  update(tracker: ChangeTracker, location: RowLocation, rowid: number, values: readonly ColumnValue[]): void {
    this.assertRowid(rowid);
    tracker.touch(this);
    const oldRowid = this.valueAt(location, ROWID_COLUMN) as number;
    this.assertNoConflict(rowid === oldRowid ? null : rowid, values, this.uniqueKeysAt(location));
    this.endVersion(tracker, location);
    this.appendVersion(tracker.transaction, rowid, values);
    if (rowid !== oldRowid) this.noteRemoved(oldRowid);
    tracker.didChange(1);
  }

  /** Deletes the row. */
  end(tracker: ChangeTracker, location: RowLocation): void {
    tracker.touch(this);
    this.noteRemoved(this.valueAt(location, ROWID_COLUMN) as number);
    this.endVersion(tracker, location);
    tracker.didChange(1);
  }

  // ---- the mechanism below transactions: appends and ends without checks, used by recovery too

  appendVersion(transaction: number, rowid: number, values: readonly ColumnValue[]): void {
    this.noteChange(transaction);
    this.delta.append(transaction, rowid, values);
    this.rowids.note(rowid);
  }

  /** Keeps the next rowid above the given one. */
  noteRowid(rowid: number): void {
    this.rowids.note(rowid);
  }

  /** No live row has this rowid any more: when it was the largest, the next rowid falls back. */
  noteRemoved(rowid: number): void {
    this.rowids.noteRemoved(rowid);
  }

  markEnded(location: RowLocation, transaction: number): void {
    this.noteChange(transaction);
    this.laterEnds?.push(location);
    sourceAt(this, location).end(location % LOCATION_SOURCE, transaction);
  }

  unmarkEnded(location: RowLocation): void {
    this.revision++;
    sourceAt(this, location).revive(location % LOCATION_SOURCE);
  }

  /** Takes a newer version of the definition, or an older one to undo that. Columns are only ever added at the end. */
  redefine(definition: TableDefinition): void {
    this.revision++;
    const known = this.definition.columns.length;
    for (const delta of this.deltas()) {
      for (let i = definition.columns.length; i < known; i++) delta.removeColumn();
      for (const { type, missing } of definition.columns.slice(known)) {
        delta.addColumn(physicalKind(type.kind), loadValue(missing ?? null));
      }
    }
    this.definition = definition;
  }

  /** Takes a newer version of an index's definition, which differs in names only. */
  redefineIndex(definition: IndexDefinition): void {
    this.everyIndex.set(definition.id, definition);
    this.indexes = this.indexes.map((index) => (index.id === definition.id ? definition : index));
  }

  addIndex(index: IndexDefinition): void {
    this.everyIndex.set(index.id, index);
    this.indexes = [...this.indexes, index];
    for (const delta of this.deltas()) delta.addIndex(index);
  }

  removeIndex(id: number): void {
    this.indexes = this.indexes.filter((index) => index.id !== id);
    for (const delta of this.deltas()) delta.removeIndex(id);
  }

  /** Adds a segment of the open transaction, which nobody else can see. */
  addSegment(segment: TableSegment): void {
    this.revision++;
    this.segments = [...this.segments, segment];
  }

  /** Undoes {@link addSegment}: takes all but the first `count` away. */
  removeSegments(count: number): readonly TableSegment[] {
    this.revision++;
    const removed = this.segments.slice(count);
    if (removed.length > 0) this.segments = this.segments.slice(0, count);
    return removed;
  }

  /** A checkpoint begins: what is written from here on goes to a delta of its own. No write transaction is open. */
  freeze(): void {
    assert(this.frozen === null, 'one delta is frozen at a time');
    if (this.delta.length === 0) return;
    this.frozen = this.delta;
    this.delta = new Delta(this.definition, this.indexes, this.delta.chunks);
  }

  /**
   * A checkpoint is durable: what was frozen and in `previous` segments is in `segments` now. No write transaction is open.
   * `recycles`: as much will come again, and nobody reads what was frozen.
   */
  replaceSegments(previous: readonly TableSegment[], segments: readonly TableSegment[], recycles: boolean): void {
    // Transactions have added theirs behind them meanwhile.
    if (segments !== previous) this.segments = [...segments, ...this.segments.slice(previous.length)];
    if (recycles) this.frozen?.recycle();
    else this.delta.chunks.clear();
    this.frozen = null;
    this.laterEnds = null;
  }

  /** The older one first. */
  deltas(): readonly Delta[] {
    return this.frozen === null ? [this.delta] : [this.frozen, this.delta];
  }

  private noteChange(transaction: number): void {
    this.revision++;
    this.changedBy = transaction;
  }

  private endVersion(tracker: ChangeTracker, location: RowLocation): void {
    this.markEnded(location, tracker.transaction);
    tracker.didEnd(this, location);
  }

  private appendRows(
    tracker: ChangeTracker,
    rowCount: number,
    columns: readonly (ColumnVector | null)[],
    rowids: Float64Array | null,
  ): void {
    const values: ColumnValue[] = new Array(columns.length).fill(null);
    for (let row = 0; row < rowCount; row++) {
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i];
        values[i] = column === null ? null : columnValueAt(column, row);
      }
      this.append(tracker, rowids === null ? null : rowids[row], values);
    }
  }

  private assertRowid(rowid: number): void {
    // One below the largest safe integer: the next rowid must be one too.
    if (Number.isSafeInteger(rowid) && rowid < Number.MAX_SAFE_INTEGER) return;
    const { name } = this.definition;
    throw new HeliosError('NUMERIC_OVERFLOW', `table ${name}: rowid ${rowid} is beyond 2^53; use smaller keys`);
  }

  private uniqueKeysAt(location: RowLocation): ReadonlyMap<IndexDefinition, readonly ColumnValue[]> {
    const unique = this.indexes.filter((index) => index.unique);
    if (unique.length === 0) return NO_KEYS;
    const read = (column: number): ColumnValue => this.valueAt(location, column);
    return new Map(unique.map((index) => [index, readKey(index, read, 0)]));
  }

  private assertNoConflict(
    rowid: number | null,
    values: readonly ColumnValue[],
    replaced: ReadonlyMap<IndexDefinition, readonly ColumnValue[]> = NO_KEYS,
  ): void {
    const conflict = this.findConflict(rowid, values, replaced);
    if (conflict !== null) throw this.uniqueViolation(conflict.index, rowid, values);
  }

  /** The error about a row that would repeat a key; `index` null: the rowid. */
  uniqueViolation(index: IndexDefinition | null, rowid: number | null, values: readonly ColumnValue[]): HeliosError {
    return uniqueViolation(this.definition, index, rowid, values);
  }

  /** The live row with that key of a unique index, or -1; a key with NULL is found nowhere. */
  findLiveKey(index: IndexDefinition, key: readonly ColumnValue[]): RowLocation {
    if (hasNull(key)) return -1;
    let position = this.delta.liveWithKey(index, key);
    if (position >= 0) return position;
    position = this.frozen?.liveWithKey(index, key) ?? -1;
    if (position >= 0) return FROZEN_BASE + position;
    for (let s = this.segments.length - 1; s >= 0; s--) {
      const segment = this.segments[s];
      if (segment.reader.meta.kind === 'history') continue;
      position = segment.liveWithKey(index, key);
      if (position >= 0) return SEGMENTS_BASE + s * LOCATION_SOURCE + position;
    }
    return -1;
  }

  private physicals(columns: readonly number[]): readonly PhysicalKind[] {
    return columns.map((column) => this.physicalKind(column));
  }

  /** The index that puts the rows in order; null: they are in order as they lie, or too many for an order nobody wants. */
  private orderToRestore(order: ScanOrder, at: ReadPoint): IndexDefinition | null {
    if (order === 'any') {
      const { segments, definition, indexes } = this;
      let rows = segments.reduce((sum, segment) => sum + segment.rowCount, 0);
      for (const delta of this.deltas()) rows += delta.rowCountAt(at.transaction);
      if (rows > ORDERED_ROWS) return null;
      if (definition.withoutRowid === true) return indexes.find(({ origin }) => origin === 'primary-key') ?? null;
    }
    return this.isInRowidOrder() ? null : ROWID_INDEX;
  }
}
