import type { LogicalPlan, SharedTable } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { children } from '../expressions/inspect.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';
import { subqueryOf } from './reads.ts';

/** Counts, per WITH table, the places that read it; a place that is run many times counts twice. */
export function countReferences(plan: LogicalPlan, counts: Map<SharedTable, number>, weight = 1): void {
  if (plan.kind === 'common-table') {
    const { table } = plan;
    const count = counts.get(table);
    counts.set(table, (count ?? 0) + weight);
    if (count === undefined) countReferences(table.query.plan, counts);
    return;
  }
  for (const expression of expressionsOf(plan)) countInSubqueries(expression, counts, weight);
  inputsOf(plan).forEach((input, i) => {
    const isRepeated = (plan.kind === 'recursive' || plan.kind === 'apply') && i > 0;
    countReferences(input, counts, isRepeated ? 2 : weight);
  });
}

function countInSubqueries(expression: BoundExpression, counts: Map<SharedTable, number>, weight: number): void {
  const subquery = subqueryOf(expression);
  if (subquery !== null) countReferences(subquery.query.plan, counts, subquery.correlated ? 2 : weight);
  for (const child of children(expression)) countInSubqueries(child, counts, weight);
}
