import type { PhysicalKind } from '../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { MergeJoinPlan } from '../planner/physical-plan.ts';
import { ColumnBuffer } from './column-buffer.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { PairSource } from './join-pairs.ts';
import { inputKinds } from './plan-kinds.ts';

/** The pairs whose keys are equal, of sides that both come in the order of the key: each is gone through once. */
export class MergePairs implements PairSource {
  /** The keys, once more. */
  readonly rowBytes = 16;
  private readonly plan: MergeJoinPlan;
  /** True when one partner per left row is enough. */
  private readonly firstOnly: boolean;
  private readonly leftKey: VectorEvaluator;
  private readonly rightKey: VectorEvaluator;
  private readonly leftKind: PhysicalKind;
  private readonly rightKind: PhysicalKind;
  private readonly rightKeys: ColumnBuffer;
  private right!: ColumnVector;
  private rightCount = 0;
  /** The first right row that is not before the left row at hand. */
  private from = 0;
  /** The right row to pair the left row with next; -1: it has not been looked for. */
  private next = -1;
  private left!: ColumnVector;
  private selection: Uint32Array | null = null;
  private leftCount = 0;
  private leftIndex = 0;
  /** The order of a right row to a left row: negative, 0 or positive. */
  private compare: (right: number, left: number) => number = () => 0;

  constructor(plan: MergeJoinPlan, firstOnly: boolean) {
    this.plan = plan;
    this.firstOnly = firstOnly;
    this.leftKey = compileVector(plan.leftKey, inputKinds(plan.left));
    this.rightKey = compileVector(plan.rightKey, inputKinds(plan.right));
    this.leftKind = physicalKindOf(plan.leftKey.type);
    this.rightKind = physicalKindOf(plan.rightKey.type);
    this.rightKeys = new ColumnBuffer(this.rightKind);
  }

  open(): void {
    this.rightKeys.clear();
    this.from = 0;
    this.next = -1;
    this.leftCount = 0;
    this.leftIndex = 0;
  }

  collect(batch: Batch, context: ExecutionContext): void {
    this.rightKeys.append(this.rightKey(batch, context), batch.selection, batch.selectedCount);
  }

  build(): void {
    this.right = this.rightKeys.vector();
    this.rightCount = this.rightKeys.length;
  }

  probe(batch: Batch, context: ExecutionContext): void {
    this.left = this.leftKey(batch, context);
    this.selection = batch.selection;
    this.leftCount = batch.selectedCount;
    this.leftIndex = 0;
    this.next = -1;
    this.compare = this.comparator();
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    const ofLeft = plainNumbers(this.left);
    const ofRight = plainNumbers(this.right);
    if (ofLeft !== null && ofRight !== null) return this.fillNumbers(ofLeft, ofRight, left, right, settled);
    const { selection, leftCount, rightCount, compare } = this;
    let count = 0;
    for (; this.leftIndex < leftCount; this.leftIndex++) {
      const row = selection === null ? this.leftIndex : selection[this.leftIndex];
      const isOpen = settled === null || settled[row] === 0;
      if (this.next < 0) this.next = this.firstPartner(row);
      while (isOpen && this.next < rightCount && compare(this.next, row) === 0) {
        if (count === left.length) return count;
        left[count] = row;
        right[count++] = this.next;
        this.next = this.firstOnly ? rightCount : this.next + 1;
      }
      this.next = -1;
    }
    return count;
  }

  /** As above, without a call per comparison. */
  private fillNumbers(
    ofLeft: Float64Array,
    ofRight: Float64Array,
    left: Int32Array,
    right: Int32Array,
    settled: Uint8Array | null,
  ): number {
    const { selection, leftCount, rightCount, firstOnly } = this;
    let { leftIndex, from, next } = this;
    let count = 0;
    for (; leftIndex < leftCount; leftIndex++) {
      const row = selection === null ? leftIndex : selection[leftIndex];
      if (settled !== null && settled[row] !== 0) {
        next = -1;
        continue;
      }
      const value = ofLeft[row];
      if (next < 0) {
        while (from < rightCount && ofRight[from] < value) from++;
        next = from;
      }
      while (next < rightCount && ofRight[next] === value && count < left.length) {
        left[count] = row;
        right[count++] = next;
        next = firstOnly ? rightCount : next + 1;
      }
      if (count === left.length) break;
      next = -1;
    }
    this.leftIndex = leftIndex;
    this.from = from;
    this.next = next;
    return count;
  }

  /** The first right row that may be a partner; NULL, which leads both sides, has none. */
  private firstPartner(row: number): number {
    const { rightCount, compare } = this;
    if (isNullAt(this.left, row)) return rightCount;
    while (this.from < rightCount && compare(this.from, row) < 0) this.from++;
    return this.from;
  }

  private comparator(): (right: number, left: number) => number {
    const { left, right, leftKind, rightKind } = this;
    const { collation } = this.plan;
    return (a, b) => compareValues(valueAt(right, rightKind, a), valueAt(left, leftKind, b), collation);
  }
}

function plainNumbers(vector: ColumnVector): Float64Array | null {
  return vector.kind === 'number' && vector.nulls === null ? vector.values : null;
}
