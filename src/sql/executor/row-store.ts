import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import { gather, LazyBatch } from './gather.ts';
import type { OperatorMemory } from './operator-memory.ts';
import { RowBuffer } from './row-buffer.ts';
import type { SpilledRows } from './spill/spilled-rows.ts';

/** Rows, by columns. */
export interface StoredRows {
  readonly length: number;
  column(i: number): ColumnVector;
}

/**
 * Rows that are kept in their order and read as often as wanted, when all have come: in memory as long as there is room,
 * then in temporary blocks of the file, but for the last ones.
 */
export class RowStore {
  length: number;
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private rows: RowBuffer;
  private spilled: SpilledRows | null = null;

  /** `memory`: an open account of its own. `rows`: the first ones, which are the store's from now on. */
  constructor(kinds: readonly PhysicalKind[], memory: OperatorMemory, rows = new RowBuffer(kinds)) {
    this.kinds = kinds;
    this.memory = memory;
    this.rows = rows;
    this.length = rows.length;
  }

  /** Throws OUT_OF_MEMORY_BUDGET where there is no room for these rows alone, or no file to put the others into. */
  append(column: (i: number) => ColumnVector, selection: Uint32Array | null, count: number): void {
    const { rows, memory } = this;
    if (!memory.has(rows.bytesWith(count))) {
      this.spill();
      memory.needAll(this.rows.bytesWith(count));
    }
    this.rows.appendRows(column, selection, count);
    this.length += count;
    // What texts and blobs take shows when they are there.
    if (!memory.has(this.rows.bytesWith(0))) this.spill();
  }

  /** Lets its memory go: all rows are in the file then. Throws OUT_OF_MEMORY_BUDGET where none may be written. */
  spill(): void {
    const { rows, memory, kinds } = this;
    if (rows.length === 0) return;
    const { SpilledRows, spillBuffer } = memory.spilling(rows.bytesWith(0));
    this.spilled ??= new SpilledRows(kinds, memory);
    spillBuffer(rows, this.spilled, memory);
    this.rows = new RowBuffer(kinds);
    memory.release();
  }

  /** The rows lie in parts, in order. */
  get partCount(): number {
    return (this.spilled?.blockCount ?? 0) + (this.rows.length === 0 ? 0 : 1);
  }

  part(p: number): StoredRows {
    const { spilled } = this;
    if (spilled === null || p >= spilled.blockCount) return this.rows;
    const block = spilled.block(p);
    return { length: block.rowCount, column: (i) => block.column(i) };
  }

  /** Gives rows, memory and blocks back. */
  release(): void {
    this.spilled?.release();
    this.spilled = null;
    this.rows = new RowBuffer(this.kinds);
    this.length = 0;
    this.memory.release();
  }
}

/** Reads the rows of a store once, batch by batch. */
export class RowStoreReader {
  private readonly store: RowStore;
  private next = 0;
  private part: StoredRows | null = null;
  private done = 0;

  constructor(store: RowStore) {
    this.store = store;
  }

  /** The next rows, at most `most`; null at the end. `slots`: where in the store the batch's columns lie. */
  batch(most: number, slots: readonly number[]): Batch | null {
    if (this.part === null || this.done === this.part.length) {
      if (this.next === this.store.partCount) return null;
      this.part = this.store.part(this.next++);
      this.done = 0;
    }
    const { part, done: from } = this;
    const count = Math.min(most, part.length - from);
    this.done += count;
    const positions = Int32Array.from({ length: count }, (_, i) => from + i);
    return new LazyBatch(count, (i) => gather(part.column(slots[i]), positions, count));
  }
}
