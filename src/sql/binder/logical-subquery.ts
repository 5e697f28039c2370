import type { SubqueryHandle } from '../expressions/bound-expression.ts';
import type { ColumnId, PlanColumn, Query } from './logical-plan.ts';

/** A subquery inside of an expression: what {@link SubqueryHandle}s of logical plans are. */
export interface LogicalSubquery extends SubqueryHandle {
  readonly kind: 'logical-subquery';
  readonly query: Query;
  /** Columns of enclosing queries that it reads. */
  readonly free: ReadonlyMap<ColumnId, PlanColumn>;
}

export function isLogicalSubquery(handle: SubqueryHandle): handle is LogicalSubquery {
  return (handle as Partial<LogicalSubquery>).kind === 'logical-subquery';
}
