import type { LogicalPlan } from '../binder/logical-plan.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';

/** What a plan holds that some rewrites are about. Most statements are small and hold few of these. */
export type PlanFeature =
  | 'common-table'
  | 'filter'
  | 'inner-join'
  | 'other-join'
  | 'distinct'
  | 'aggregate'
  /** OR, as a whole condition of a filter or a join. */
  | 'disjunction'
  /** In an expression. */
  | 'subquery';

/** Of the plan and all plans below it, but not of those of subqueries. */
export function featuresOf(plan: LogicalPlan, into = new Set<PlanFeature>()): ReadonlySet<PlanFeature> {
  switch (plan.kind) {
    case 'common-table':
    case 'filter':
    case 'distinct':
    case 'aggregate':
      into.add(plan.kind);
      break;
    case 'join':
      into.add(plan.join === 'inner' ? 'inner-join' : 'other-join');
  }
  if ((plan.kind === 'filter' || plan.kind === 'join') && plan.conditions.some(({ kind }) => kind === 'or')) {
    into.add('disjunction');
  }
  if (!into.has('subquery') && expressionsOf(plan).some(hasSubquery)) into.add('subquery');
  for (const input of inputsOf(plan)) featuresOf(input, into);
  return into;
}
