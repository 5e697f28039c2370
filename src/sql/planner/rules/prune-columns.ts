import type { ColumnId, LogicalPlan, SetOperationNode } from '../../binder/logical-plan.ts';
import { mapRequiredInputs } from '../required.ts';
import type { Rule } from '../rule.ts';

type Required = Set<ColumnId>;

/** Computed columns, aggregates, window functions and columns of UNION ALL that nobody reads. */
export const pruneColumns = {
  name: 'prune-columns',
  needs: ['computed-columns'],
  apply: (plan, context) => pruned(plan, new Set(context.required)),
} as const satisfies Rule;

function pruned(plan: LogicalPlan, required: Required): LogicalPlan {
  const node = withoutUnread(plan, required);
  return node.kind === plan.kind ? mapRequiredInputs(node, required, pruned) : pruned(node, required);
}

function withoutUnread(plan: LogicalPlan, required: Required): LogicalPlan {
  switch (plan.kind) {
    case 'project': {
      const columns = plan.columns.filter((column) => required.has(column.id));
      return columns.length === plan.columns.length ? plan : { ...plan, columns };
    }
    case 'aggregate': {
      const calls = plan.calls.filter(({ column }) => required.has(column.id) || column.id === plan.bareFrom);
      return calls.length === plan.calls.length ? plan : { ...plan, calls };
    }
    case 'window': {
      const calls = plan.calls.filter((call) => required.has(call.column.id));
      if (calls.length === 0) return plan.input;
      return calls.length === plan.calls.length ? plan : { ...plan, calls };
    }
    case 'set-operation':
      return plan.all && plan.operator === 'UNION' ? prunedUnion(plan, required) : plan;
    default:
      return plan;
  }
}

/** One column stays where nobody reads any: the rows still count. */
function prunedUnion(plan: SetOperationNode, required: Required): SetOperationNode {
  const read = plan.columns.map((column) => required.has(column.id));
  const isKept = (_: unknown, i: number): boolean => read[i] || (i === 0 && !read.includes(true));
  const columns = plan.columns.filter(isKept);
  if (columns.length === plan.columns.length) return plan;
  const left = { ...plan.left, columns: plan.left.columns.filter(isKept) };
  const collations = plan.collations.filter(isKept);
  return { ...plan, columns, collations, left, right: { ...plan.right, columns: plan.right.columns.filter(isKept) } };
}
