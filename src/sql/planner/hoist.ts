import type { LogicalPlan } from '../binder/logical-plan.ts';
import type { LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { columnRef } from '../expressions/build.ts';
import { children, mapExpression } from '../expressions/inspect.ts';
import { expressionsOf, inputsOf, mapInputs, mapNodeExpressions } from './plan-tree.ts';
import { subqueryOf } from './reads.ts';

/**
 * What a subquery becomes when it moves into the plan of the query around it: columns of that query's rows, which it
 * reads as `outer` of depth 0, are plain columns there, and everything further out is one step nearer. `level` counts
 * the subqueries between the expression and the one that moves.
 */
export function hoistedExpression(expression: BoundExpression, level = 0): BoundExpression {
  return mapExpression(expression, (node) => {
    if (node.kind === 'outer' && node.depth >= level) {
      const { depth, index, name, type, collation, affinity } = node;
      return depth === 0 ? columnRef(index, name, type, collation, affinity) : { ...node, depth: depth - 1 };
    }
    const subquery = subqueryOf(node);
    if (subquery === null) return node;
    const plan = hoistedPlan(subquery.query.plan, level + 1);
    if (plan === subquery.query.plan) return node;
    const moved: LogicalSubquery = { ...subquery, query: { ...subquery.query, plan } };
    return { ...node, subquery: moved } as BoundExpression;
  });
}

export function hoistedPlan(plan: LogicalPlan, level = 0): LogicalPlan {
  if (plan.kind === 'apply') {
    const left = hoistedPlan(plan.left, level);
    const right = hoistedPlan(plan.right, level + 1);
    return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
  }
  const inputs = mapInputs(plan, (input) => hoistedPlan(input, level));
  return mapNodeExpressions(inputs, (expression) => hoistedExpression(expression, level));
}

/** True when the expression reads rows of the query around its own: `outer` of exactly this depth, seen from it. */
export function readsHost(expression: BoundExpression, level = 0): boolean {
  if (expression.kind === 'outer') return expression.depth === level;
  const subquery = subqueryOf(expression);
  if (subquery !== null && planReadsHost(subquery.query.plan, level + 1)) return true;
  return children(expression).some((child) => readsHost(child, level));
}

export function planReadsHost(plan: LogicalPlan, level = 0): boolean {
  if (expressionsOf(plan).some((expression) => readsHost(expression, level))) return true;
  if (plan.kind === 'apply') return planReadsHost(plan.left, level) || planReadsHost(plan.right, level + 1);
  return inputsOf(plan).some((input) => planReadsHost(input, level));
}
