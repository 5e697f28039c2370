import type { LogicalPlan } from '../../binder/logical-plan.ts';
import { mapPlan } from '../plan-tree.ts';
import type { Rule } from '../rule.ts';
import { isUniqueBy } from '../unique-keys.ts';

/** DISTINCT over rows that a key among its columns tells apart anyway. */
export const eliminateDistinct = {
  name: 'eliminate-distinct',
  needs: ['distinct'],
  apply: (plan) => mapPlan(plan, withoutDistinct),
} as const satisfies Rule;

function withoutDistinct(plan: LogicalPlan): LogicalPlan {
  if (plan.kind !== 'distinct') return plan;
  return isUniqueBy(plan.input, new Set(plan.columns.map((column) => column.id))) ? plan.input : plan;
}
