import type { JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { estimateRows } from '../estimate.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds, readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';
import type { Statistics } from '../statistics.ts';

interface Relation {
  readonly plan: LogicalPlan;
  readonly ids: ReadonlySet<number>;
  readonly rows: number;
}

/** Reorders runs of inner joins: from the smallest relation on, each time the smallest that a condition connects. */
export const orderJoins = {
  name: 'order-joins',
  apply: (plan, context) => reordered(plan, context.statistics),
} as const satisfies Rule;

function reordered(plan: LogicalPlan, statistics: Statistics): LogicalPlan {
  const visit = (child: LogicalPlan): LogicalPlan => reordered(child, statistics);
  if (plan.kind !== 'join' || plan.join !== 'inner') return mapInputs(plan, visit);
  return orderInnerJoins(plan, statistics, visit);
}

function orderInnerJoins(
  root: JoinNode,
  statistics: Statistics,
  visit: (plan: LogicalPlan) => LogicalPlan,
): LogicalPlan {
  const plans: LogicalPlan[] = [];
  const conditions: BoundExpression[] = [];
  collect(root, plans, conditions);
  const waiting = plans.map((plan): Relation => {
    const visited = visit(plan);
    return { plan: visited, ids: outputIds(visited), rows: estimateRows(visited, statistics) };
  });
  const start = smallest(waiting);
  waiting.splice(waiting.indexOf(start), 1);
  let current = start.plan;
  const ids = new Set(start.ids);
  let open = conditions.map((condition) => ({ condition, reads: relevantReads(condition, plans) }));
  while (waiting.length > 0) {
    const connected = waiting.filter((relation) =>
      open.some(({ condition, reads }) => connects(condition, reads, ids, relation)),
    );
    const next = smallest(connected.length > 0 ? connected : waiting);
    waiting.splice(waiting.indexOf(next), 1);
    for (const id of next.ids) ids.add(id);
    const ready = open.filter(({ reads }) => reads.every((id) => ids.has(id)));
    open = open.filter((entry) => !ready.includes(entry));
    current = {
      kind: 'join',
      join: 'inner',
      left: current,
      right: next.plan,
      conditions: ready.map(({ condition }) => condition),
    };
  }
  return current;
}

function collect(plan: LogicalPlan, plans: LogicalPlan[], conditions: BoundExpression[]): void {
  if (plan.kind !== 'join' || plan.join !== 'inner') {
    plans.push(plan);
    return;
  }
  collect(plan.left, plans, conditions);
  collect(plan.right, plans, conditions);
  conditions.push(...plan.conditions);
}

function relevantReads(condition: BoundExpression, plans: readonly LogicalPlan[]): readonly number[] {
  const all = new Set(plans.flatMap((plan) => [...outputIds(plan)]));
  return [...readColumns(condition)].filter((id) => all.has(id));
}

/** The first of the smallest: equal estimates keep the order in which FROM names them. */
function smallest(relations: readonly Relation[]): Relation {
  return relations.reduce((best, relation) => (relation.rows < best.rows ? relation : best));
}

/** An equality between what is joined already and the relation. */
function connects(
  condition: BoundExpression,
  reads: readonly number[],
  joined: ReadonlySet<number>,
  relation: Relation,
): boolean {
  if (condition.kind !== 'comparison' || condition.operator !== '=') return false;
  const isOld = (id: number): boolean => joined.has(id);
  const isNew = (id: number): boolean => relation.ids.has(id);
  return reads.some(isOld) && reads.some(isNew) && reads.every((id) => isOld(id) || isNew(id));
}
