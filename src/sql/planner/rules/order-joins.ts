import type { JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { JoinGraph, type JoinTree } from '../join-graph.ts';
import { bestJoin } from '../join-order.ts';
import { mapInputs } from '../plan-tree.ts';
import type { Rule, RuleContext } from '../rule.ts';

/**
 * Reorders runs of inner joins by estimated cost: the best tree of up to ten relations, a good one of more. Equalities
 * of columns are taken as classes: of `a = b AND b = c` any two are as good as any other.
 */
export const orderJoins = {
  name: 'order-joins',
  apply: (plan, context) => reordered(plan, context),
} as const satisfies Rule;

function reordered(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const visit = (child: LogicalPlan): LogicalPlan => reordered(child, context);
  if (plan.kind !== 'join' || plan.join !== 'inner') return mapInputs(plan, visit);
  const { relations, conditions } = joinedRelations(plan);
  const graph = new JoinGraph(relations.map(visit), conditions, context.estimator);
  return planOf(bestJoin(graph), graph);
}

/** The relations of a run of inner joins, in the order of FROM, and all their conditions. */
export function joinedRelations(root: JoinNode): {
  readonly relations: readonly LogicalPlan[];
  readonly conditions: readonly BoundExpression[];
} {
  const relations: LogicalPlan[] = [];
  const conditions: BoundExpression[] = [];
  const collect = (plan: LogicalPlan): void => {
    if (plan.kind !== 'join' || plan.join !== 'inner') {
      relations.push(plan);
      return;
    }
    collect(plan.left);
    collect(plan.right);
    conditions.push(...plan.conditions);
  };
  collect(root);
  return { relations, conditions };
}

function planOf(tree: JoinTree, graph: JoinGraph): LogicalPlan {
  if (tree.kind === 'relation') return graph.relationPlan(tree);
  const { left, right } = tree;
  const sides = { left: planOf(left, graph), right: planOf(right, graph) };
  return { kind: 'join', join: 'inner', ...sides, conditions: graph.conditionsBetween(left, right) };
}
