import { collectReadColumns } from '../binder/bind-grouping.ts';
import type { ColumnId, LogicalPlan, PlanColumn, WindowCall } from '../binder/logical-plan.ts';
import { expressionsOf, mapInputs } from './plan-tree.ts';

type Required = Set<ColumnId>;

/**
 * Maps a node's inputs, each with the columns that the node and whoever reads it want of it. Operators that pass columns
 * on add to the very set that they are given: what one input's operators want is among no other input's columns.
 */
export function mapRequiredInputs(
  plan: LogicalPlan,
  required: Required,
  change: (input: LogicalPlan, required: Required) => LogicalPlan,
): LogicalPlan {
  switch (plan.kind) {
    case 'set-operation':
    case 'recursive': {
      const results = plan.kind === 'recursive' ? [plan.anchor, ...plan.steps] : [plan.left, plan.right];
      const wanted = new Map(results.map((query) => [query.plan, new Set(query.columns.map((column) => column.id))]));
      return mapInputs(plan, (input) => change(input, wanted.get(input) as Required));
    }
    default: {
      const wanted: Required = isTransparent(plan) ? required : new Set();
      for (const expression of expressionsOf(plan)) collectReadColumns(expression, wanted);
      for (const id of namedColumns(plan)) wanted.add(id);
      return mapInputs(plan, (input) => change(input, wanted));
    }
  }
}

/** True of operators that pass their inputs' columns on. */
function isTransparent({ kind }: LogicalPlan): boolean {
  return kind !== 'project' && kind !== 'aggregate';
}

/** The columns that a node names outside of expressions. */
function namedColumns(plan: LogicalPlan): readonly ColumnId[] {
  switch (plan.kind) {
    case 'distinct':
      return plan.columns.map((column) => column.id);
    case 'sort':
      return plan.terms.map((term) => term.column.id);
    case 'limit':
      return (plan.ties ?? []).map((term) => term.column.id);
    case 'aggregate':
      return plan.bare.map((column) => column.id);
    case 'apply':
      return plan.free;
    case 'window': {
      const read = plan.calls.flatMap(columnsOfCall);
      return [...plan.partition, ...plan.order.map((term) => term.column), ...read].map((column) => column.id);
    }
    default:
      return [];
  }
}

/** The columns of the input that a call reads. */
export function columnsOfCall({ arguments: args, filter, orderBy }: WindowCall): readonly PlanColumn[] {
  return [...args, ...(filter === null ? [] : [filter]), ...orderBy.map(({ column }) => column)];
}
