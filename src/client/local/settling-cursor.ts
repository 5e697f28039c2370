import type { Cursor, OutputColumn, ResultBatch } from '../../sql/cursor.ts';
import { OperatorMemory, StatementMemory } from '../../sql/executor/operator-memory.ts';
import { RowStore } from '../../sql/executor/row-store.ts';
import { physicalKindOf } from '../../sql/expressions/static-type.ts';
import type { Session } from '../../sql/session.ts';

/**
 * A cursor that can be settled: the rest of its rows is read, into memory as far as there is room. A query inside of a transaction reads what
 * the transaction has written so far; before the transaction writes on, the queries that are still open are settled, so
 * that each of them sees one instant.
 */
export class SettlingCursor {
  readonly columns: readonly OutputColumn[];
  private readonly cursor: Cursor;
  private readonly session: Session;
  /** A query outside of a transaction has a snapshot, which no write touches. */
  private readonly isInTransaction: boolean;
  private readonly onEnd: (self: SettlingCursor) => void;
  /** What is left when it has been settled, and how many parts of that have been handed on. */
  private rest: RowStore | null = null;
  private doneParts = 0;
  private isOver = false;
  private failure: unknown = null;

  constructor(cursor: Cursor, session: Session, onEnd: (self: SettlingCursor) => void) {
    this.cursor = cursor;
    this.session = session;
    this.isInTransaction = session.inTransaction;
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
      const batch = this.rest === null ? this.cursor.next() : this.nextOf(this.rest);
      if (batch === null) this.close();
      return batch;
    } catch (error) {
      this.close(error);
      throw error;
    }
  }

  /** Never throws: an error of the rest is thrown when the reader comes to it. */
  settle(): void {
    if (!this.isInTransaction || this.rest !== null || this.isOver) return;
    const { memory: budget, engine } = this.session;
    const memory = new OperatorMemory('rows of an open query');
    memory.open({ memory: new StatementMemory(budget, engine.temporarySpace) });
    this.rest = new RowStore(
      this.columns.map(({ type }) => physicalKindOf(type)),
      memory,
    );
    try {
      readInto(this.rest, this.cursor);
    } catch (error) {
      this.close(error);
    }
  }

  /** Ends the query; whoever reads on gets `error`, or the end. */
  close(error: unknown = null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.failure = error;
    this.rest?.release();
    this.rest = null;
    this.cursor.close();
    this.onEnd(this);
  }

  private nextOf(rest: RowStore): ResultBatch | null {
    if (this.doneParts === rest.partCount) return null;
    const part = rest.part(this.doneParts++);
    return { vectors: this.columns.map((_, i) => part.column(i)), selection: null, count: part.length };
  }
}

function readInto(rows: RowStore, cursor: Cursor): void {
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    const { vectors, selection, count } = batch;
    if (count > 0) rows.append((i) => vectors[i], selection, count);
  }
}
