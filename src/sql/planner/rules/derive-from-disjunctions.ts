import type { ColumnIds, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { sameExpression } from '../../expressions/inspect.ts';
import { isSameWhereEqual } from '../equivalence.ts';
import { impliedCondition } from '../implied-condition.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds } from '../reads.ts';
import type { Rule } from '../rule.ts';
import { withLists } from './normalize-predicates.ts';

/**
 * `(a.x = 1 AND b.y = 2) OR (a.x = 3 AND b.y = 4)` over a join says that `a.x IN (1, 3)` and `b.y IN (2, 4)`: conditions
 * that can go to the tables, in front of the OR, which stays. The same of an OR over a grouping and its keys. Predicates
 * are pushed down before, so that an OR stands where it can go no further, and afterwards.
 */
export const deriveFromDisjunctions = {
  name: 'derive-from-disjunctions',
  needs: ['disjunction'],
  apply: (plan) => derived(plan),
} as const satisfies Rule;

function derived(plan: LogicalPlan): LogicalPlan {
  const below = mapInputs(plan, derived);
  switch (below.kind) {
    case 'filter':
      return below.conditions.some(isDisjunction) ? withDerived(below, partsOf(below.input)) : below;
    case 'join': {
      if (!below.conditions.some(isDisjunction)) return below;
      if (below.join === 'full') return below;
      // Left rows that a join's condition leaves without a partner do not go.
      return withDerived(below, below.join === 'inner' ? partsOf(below) : [outputIds(below.right)]);
    }
    default:
      return below;
  }
}

function isDisjunction({ kind }: BoundExpression): boolean {
  return kind === 'or';
}

/** Columns of which conditions may move below the plan: those of a relation, or those of a grouping's keys. */
function partsOf(plan: LogicalPlan): readonly ColumnIds[] {
  switch (plan.kind) {
    case 'join':
      if (plan.join === 'full') return [];
      return plan.join === 'inner' ? [...relationsOf(plan.left), ...relationsOf(plan.right)] : relationsOf(plan.left);
    case 'aggregate':
      return plan.sets === undefined ? [new Set(plan.keys.filter(isSameWhereEqual).map(({ id }) => id))] : [];
    case 'window':
    case 'distinct': {
      const columns = plan.kind === 'window' ? plan.partition : plan.columns;
      return [new Set(columns.filter(isSameWhereEqual).map(({ id }) => id))];
    }
    default:
      return [];
  }
}

function relationsOf(plan: LogicalPlan): readonly ColumnIds[] {
  return plan.kind === 'join' && plan.join !== 'full' ? partsOf(plan) : [outputIds(plan)];
}

function withDerived<Plan extends Extract<LogicalPlan, { kind: 'filter' | 'join' }>>(
  plan: Plan,
  parts: readonly ColumnIds[],
): Plan {
  const conditions: BoundExpression[] = [...plan.conditions];
  for (const condition of plan.conditions) {
    if (!isDisjunction(condition)) continue;
    for (const part of parts) {
      const implied = impliedCondition(condition, part);
      if (implied === null) continue;
      const found = withLists(implied);
      if (!conditions.some((other) => sameExpression(other, found))) conditions.push(found);
    }
  }
  return conditions.length === plan.conditions.length ? plan : { ...plan, conditions };
}
