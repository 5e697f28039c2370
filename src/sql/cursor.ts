import { HeliosError } from '../base/errors.ts';
import type { ColumnVector } from '../engine/column/vector.ts';
import type { StaticType } from './expressions/static-type.ts';

export interface OutputColumn {
  readonly name: string;
  readonly type: StaticType;
}

/** Rows of a result, as vectors of its columns; valid until the cursor's next step. */
export interface ResultBatch {
  readonly vectors: readonly ColumnVector[];
  /** The rows that count; null: the first `count`. */
  readonly selection: Uint32Array | null;
  readonly count: number;
}

/** What produces a cursor's rows. */
export interface RowSource {
  next(): ResultBatch | null;
  /** Called once: at the end, on an error, or when the reader has enough. */
  close(): void;
}

/** The rows of one execution, pulled batch by batch. */
export class Cursor {
  readonly columns: readonly OutputColumn[];
  readonly changes: number;
  readonly lastInsertRowid: number | null;
  private source: RowSource | null;

  constructor(
    columns: readonly OutputColumn[],
    source: RowSource | null,
    changes = 0,
    lastInsertRowid: number | null = null,
  ) {
    this.columns = columns;
    this.source = source;
    this.changes = changes;
    this.lastInsertRowid = lastInsertRowid;
  }

  /** One step of the work: null at the end. A batch of no rows means "not done yet, call again". */
  next(): ResultBatch | null {
    if (this.source === null) return null;
    try {
      const batch = this.source.next();
      if (batch === null) this.close();
      return batch;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    const { source } = this;
    this.source = null;
    source?.close();
  }
}

/** One batch of rows that are at hand. */
export class ReadySource implements RowSource {
  private batch: ResultBatch | null;

  constructor(batch: ResultBatch) {
    this.batch = batch;
  }

  next(): ResultBatch | null {
    const { batch } = this;
    this.batch = null;
    return batch;
  }

  close(): void {
    this.batch = null;
  }
}

/** A source whose rows may be undone: reading on after a rollback is an error. */
export function cursorClosedByRollback(): HeliosError {
  return new HeliosError('TRANSACTION_CLOSED', 'the transaction that the rows belong to was rolled back');
}
