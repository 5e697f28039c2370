import type { Rule } from '../rule.ts';
import { orderJoins } from './order-joins.ts';
import { pushDownPredicates } from './push-down-predicates.ts';

/** The rewrites of logical plans, in the order in which they run. */
export const RULES = [pushDownPredicates, orderJoins] as const satisfies readonly Rule[];
