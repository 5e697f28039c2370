import type { Rule } from '../rule.ts';
import { foldConstants } from './fold-constants.ts';
import { normalizePredicates } from './normalize-predicates.ts';
import { orderJoins } from './order-joins.ts';
import { pushDownPredicates } from './push-down-predicates.ts';
import { simplifyOuterJoins } from './simplify-outer-joins.ts';
import { unnestSubqueries } from './unnest-subqueries.ts';

/** The rewrites of logical plans, in the order in which they run. One that makes work for an earlier one is followed by it once more. */
export const RULES = [
  foldConstants,
  normalizePredicates,
  simplifyOuterJoins,
  pushDownPredicates,
  unnestSubqueries,
  pushDownPredicates,
  orderJoins,
] as const satisfies readonly Rule[];
