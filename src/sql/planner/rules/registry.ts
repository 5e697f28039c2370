import type { Rule } from '../rule.ts';
import { deriveFromDisjunctions } from './derive-from-disjunctions.ts';
import { eliminateDistinct } from './eliminate-distinct.ts';
import { extremesByOrder } from './extremes-by-order.ts';
import { foldConstants } from './fold-constants.ts';
import { lateRule } from './late-rule.ts';
import { normalizePredicates } from './normalize-predicates.ts';
import { propagateEmpty } from './propagate-empty.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushDownPredicates } from './push-down-predicates.ts';
import { reduceGrouping } from './reduce-grouping.ts';
import { shareSubexpressions } from './share-subexpressions.ts';

const eliminateJoins = lateRule('eliminate-joins', ['other-join'], (rules) => rules.eliminateJoins);
const inferPredicates = lateRule('infer-predicates', ['inner-join', 'other-join'], (rules) => rules.inferPredicates);
const inlineCommonTables = lateRule('inline-common-tables', ['common-table'], (rules) => rules.inlineCommonTables);
const orderJoins = lateRule('order-joins', ['inner-join'], (rules) => rules.orderJoins);
const simplifyOuterJoins = lateRule('simplify-outer-joins', ['other-join'], (rules) => rules.simplifyOuterJoins);
const unnestLateral = lateRule('unnest-lateral', ['apply'], (rules) => rules.unnestLateral);
const unnestSubqueries = lateRule('unnest-subqueries', ['subquery'], (rules) => rules.unnestSubqueries);

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
