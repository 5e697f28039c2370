import type { LogicalPlan } from '../binder/logical-plan.ts';
import { orderJoins } from './rules/order-joins.ts';
import { pushDownPredicates } from './rules/push-down-predicates.ts';
import type { Statistics } from './statistics.ts';

/** Each rewrite can be turned off: a plan without it must give the same rows. */
export interface OptimizerSwitches {
  readonly pushDownPredicates: boolean;
  readonly orderJoins: boolean;
  /** ORDER BY from an index. */
  readonly indexOrder: boolean;
  /** LIMIT over ORDER BY without a full sort. */
  readonly topN: boolean;
  readonly hashJoin: boolean;
  readonly lookupJoin: boolean;
  /** Rowid lookups, index scans and zone maps. */
  readonly accessPaths: boolean;
}

export const ALL_SWITCHES_ON: OptimizerSwitches = {
  pushDownPredicates: true,
  orderJoins: true,
  indexOrder: true,
  topN: true,
  hashJoin: true,
  lookupJoin: true,
  accessPaths: true,
};

/** The rewrites of logical plans, in order. */
export function optimize(plan: LogicalPlan, statistics: Statistics, switches: OptimizerSwitches): LogicalPlan {
  let current = plan;
  if (switches.pushDownPredicates) current = pushDownPredicates(current);
  if (switches.orderJoins) current = orderJoins(current, statistics);
  return current;
}
