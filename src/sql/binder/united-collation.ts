import type { Collation } from '../../engine/column/types.ts';
import { collationOf } from '../expressions/inspect.ts';
import type { ColumnId, LogicalPlan, PlanColumn, Query } from './logical-plan.ts';

/**
 * What a compound compares each column by: the collation of the first of its SELECTs whose expression has one (SQLite's
 * select.c, multiSelectCollatingSeq); null: none has. A literal has none, a table's column always.
 */
export function unitedCollations(first: Query, ...others: readonly Query[]): readonly (Collation | null)[] {
  const known = first.plan.kind === 'set-operation' ? first.plan.collations : null;
  return first.columns.map((column, i) => {
    let collation = known === null ? ownCollation(first.plan, column) : known[i];
    for (const { plan, columns } of others) collation ??= ownCollation(plan, columns[i]);
    return collation;
  });
}

function ownCollation(plan: LogicalPlan, column: PlanColumn): Collation | null {
  switch (plan.kind) {
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'filter':
      return ownCollation(plan.input, column);
    case 'project': {
      const expression = plan.columns.find(({ id }) => id === column.id)?.expression;
      if (expression === undefined) return column.collation;
      if (expression.kind === 'column' && isResultOfCall(plan.input, expression.index)) return null;
      return collationOf(expression)?.collation ?? null;
    }
    case 'values':
      return null;
    default:
      return isResultOfCall(plan, column.id) ? null : column.collation;
  }
}

/** Whether the column is what an aggregate or a window function gives. */
function isResultOfCall(plan: LogicalPlan, id: ColumnId): boolean {
  switch (plan.kind) {
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'filter':
      return isResultOfCall(plan.input, id);
    case 'aggregate':
      return plan.calls.some((call) => call.column.id === id);
    case 'window':
      return plan.calls.some((call) => call.column.id === id) || isResultOfCall(plan.input, id);
    default:
      return false;
  }
}
