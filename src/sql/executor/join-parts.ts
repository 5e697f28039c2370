import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { HashJoinPlan, MergeJoinPlan, NestedLoopJoinPlan } from '../planner/physical-plan.ts';
import { HashPairs, type JoinKeys } from './hash-pairs.ts';
import { JoinOutput } from './join-output.ts';
import { AllPairs, type PairSource } from './join-pairs.ts';
import { MergePairs } from './merge-pairs.ts';
import { NullAwarePairs } from './null-aware-pairs.ts';
import { inputKinds } from './plan-kinds.ts';
import { RangePairs } from './range-pairs.ts';

/** Joins that read the left side batch by batch, and have the right side's rows at hand. */
export type BatchJoinPlan = HashJoinPlan | MergeJoinPlan | NestedLoopJoinPlan;

const NO_KEYS: JoinKeys = { leftKeys: [], rightKeys: [], collations: [], nullsEqual: [] };

/** What such a join is made of: the pairs that it looks at, what narrows them, and what becomes of them. */
export class JoinParts {
  readonly pairs: PairSource;
  /** Pairs of which it is unknown whether they are partners; null: there are none. */
  readonly possiblePairs: PairSource | null;
  readonly condition: FilterEvaluator | null;
  readonly possibleCondition: FilterEvaluator | null;
  readonly output: JoinOutput;

  constructor(plan: BatchJoinPlan) {
    const leftKinds = inputKinds(plan.left);
    const rightKinds = inputKinds(plan.right);
    const { nullAware } = plan;
    this.output = new JoinOutput(plan);
    const firstOnly = plan.condition === null && this.output.settles;
    const keys = plan.kind === 'hash-join' ? plan : NO_KEYS;
    if (plan.kind === 'hash-join') this.pairs = new HashPairs(keys, leftKinds, rightKinds, firstOnly);
    else if (plan.kind === 'merge-join') this.pairs = new MergePairs(plan, firstOnly);
    else this.pairs = plan.range === null ? new AllPairs(firstOnly) : new RangePairs(plan, plan.range);
    this.possiblePairs = nullAware === null ? null : new NullAwarePairs(nullAware, keys, leftKinds, rightKinds);
    const compile = (condition: typeof plan.condition): FilterEvaluator | null =>
      condition === null ? null : compileFilter(condition, [...leftKinds, ...rightKinds]);
    this.condition = compile(plan.condition);
    this.possibleCondition = nullAware === null ? null : compile(nullAware.condition);
  }
}
