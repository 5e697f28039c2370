import type { Rule } from '../rule.ts';
import { deriveFromDisjunctions } from './derive-from-disjunctions.ts';
import { eliminateDistinct } from './eliminate-distinct.ts';
import { eliminateJoins } from './eliminate-joins.ts';
import { extremesByOrder } from './extremes-by-order.ts';
import { foldConstants } from './fold-constants.ts';
import { inferPredicates } from './infer-predicates.ts';
import { inlineCommonTables } from './inline-common-tables.ts';
import { normalizePredicates } from './normalize-predicates.ts';
import { orderJoins } from './order-joins.ts';
import { propagateEmpty } from './propagate-empty.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushDownPredicates } from './push-down-predicates.ts';
import { reduceGrouping } from './reduce-grouping.ts';
import { shareSubexpressions } from './share-subexpressions.ts';
import { simplifyOuterJoins } from './simplify-outer-joins.ts';
import { unnestLateral } from './unnest-lateral.ts';
import { unnestSubqueries } from './unnest-subqueries.ts';

/** The rewrites of logical plans, in the order in which they run. One that makes work for an earlier one is followed by it once more. */
export const RULES = [
  inlineCommonTables,
  foldConstants,
  normalizePredicates,
  simplifyOuterJoins,
  pushDownPredicates,
  unnestLateral,
  unnestSubqueries,
  deriveFromDisjunctions,
  pushDownPredicates,
  inferPredicates,
  propagateEmpty,
  pruneColumns,
  eliminateJoins,
  eliminateDistinct,
  reduceGrouping,
  orderJoins,
  extremesByOrder,
  shareSubexpressions,
] as const satisfies readonly Rule[];
