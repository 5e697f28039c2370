import { LIMITS } from '../../base/limits.ts';
import type { JoinKind } from '../binder/logical-plan.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { HashJoinPlan, NestedLoopJoinPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { gather, LazyBatch, NOT_YET, nullVector } from './gather.ts';
import type { PairSource } from './join-pairs.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';

type Phase = 'build' | 'probe' | 'pairs' | 'rest' | 'done';

/**
 * Joins the left side's batches with the whole right side, which it buffers first. Which pairs it looks at is up to
 * the {@link PairSource}; a condition then narrows them. Outer joins add the rows that no pair was left of.
 */
export class Join implements Operator {
  private readonly kind: JoinKind;
  private readonly plan: HashJoinPlan | NestedLoopJoinPlan;
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly pairs: PairSource;
  private readonly condition: FilterEvaluator | null;
  private readonly leftPairs = new Int32Array(LIMITS.batchRows);
  private readonly rightPairs = new Int32Array(LIMITS.batchRows);
  private context!: ExecutionContext;
  private rows!: RowBuffer;
  private batch: Batch | null = null;
  private phase: Phase = 'done';
  /** Rows of the left batch, and of the right side, that are in the result already. */
  private leftMatched = new Uint8Array(0);
  private rightMatched = new Uint8Array(0);

  constructor(plan: HashJoinPlan | NestedLoopJoinPlan, left: Operator, right: Operator, pairs: PairSource) {
    this.plan = plan;
    this.kind = plan.join;
    this.left = left;
    this.right = right;
    this.pairs = pairs;
    const kinds = [...inputKinds(plan.left), ...inputKinds(plan.right)];
    this.condition = plan.condition === null ? null : compileFilter(plan.condition, kinds);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.rows = new RowBuffer(inputKinds(this.plan.right));
    this.phase = 'build';
    this.pairs.open();
    this.right.open(context);
    this.left.open(context);
  }

  next(): Batch | null {
    switch (this.phase) {
      case 'build':
        return this.buildRight();
      case 'probe':
        return this.probeLeft();
      case 'pairs':
        return this.nextPairs();
      case 'rest':
        this.phase = 'done';
        return this.unmatchedRight();
      case 'done':
        return null;
    }
  }

  private buildRight(): Batch {
    const batch = this.right.next();
    if (batch !== null) {
      if (batch.selectedCount > 0) this.pairs.collect(batch, this.context);
      this.rows.append(batch);
      return NOT_YET;
    }
    this.pairs.build(this.rows);
    if (this.kind === 'full') this.rightMatched = new Uint8Array(this.rows.length);
    this.phase = this.rows.length === 0 && this.kind === 'inner' ? 'done' : 'probe';
    return NOT_YET;
  }

  private probeLeft(): Batch | null {
    const batch = this.left.next();
    if (batch === null) {
      this.phase = this.kind === 'full' ? 'rest' : 'done';
      return NOT_YET;
    }
    if (batch.selectedCount === 0) return NOT_YET;
    this.batch = batch;
    this.pairs.probe(batch, this.context);
    if (this.kind !== 'inner') this.leftMatched = new Uint8Array(batch.rowCount);
    this.phase = 'pairs';
    return this.nextPairs();
  }

  private nextPairs(): Batch | null {
    const batch = this.batch as Batch;
    const count = this.pairs.fill(this.leftPairs, this.rightPairs);
    if (count === 0) {
      this.phase = 'probe';
      return this.kind === 'inner' ? NOT_YET : this.unmatchedLeft(batch);
    }
    const joined = this.joined(batch, this.leftPairs, this.rightPairs, count);
    const result = this.condition === null ? joined : narrow(joined, this.condition, this.context);
    if (this.kind !== 'inner') this.mark(result);
    return result;
  }

  private mark({ selection, selectedCount }: Batch): void {
    for (let k = 0; k < selectedCount; k++) {
      const pair = selection === null ? k : selection[k];
      this.leftMatched[this.leftPairs[pair]] = 1;
      if (this.kind === 'full') this.rightMatched[this.rightPairs[pair]] = 1;
    }
  }

  private joined(batch: Batch, left: Int32Array, right: Int32Array, count: number): Batch {
    const leftCount = this.plan.left.columns.length;
    const { rows } = this;
    return new LazyBatch(count, (i) =>
      i < leftCount ? gather(batch.column(i), left, count) : gather(rows.column(i - leftCount), right, count),
    );
  }

  private unmatchedLeft(batch: Batch): Batch {
    const { selection, selectedCount } = batch;
    const unmatched = new Int32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      const row = selection === null ? k : selection[k];
      if (this.leftMatched[row] === 0) unmatched[count++] = row;
    }
    return this.joined(batch, unmatched, new Int32Array(count).fill(-1), count);
  }

  private unmatchedRight(): Batch {
    const { rightMatched, rows } = this;
    const unmatched = new Int32Array(rows.length);
    let count = 0;
    for (let row = 0; row < rows.length; row++) if (rightMatched[row] === 0) unmatched[count++] = row;
    const leftKinds = inputKinds(this.plan.left);
    return new LazyBatch(count, (i) =>
      i < leftKinds.length
        ? nullVector(leftKinds[i], count)
        : gather(rows.column(i - leftKinds.length), unmatched, count),
    );
  }
}
