import { cursorClosedByRollback, type ResultBatch, type RowSource } from '../cursor.ts';
import type { Operator } from '../executor/operator.ts';
import type { Batch } from '../expressions/batch.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';

/** How a running query is tied to its session. */
export interface QueryLifetime {
  /** False once a rollback has taken away rows that the query may be reading. */
  isValid(): boolean;
  /** The operators are free again, the snapshot can be closed. */
  end(): void;
}

/** The batches of an operator as a result's columns. */
export class QuerySource implements RowSource {
  private readonly plan: QueryPlan;
  private readonly operator: Operator;
  private readonly lifetime: QueryLifetime;

  constructor(plan: QueryPlan, operator: Operator, lifetime: QueryLifetime) {
    this.plan = plan;
    this.operator = operator;
    this.lifetime = lifetime;
  }

  next(): ResultBatch | null {
    if (!this.lifetime.isValid()) throw cursorClosedByRollback();
    const batch = this.operator.next();
    return batch === null ? null : this.result(batch);
  }

  close(): void {
    this.lifetime.end();
  }

  private result(batch: Batch): ResultBatch {
    const { selection, selectedCount: count } = batch;
    if (count === 0) return { vectors: [], selection: null, count: 0 };
    return { vectors: this.plan.slots.map((slot) => batch.column(slot)), selection, count };
  }
}
