import type { Rule } from '../rule.ts';
import { foldConstants } from './fold-constants.ts';
import { relationalRule, seldomRule } from './late-rule.ts';
import { normalizePredicates } from './normalize-predicates.ts';
import { propagateEmpty } from './propagate-empty.ts';
import { pruneColumns } from './prune-columns.ts';
import { pushDownPredicates } from './push-down-predicates.ts';

const deriveFromDisjunctions = seldomRule(
  'derive-from-disjunctions',
  ['disjunction'],
  (rules) => rules.deriveFromDisjunctions,
);
const eliminateDistinct = seldomRule('eliminate-distinct', ['distinct'], (rules) => rules.eliminateDistinct);
const extremesByOrder = seldomRule('extremes-by-order', ['extremes'], (rules) => rules.extremesByOrder);
const reduceGrouping = seldomRule('reduce-grouping', ['several-keys'], (rules) => rules.reduceGrouping);
const shareSubexpressions = seldomRule(
  'share-subexpressions',
  ['repeated-computation'],
  (rules) => rules.shareSubexpressions,
);
const eliminateJoins = relationalRule('eliminate-joins', ['other-join'], (rules) => rules.eliminateJoins);
const inferPredicates = relationalRule(
  'infer-predicates',
  ['inner-join', 'other-join'],
  (rules) => rules.inferPredicates,
);
const inlineCommonTables = relationalRule(
  'inline-common-tables',
  ['common-table'],
  (rules) => rules.inlineCommonTables,
);
const orderJoins = relationalRule('order-joins', ['inner-join'], (rules) => rules.orderJoins);
const simplifyOuterJoins = relationalRule('simplify-outer-joins', ['other-join'], (rules) => rules.simplifyOuterJoins);
const unnestLateral = relationalRule('unnest-lateral', ['apply'], (rules) => rules.unnestLateral);
const unnestSubqueries = relationalRule('unnest-subqueries', ['subquery'], (rules) => rules.unnestSubqueries);

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
