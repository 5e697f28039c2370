import type { Cursor, OutputColumn, ResultBatch } from '../../sql/cursor.ts';
import { ColumnBuffer } from '../../sql/executor/column-buffer.ts';
import { physicalKindOf } from '../../sql/expressions/static-type.ts';

/**
 * A cursor that can be settled: the rest of its rows is read into memory. A query inside of a transaction reads what
 * the transaction has written so far; before the transaction writes on, the queries that are still open are settled, so
 * that each of them sees one instant.
 */
export class SettlingCursor {
  readonly columns: readonly OutputColumn[];
  private readonly cursor: Cursor;
  /** A query outside of a transaction has a snapshot, which no write touches. */
  private readonly isInTransaction: boolean;
  private readonly onEnd: (self: SettlingCursor) => void;
  private rest: ResultBatch | null = null;
  private isSettled = false;
  private isOver = false;
  private failure: unknown = null;

  constructor(cursor: Cursor, isInTransaction: boolean, onEnd: (self: SettlingCursor) => void) {
    this.cursor = cursor;
    this.isInTransaction = isInTransaction;
    this.onEnd = onEnd;
    this.columns = cursor.columns;
  }

  get changes(): number {
    return this.cursor.changes;
  }

  get lastInsertRowid(): number | null {
    return this.cursor.lastInsertRowid;
  }

  /** One step: rows that are valid until the next one, none ("not done yet"), or null at the end. */
  next(): ResultBatch | null {
    if (this.failure !== null) throw this.failure;
    if (this.isOver) return null;
    try {
      const batch = this.isSettled ? this.takeRest() : this.cursor.next();
      if (batch === null) this.close();
      return batch;
    } catch (error) {
      this.close(error);
      throw error;
    }
  }

  /** Never throws: an error of the rest is thrown when the reader comes to it. */
  settle(): void {
    if (!this.isInTransaction || this.isSettled || this.isOver) return;
    try {
      this.rest = collectRest(this.cursor);
      this.isSettled = true;
    } catch (error) {
      this.close(error);
    }
  }

  /** Ends the query; whoever reads on gets `error`, or the end. */
  close(error: unknown = null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.failure = error;
    this.rest = null;
    this.cursor.close();
    this.onEnd(this);
  }

  private takeRest(): ResultBatch | null {
    const { rest } = this;
    this.rest = null;
    return rest;
  }
}

function collectRest(cursor: Cursor): ResultBatch | null {
  const buffers = cursor.columns.map(({ type }) => new ColumnBuffer(physicalKindOf(type)));
  let count = 0;
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    const { vectors, selection, count: batchCount } = batch;
    if (batchCount === 0) continue;
    buffers.forEach((buffer, i) => {
      buffer.append(vectors[i], selection, batchCount);
    });
    count += batchCount;
  }
  return count === 0 ? null : { vectors: buffers.map((buffer) => buffer.vector()), selection: null, count };
}
