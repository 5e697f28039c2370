import type { Batch } from '../expressions/batch.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { HashJoinPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { PairSource } from './join-pairs.ts';
import { RowInterner } from './key-interner.ts';
import { inputKinds } from './plan-kinds.ts';

const END = -1;

/** The pairs whose keys are equal: right rows hang in chains, one per distinct key, in their own order. */
export class HashPairs implements PairSource {
  private readonly plan: HashJoinPlan;
  private readonly leftKeys: readonly VectorEvaluator[];
  private readonly rightKeys: readonly VectorEvaluator[];
  private interner!: RowInterner;
  /** Key id of each right row, while the right side is collected. */
  private rightIds = new Int32Array(1024);
  private rightCount = 0;
  private heads = new Int32Array(0);
  private nexts = new Int32Array(0);
  private leftIds = new Int32Array(0);
  private selection: Uint32Array | null = null;
  private leftCount = 0;
  private leftIndex = 0;
  private chain = END;

  constructor(plan: HashJoinPlan) {
    this.plan = plan;
    this.leftKeys = plan.leftKeys.map((key) => compileVector(key, inputKinds(plan.left)));
    this.rightKeys = plan.rightKeys.map((key) => compileVector(key, inputKinds(plan.right)));
  }

  open(): void {
    this.interner = new RowInterner(this.plan.collations);
    this.rightCount = 0;
    this.leftCount = 0;
    this.leftIndex = 0;
    this.chain = END;
  }

  collect(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    const needed = this.rightCount + selectedCount;
    if (needed > this.rightIds.length) {
      const longer = new Int32Array(Math.max(needed, this.rightIds.length * 2));
      longer.set(this.rightIds);
      this.rightIds = longer;
    }
    const keys = this.rightKeys.map((evaluate) => evaluate(batch, context));
    const ids = this.rightIds.subarray(this.rightCount, needed);
    this.interner.assign(keys, selection, selectedCount, ids, true);
    this.rightCount = needed;
  }

  build(): void {
    this.heads = new Int32Array(this.interner.size).fill(END);
    this.nexts = new Int32Array(this.rightCount);
    for (let row = this.rightCount - 1; row >= 0; row--) {
      const id = this.rightIds[row];
      this.nexts[row] = this.heads[id];
      this.heads[id] = row;
    }
  }

  probe(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    if (this.leftIds.length < selectedCount) this.leftIds = new Int32Array(selectedCount);
    const keys = this.leftKeys.map((evaluate) => evaluate(batch, context));
    this.interner.assign(keys, selection, selectedCount, this.leftIds, false);
    this.selection = selection;
    this.leftCount = selectedCount;
    this.leftIndex = 0;
    this.chain = selectedCount === 0 ? END : this.headOf(0);
  }

  fill(left: Int32Array, right: Int32Array): number {
    let count = 0;
    while (this.leftIndex < this.leftCount) {
      const row = this.selection === null ? this.leftIndex : this.selection[this.leftIndex];
      while (this.chain !== END) {
        if (count === left.length) return count;
        left[count] = row;
        right[count++] = this.chain;
        this.chain = this.nexts[this.chain];
      }
      this.leftIndex++;
      if (this.leftIndex < this.leftCount) this.chain = this.headOf(this.leftIndex);
    }
    return count;
  }

  private headOf(k: number): number {
    const id = this.leftIds[k];
    return id < 0 ? END : this.heads[id];
  }
}
