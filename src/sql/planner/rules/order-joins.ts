import type { JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { JoinGraph, type JoinTree } from '../join-graph.ts';
import { bestJoin } from '../join-order.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds, readColumns } from '../reads.ts';
import type { Rule, RuleContext } from '../rule.ts';

/** A semi- or antijoin that keeps more than this share of its rows waits until there are as few of them as can be. */
const SELECTIVE_SHARE = 0.3;

/**
 * Reorders runs of inner joins by estimated cost: the best tree of up to ten relations, a good one of more. Equalities
 * of columns are taken as classes: of `a = b AND b = c` any two are as good as any other. Semi- and antijoins of single
 * relations that keep most rows come after the joins that leave fewer.
 */
export const orderJoins = {
  name: 'order-joins',
  needs: ['inner-join'],
  apply: (plan, context) => reordered(plan, context),
} as const satisfies Rule;

function reordered(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const visit = (child: LogicalPlan): LogicalPlan => reordered(child, context);
  if (plan.kind !== 'join' || plan.join !== 'inner') return mapInputs(plan, visit);
  const { relations, conditions } = joinedRelations(plan);
  const tests: JoinNode[] = [];
  const bare = relations.map((relation) => withoutTests(visit(relation), tests, context));
  const graph = new JoinGraph(bare, conditions, context.estimator);
  const tree = bestJoin(graph);
  const places = new Map<JoinTree, JoinNode[]>();
  for (const test of tests.reverse()) {
    const place = cheapestPlace(test, tree, graph);
    places.set(place, [...(places.get(place) ?? []), test]);
  }
  return planOf(tree, graph, places);
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

/** The relation below its semi- and antijoins that keep most rows; these go into `tests`, the uppermost first. */
function withoutTests(plan: LogicalPlan, tests: JoinNode[], context: RuleContext): LogicalPlan {
  if (plan.kind !== 'join' || (plan.join !== 'semi' && plan.join !== 'anti')) return plan;
  const { estimator } = context;
  if (estimator.rows(plan) < estimator.rows(plan.left) * SELECTIVE_SHARE) return plan;
  tests.push(plan);
  return withoutTests(plan.left, tests, context);
}

/** The part of the tree with the fewest rows that has all the columns which the test reads. */
function cheapestPlace(test: JoinNode, tree: JoinTree, graph: JoinGraph): JoinTree {
  const own = outputIds(test.right);
  const read = [...readColumns(...test.conditions, ...(test.nullAware ?? []))].filter((id) => !own.has(id));
  const members = graph.membersOf(read);
  let best = tree;
  for (let current: JoinTree | null = tree; current !== null; ) {
    if (current.rows <= best.rows) best = current;
    if (current.kind === 'relation') break;
    const sides: readonly JoinTree[] = [current.left, current.right];
    current = sides.find((side) => (members & ~side.members) === 0n) ?? null;
  }
  return best;
}

function planOf(tree: JoinTree, graph: JoinGraph, places: ReadonlyMap<JoinTree, readonly JoinNode[]>): LogicalPlan {
  let plan: LogicalPlan;
  if (tree.kind === 'relation') plan = graph.relationPlan(tree);
  else {
    const { left, right } = tree;
    const sides = { left: planOf(left, graph, places), right: planOf(right, graph, places) };
    plan = { kind: 'join', join: 'inner', ...sides, conditions: graph.conditionsBetween(left, right) };
  }
  for (const test of places.get(tree) ?? []) plan = { ...test, left: plan };
  return plan;
}
