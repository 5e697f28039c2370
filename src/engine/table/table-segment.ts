import { assert } from '../../base/assert.ts';
import { LIMITS } from '../../base/limits.ts';
import { lowerBound } from '../../base/lower-bound.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { loadValue } from '../catalog/stored-value.ts';
import { type LargeValue, vectorWithLarge } from '../column/large-values.ts';
import { type ColumnValue, type PhysicalKind, physicalKind } from '../column/types.ts';
import { type ColumnVector, isNullAt } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import { CREATED_ID, ENDED_ID, ROWID_ID } from '../segment/segment-format.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';
import { ROWID_COLUMN } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import { compareRows, compareToKey, keysOf } from './key.ts';
import { KeyFilter } from './key-filter.ts';
import { GATHERING, SORTING, VISIBLE_ROWS } from './late-parts.ts';
import type { OrderedKeys } from './ordered-keys.ts';
import { inOrder, ROWID_INDEX } from './rowid-order.ts';
import { columnVectorOf, constantVector } from './vector-builder.ts';
import { visiblePart } from './visible-part.ts';
import type { VisibleRows } from './visible-rows.ts';

const BLOCK_ROWS = LIMITS.blockRows;

/** Positions in the order of an index. */
export interface OrderedPositions {
  readonly length: number;
  positionAt(k: number): number;
  /** The positions that come from-th to (to - 1)-th, in a fresh array. */
  range(from: number, to: number): Uint32Array;
}

/** The table, whose definition changes with ALTER TABLE. */
interface Defined {
  readonly definition: TableDefinition;
}

/** A segment as its table sees it: the immutable rows, and which of them have been ended since it was written. */
export class TableSegment {
  readonly reader: SegmentReader;
  /** Reads a value: a property, so that it can be handed on as a ReadValue. */
  readonly read: (column: number, position: number) => ColumnValue;
  endedCount = 0;
  private readonly table: Defined;
  /** By block: the transaction that ended each row since, or LIVE; null while none of the block's rows has ended. */
  private readonly endedByBlock: (Float64Array | null)[];
  /** Orders of indexes that are younger than the segment, by their columns, made when first asked for; compaction makes them durable. */
  private readonly builtOrders = new Map<string, Uint32Array>();
  /** Keys of indexes for lookups of many: see {@link orderedKeysOfSegment}. */
  readonly keysForProbes = new Map<string, OrderedKeys>();
  /** null: nobody has asked yet. */
  private visible: VisibleRows | null = null;
  /** Of unique indexes, by id. */
  private readonly keyFilters = new Map<number, KeyFilter>();

  constructor(reader: SegmentReader, table: Defined) {
    this.reader = reader;
    this.table = table;
    this.endedByBlock = new Array(reader.blockCount).fill(null);
    this.read = (column, position) => {
      const id = this.columnId(column);
      return reader.hasColumn(id) ? reader.valueAt(id, position) : this.missing(column);
    };
  }

  get rowCount(): number {
    return this.reader.rowCount;
  }

  end(position: number, transaction: number): void {
    const block = Math.floor(position / BLOCK_ROWS);
    const ended = this.endedByBlock[block] ?? new Float64Array(this.reader.blockRows(block)).fill(LIVE);
    assert(ended[position % BLOCK_ROWS] === LIVE, 'a row version ends once');
    ended[position % BLOCK_ROWS] = transaction;
    this.endedByBlock[block] = ended;
    this.endedCount++;
    this.visible?.didEnd(position, transaction);
  }

  /** Undoes {@link end}. */
  revive(position: number): void {
    const ended = this.endedByBlock[Math.floor(position / BLOCK_ROWS)] as Float64Array;
    this.visible?.didEnd(position, ended[position % BLOCK_ROWS]);
    ended[position % BLOCK_ROWS] = LIVE;
    this.endedCount--;
  }

  /** The transaction that ended the row, or LIVE. */
  endedAt(position: number): number {
    if (this.reader.meta.kind === 'history') return this.reader.endedAt(position);
    const ended = this.endedByBlock[Math.floor(position / BLOCK_ROWS)];
    return ended === null ? LIVE : ended[position % BLOCK_ROWS];
  }

  /** False when a reader at that point can see no row of the segment. */
  mayBeVisible(transaction: number): boolean {
    const { meta } = this.reader;
    return meta.minCreated <= transaction && !(meta.kind === 'history' && meta.maxEnded <= transaction);
  }

  /** True when a reader at that point sees every row; rows that end later do not change that. */
  isWhollyVisible(transaction: number): boolean {
    const { kind, maxCreated, minEnded } = this.reader.meta;
    return maxCreated <= transaction && (kind === 'current' ? this.endedCount === 0 : minEnded > transaction);
  }

  isVisible(position: number, transaction: number): boolean {
    const { meta } = this.reader;
    if (meta.maxCreated > transaction && this.reader.createdAt(position) > transaction) return false;
    return this.endedAt(position) > transaction;
  }

  /** The visible rows among [from, to) of a block, a part of a batch's size or all of it, counted from `from`; null when all are. */
  visibleRows(block: number, from: number, to: number, transaction: number): Uint32Array | null {
    if (this.isWhollyVisible(transaction)) return null;
    const known = this.visibility();
    if (known !== null) return known.rows(block, from, to, transaction);
    return visiblePart(this, block, from, to, transaction).rows;
  }

  /** Those of the positions that a reader sees, in their order. */
  visibleAmong(positions: Uint32Array, transaction: number): Uint32Array {
    const known = this.visibility();
    if (known !== null) return known.among(positions, transaction);
    return positions.filter((position) => this.isVisible(position, transaction));
  }

  /** How many rows of a block are visible; -1 where nobody has counted. */
  visibleCount(block: number, transaction: number): number {
    if (this.isWhollyVisible(transaction)) return this.reader.blockRows(block);
    return this.visibility()?.count(block, transaction) ?? -1;
  }

  private visibility(): VisibleRows | null {
    if (this.visible === null && VISIBLE_ROWS.isLoaded)
      this.visible = new (VISIBLE_ROWS.get().VisibleRows)(this.reader, this);
    return this.visible;
  }

  /** The newest transaction that created a row of the block. */
  newestIn(block: number): number {
    return Number(this.reader.zoneMap(CREATED_ID, block).max);
  }

  /** The transactions that created a block's rows. */
  createdIn(block: number): Float64Array {
    return this.numbers(CREATED_ID, block);
  }

  /** The transactions that ended a block's rows, or LIVE; null: none has ended. */
  endedIn(block: number): Float64Array | null {
    return this.reader.meta.kind === 'history' ? this.numbers(ENDED_ID, block) : this.endedByBlock[block];
  }

  column(column: number, block: number): ColumnVector {
    const id = this.columnId(column);
    if (this.reader.hasColumn(id)) return this.reader.column(id, block);
    return constantVector(this.physical(column), this.missing(column), this.reader.blockRows(block));
  }

  /** Like {@link column}: see {@link SegmentReader.columnIn}. */
  columnIn(column: number, block: number, room: VectorRoom, drops = true): ColumnVector {
    const id = this.columnId(column);
    return this.reader.hasColumn(id) ? this.reader.columnIn(id, block, room, drops) : this.column(column, block);
  }

  /** The transactions that ended the rows of a block, LIVE where none has; null: all of them are live. */
  endsOf(block: number): Float64Array | null {
    if (this.reader.meta.kind === 'current') return this.endedByBlock[block];
    const { minEnded, maxEnded } = this.reader.meta;
    if (minEnded !== maxEnded) return this.numbers(ENDED_ID, block);
    return new Float64Array(this.reader.blockRows(block)).fill(minEnded);
  }

  /** The column's values at the given positions; null where one at a time is the better way. */
  gather(column: number, positions: Uint32Array): ColumnVector | null {
    const id = this.columnId(column);
    return GATHERING.isLoaded && this.reader.hasColumn(id)
      ? GATHERING.get().gatherFromBlocks(this.reader, id, positions)
      : null;
  }

  /** The whole column as one vector. */
  wholeColumn(column: number): ColumnVector {
    const blocks: ColumnVector[] = [];
    for (let block = 0; block < this.reader.blockCount; block++) blocks.push(this.column(column, block));
    return concatenate(blocks, this.rowCount);
  }

  order(index: IndexDefinition): OrderedPositions {
    if (index === ROWID_INDEX) return inOrder(this.rowCount);
    if (this.reader.hasIndex(index.id)) return this.reader.permutation(index.id);
    let order = this.builtOrders.get(keysOf(index));
    if (order === undefined) {
      order = this.buildOrder(index);
      this.keepOrder(index, order);
    }
    const positions = order;
    return {
      length: positions.length,
      positionAt: (k) => positions[k],
      range: (from, to) => positions.slice(from, to),
    };
  }

  /** {@link order} has nothing to sort. */
  hasOrder(index: IndexDefinition): boolean {
    return this.reader.hasIndex(index.id) || this.builtOrders.has(keysOf(index));
  }

  /** `positions` of all rows, for {@link order}. */
  keepOrder(index: IndexDefinition, positions: Uint32Array): void {
    this.builtOrders.set(keysOf(index), positions);
  }

  private buildOrder(index: IndexDefinition): Uint32Array {
    if (SORTING.isLoaded) {
      const keys = index.columns.map((key) => ({ ...key, vector: this.wholeColumn(key.column) }));
      return SORTING.get().sortPermutation(keys, this.rowCount);
    }
    const order = Uint32Array.from({ length: this.rowCount }, (_, position) => position);
    return order.sort((a, b) => compareRows(index, this.read, a, this.read, b));
  }

  /** The live row with the key (no NULL in it) of a unique index, or -1. */
  liveWithKey(index: IndexDefinition, key: readonly ColumnValue[]): number {
    if (!this.keyFilter(index).mayHave(key)) return -1;
    const order = this.order(index);
    const from = lowerBound(order.length, (k) => compareToKey(index, this.read, order.positionAt(k), key) < 0);
    for (let k = from; k < order.length; k++) {
      const position = order.positionAt(k);
      if (compareToKey(index, this.read, position, key) !== 0) return -1;
      if (this.endedAt(position) === LIVE) return position;
    }
    return -1;
  }

  /**
   * Rows that have ended since the segment was written, by that transaction at the latest: positions ascending, and the
   * transactions that ended them.
   */
  endedRows(until = Number.MAX_SAFE_INTEGER): { positions: Uint32Array; transactions: Float64Array } {
    const positions = new Uint32Array(this.endedCount);
    const transactions = new Float64Array(this.endedCount);
    let count = 0;
    for (let block = 0; block < this.endedByBlock.length; block++) {
      const ended = this.endedByBlock[block];
      if (ended === null) continue;
      for (let row = 0; row < ended.length; row++) {
        if (ended[row] > until) continue;
        positions[count] = block * BLOCK_ROWS + row;
        transactions[count++] = ended[row];
      }
    }
    return { positions: positions.subarray(0, count), transactions: transactions.subarray(0, count) };
  }

  columnId(column: number): number {
    return column === ROWID_COLUMN || column === this.table.definition.rowidColumn ? ROWID_ID : column;
  }

  /** The value of a column that is younger than the segment. */
  private missing(column: number): ColumnValue {
    return loadValue(this.table.definition.columns[column].missing ?? null);
  }

  private physical(column: number): PhysicalKind {
    return physicalKind(this.table.definition.columns[column].type.kind);
  }

  private keyFilter(index: IndexDefinition): KeyFilter {
    let filter = this.keyFilters.get(index.id);
    if (filter === undefined) {
      filter = new KeyFilter(index, this.rowCount, (column) => this.wholeColumn(column));
      this.keyFilters.set(index.id, filter);
    }
    return filter;
  }

  private numbers(id: number, block: number): Float64Array {
    const vector = this.reader.column(id, block);
    return vector.kind === 'number' ? vector.values : Float64Array.of();
  }
}

/** One vector of several of the same column. */
export function concatenate(parts: readonly ColumnVector[], rowCount: number): ColumnVector {
  if (parts.length === 1) return parts[0];
  const nulls = new Uint8Array(rowCount);
  const first = parts[0];
  if (parts.every((part) => part.kind === 'number')) {
    const values = new Float64Array(rowCount);
    fill(parts, nulls, (part, at) => values.set(part.values, at));
    return { kind: 'number', values, nulls };
  }
  if (
    first?.kind === 'dictionary' &&
    parts.every((part) => part.kind === 'dictionary' && part.dictionary === first.dictionary)
  ) {
    const codes = new Uint32Array(rowCount);
    fill(parts as (typeof first)[], nulls, (part, at) => codes.set(part.codes, at));
    return { kind: 'dictionary', codes, dictionary: first.dictionary, nulls };
  }
  const values: ColumnValue[] = [];
  const large = new Map<number, LargeValue>();
  for (const part of parts) {
    const start = values.length;
    const largeHere = part.kind === 'value' ? part.large : undefined;
    for (const [row, value] of largeHere ?? []) large.set(start + row, value);
    for (let i = 0; i < lengthOf(part); i++) values.push(largeHere?.has(i) ? null : columnValueAt(part, i));
  }
  if (parts.some((part) => part.kind === 'bigint')) return columnVectorOf('integer', values);
  return large.size === 0 ? { kind: 'value', values } : vectorWithLarge(values, large);
}

function fill<V extends ColumnVector>(
  parts: readonly V[],
  nulls: Uint8Array,
  copy: (part: V, at: number) => void,
): void {
  let at = 0;
  for (const part of parts) {
    copy(part, at);
    for (let i = 0; i < lengthOf(part); i++) if (isNullAt(part, i)) nulls[at + i] = 1;
    at += lengthOf(part);
  }
}

export function lengthOf(vector: ColumnVector): number {
  return vector.kind === 'dictionary' ? vector.codes.length : vector.values.length;
}
