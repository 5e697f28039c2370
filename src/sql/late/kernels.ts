// GROUP BY, DISTINCT, and quicker ways for queries that read many rows.
export * from '../../engine/table/blockwise-run.ts';
export * from '../../engine/table/index-gather.ts';
export * from '../../engine/table/merged-runs.ts';
export * from '../../engine/table/sort-permutation.ts';
export * from '../../engine/table/visible-rows.ts';
export * from '../executor/distinct.ts';
export * from '../executor/group-end-scan.ts';
export * from '../executor/joint-update.ts';
export * from '../executor/key-interner.ts';
export * from '../executor/known-calls.ts';
export * from '../executor/ordered-aggregate.ts';
export * from '../executor/union-scan.ts';
export * from '../expressions/evaluate/dictionary-map.ts';
export * from '../expressions/evaluate/dictionary-predicate.ts';
export * from '../planner/group-order.ts';
export * from '../planner/plan-alternatives.ts';
export * from '../planner/plan-distinct.ts';
