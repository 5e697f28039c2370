import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { rowBytes } from '../expressions/values/row-bytes.ts';
import type { ExecutionContext } from './execution-context.ts';
import { OperatorMemory, StatementMemory } from './operator-memory.ts';
import { RowStore } from './row-store.ts';
import { vectorOfValues } from './value-vector.ts';

/** Rows, and bytes of them, that wait as plain values: what most changes return is less. */
const WAITING_ROWS = 1024;
const WAITING_BYTES = 32 * 1024;

/**
 * The rows of a change's RETURNING, which are there before the first of them is read. They outlive the change: its
 * account is its own, and whoever reads them closes them.
 */
export class ReturnedRows {
  private readonly kinds: readonly PhysicalKind[];
  private readonly statement: StatementMemory;
  private waiting: (readonly SqlValue[])[] = [];
  private waitingBytes = 0;
  private store: RowStore | null = null;
  private nextPart = 0;

  constructor(kinds: readonly PhysicalKind[], { memory }: ExecutionContext) {
    this.kinds = kinds;
    this.statement = new StatementMemory(memory.budget, memory.space);
  }

  /** Throws OUT_OF_MEMORY_BUDGET where there is no room for the row, and no file to put others into. */
  add(row: readonly SqlValue[]): void {
    this.waiting.push(row);
    this.waitingBytes += rowBytes(row);
    if (this.waiting.length >= WAITING_ROWS || this.waitingBytes >= WAITING_BYTES) this.keep();
  }

  /** Some rows as vectors; null: there are no more. */
  next(): { readonly vectors: readonly ColumnVector[]; readonly selection: null; readonly count: number } | null {
    const { store } = this;
    if (store !== null && this.nextPart < store.partCount) {
      const part = store.part(this.nextPart++);
      return { vectors: this.kinds.map((_, i) => part.column(i)), selection: null, count: part.length };
    }
    const count = this.waiting.length;
    if (count === 0) return null;
    const vectors = this.kinds.map((_, i) => this.waitingColumn(i));
    this.waiting = [];
    return { vectors, selection: null, count };
  }

  close(): void {
    this.waiting = [];
    this.store?.release();
    this.store = null;
    this.statement.release();
  }

  private keep(): void {
    this.store ??= this.newStore();
    this.store.append((i) => this.waitingColumn(i), null, this.waiting.length);
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private newStore(): RowStore {
    const memory = new OperatorMemory('RETURNING');
    memory.open({ memory: this.statement });
    return new RowStore(this.kinds, memory);
  }

  private waitingColumn(i: number): ColumnVector {
    return vectorOfValues(
      this.waiting.map((row) => row[i]),
      this.kinds[i],
    );
  }
}
