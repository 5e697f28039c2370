// The rules that few statements over one table need: loaded on demand, see late-rule.ts.
export { deriveFromDisjunctions } from './derive-from-disjunctions.ts';
export { eliminateDistinct } from './eliminate-distinct.ts';
export { extremesByOrder } from './extremes-by-order.ts';
export { reduceGrouping } from './reduce-grouping.ts';
export { shareSubexpressions } from './share-subexpressions.ts';
