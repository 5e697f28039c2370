import type { Collation } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import { collationOf } from '../expressions/inspect.ts';
import type { ColumnId, LogicalPlan, PlanColumn, Query } from './logical-plan.ts';

/**
 * What a compound compares each column by: the collation of the first of its SELECTs whose expression has one (SQLite's
 * select.c, multiSelectCollatingSeq); null: none has. A literal has none, a table's column always.
 */
export function unitedCollations(first: Query, ...others: readonly Query[]): readonly (Collation | null)[] {
  return first.columns.map((column, i) => {
    let collation = ownCollation(first.plan, column);
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
      if (expression.kind === 'column' && hasNone(plan.input, expression.index)) return null;
      return collationOf(expression)?.collation ?? null;
    }
    case 'values':
      return null;
    case 'set-operation':
      return plan.collations[plan.columns.findIndex(({ id }) => id === column.id)];
    default:
      return hasNone(plan, column.id) ? null : column.collation;
  }
}

/** Whether the column is what an aggregate or a window function gives, or a rowid: none of them has a collation. */
function hasNone(plan: LogicalPlan, id: ColumnId): boolean {
  switch (plan.kind) {
    case 'distinct':
    case 'sort':
    case 'limit':
    case 'filter':
      return hasNone(plan.input, id);
    case 'aggregate':
      return plan.calls.some((call) => call.column.id === id);
    case 'window':
      return plan.calls.some((call) => call.column.id === id) || hasNone(plan.input, id);
    case 'scan': {
      const { table, columns } = plan;
      return columns.some(
        ({ id: own, column }) => own === id && (column === ROWID_COLUMN || column === table.rowidColumn),
      );
    }
    case 'join':
      return hasNone(plan.left, id) || hasNone(plan.right, id);
    default:
      return false;
  }
}
