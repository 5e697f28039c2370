import { readColumn } from '../../binder/binder.ts';
import type { CommonTableNode, LogicalPlan } from '../../binder/logical-plan.ts';
import { mapPlan } from '../plan-tree.ts';
import type { Rule, RuleContext } from '../rule.ts';

/**
 * A WITH table that one place refers to, and that runs once there, is part of the plan like a subquery of FROM; any
 * other, and what MATERIALIZED says so of, is run once and its rows are kept.
 */
export const inlineCommonTables = {
  name: 'inline-common-tables',
  needs: ['common-table'],
  apply: (plan, context) => inlined(plan, context),
} as const satisfies Rule;

function inlined(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  return mapPlan(plan, (node) => (node.kind === 'common-table' ? inlinedTable(node, context) : node));
}

function inlinedTable(node: CommonTableNode, context: RuleContext): LogicalPlan {
  const { table, columns } = node;
  if (table.isMaterialized || context.references(table) > 1) return node;
  const { query } = table;
  return {
    kind: 'project',
    input: inlined(query.plan, context),
    columns: columns.map((column, i) => ({ ...column, expression: readColumn(query.columns[i]) })),
  };
}
