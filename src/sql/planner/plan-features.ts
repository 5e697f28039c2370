import type { LogicalPlan } from '../binder/logical-plan.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { expressionsOf, inputsOf } from './plan-tree.ts';

/** What a plan holds that some rewrites are about. Most statements are small and hold few of these. */
export type PlanFeature =
  | 'apply'
  | 'common-table'
  | 'filter'
  | 'inner-join'
  | 'other-join'
  | 'distinct'
  | 'aggregate'
  /** OR, as a whole condition of a filter or a join. */
  | 'disjunction'
  /** A literal as a condition or a LIMIT, or no rows at all. */
  | 'constant'
  /** On one place. */
  | 'several-conditions'
  /** In an expression. */
  | 'subquery';

/** Of the plan and all plans below it, but not of those of subqueries. */
export function featuresOf(plan: LogicalPlan, into = new Set<PlanFeature>()): ReadonlySet<PlanFeature> {
  switch (plan.kind) {
    case 'apply':
    case 'common-table':
    case 'filter':
    case 'distinct':
    case 'aggregate':
      into.add(plan.kind);
      break;
    case 'join':
      into.add(plan.join === 'inner' ? 'inner-join' : 'other-join');
  }
  addConditionFeatures(plan, into);
  if (!into.has('subquery') && expressionsOf(plan).some(hasSubquery)) into.add('subquery');
  for (const input of inputsOf(plan)) featuresOf(input, into);
  return into;
}

function addConditionFeatures(plan: LogicalPlan, into: Set<PlanFeature>): void {
  switch (plan.kind) {
    case 'scan':
    case 'filter':
    case 'join':
      if (plan.conditions.length > 1) into.add('several-conditions');
      for (const { kind } of plan.conditions) {
        if (kind === 'literal') into.add('constant');
        else if (kind === 'or' && plan.kind !== 'scan') into.add('disjunction');
      }
      break;
    case 'limit':
      if (plan.limit?.kind === 'literal') into.add('constant');
      break;
    case 'values':
      if (plan.rows.length === 0) into.add('constant');
  }
}
