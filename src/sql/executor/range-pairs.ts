import { NO_INTS } from '../../base/empty-arrays.ts';
import { isHeliosError } from '../../base/errors.ts';
import { lowerBoundIn } from '../../base/lower-bound.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { JoinRange, RangeBound } from '../planner/join-range.ts';
import type { NestedLoopJoinPlan } from '../planner/physical-plan.ts';
import { ColumnBuffer } from './column-buffer.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { PairSource } from './join-pairs.ts';
import { inputKinds } from './plan-kinds.ts';
import { positionsAsTheyAre } from './sort-codes.ts';
import { sortedPositions } from './sort-order.ts';

/** So many left rows are joined with all right rows: to sort these would take longer. */
const FEW_ROWS = 8;

interface Bound {
  readonly evaluate: VectorEvaluator;
  readonly isInclusive: boolean;
}

/** Sorting a stretch that is longer than this part of all rows takes longer than going through these. */
const LONG_STRETCH = 1 / 8;

/**
 * The pairs whose right key lies between the bounds that the left row has, and perhaps some more: the join's condition looks
 * at each. The right side is sorted by the key, so that a left row's partners are a stretch of it. They come in the order of
 * the right side, as those of a nested loop.
 */
export class RangePairs implements PairSource {
  /** The key twice, the row's place in the order and back, and its place among partners. */
  readonly rowBytes = 28;
  private readonly key: VectorEvaluator;
  private readonly low: Bound | null;
  private readonly high: Bound | null;
  private readonly keys: ColumnBuffer;
  private rightCount = 0;
  private allRows: Int32Array = NO_INTS;
  /** null: the right side is not sorted, and every row of it is looked at. */
  private order: SortedKeys | null = null;
  private looked = 0;
  private selection: Uint32Array | null = null;
  private leftCount = 0;
  private leftIndex = 0;
  /** Per selected left row the stretch of its partners. */
  private firsts = NO_INTS;
  private ends = NO_INTS;
  /** How many partners of the row at hand have been handed on; -1: they have not been looked for. */
  private done = -1;
  private partners: Int32Array = NO_INTS;

  constructor(plan: NestedLoopJoinPlan, { key, low, high }: JoinRange) {
    const leftKinds = inputKinds(plan.left);
    const bound = (given: RangeBound | null): Bound | null =>
      given === null ? null : { evaluate: compileVector(given.expression, leftKinds), isInclusive: given.isInclusive };
    this.key = compileVector(key, inputKinds(plan.right));
    this.low = bound(low);
    this.high = bound(high);
    this.keys = new ColumnBuffer(physicalKindOf(key.type));
  }

  open(): void {
    this.keys.clear();
    this.order = null;
    this.looked = 0;
    this.leftCount = 0;
    this.leftIndex = 0;
  }

  collect(batch: Batch, context: ExecutionContext): void {
    this.keys.append(this.key(batch, context), batch.selection, batch.selectedCount);
  }

  build(): void {
    this.rightCount = this.keys.length;
    this.allRows = positionsAsTheyAre(this.rightCount);
  }

  probe(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    this.selection = selection;
    this.leftCount = selectedCount;
    this.leftIndex = 0;
    this.done = -1;
    this.looked += selectedCount;
    if (this.order === null && this.looked > FEW_ROWS) this.order = sortedKeys(this.keys.vector(), this.rightCount);
    if (this.firsts.length < selectedCount) {
      this.firsts = new Int32Array(selectedCount);
      this.ends = new Int32Array(selectedCount);
    }
    if (this.order === null) return;
    const { keys } = this.order;
    placesOf(keys, valuesOf(this.low, batch, context), this.low?.isInclusive === false, 0, batch, this.firsts);
    placesOf(
      keys,
      valuesOf(this.high, batch, context),
      this.high?.isInclusive !== false,
      keys.length,
      batch,
      this.ends,
    );
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    const { selection, leftCount } = this;
    let { leftIndex, done } = this;
    let count = 0;
    for (; leftIndex < leftCount; leftIndex++) {
      const row = selection === null ? leftIndex : selection[leftIndex];
      if (settled === null || settled[row] === 0) {
        if (done < 0) {
          this.partners = this.partnersOf(leftIndex);
          done = 0;
        }
        const { partners } = this;
        const end = Math.min(partners.length, done + left.length - count);
        for (; done < end; done++) {
          left[count] = row;
          right[count++] = partners[done];
        }
        if (done < partners.length) break;
      }
      done = -1;
    }
    this.leftIndex = leftIndex;
    this.done = done;
    return count;
  }

  /** The right rows for a selected row of the left batch, ascending. */
  private partnersOf(k: number): Int32Array {
    const { order, rightCount } = this;
    if (order === null) return this.allRows;
    const first = this.firsts[k];
    const end = this.ends[k];
    if (first >= end) return NO_INTS;
    const { positions, ranks } = order;
    if (ranks === null) return positions.subarray(first, end);
    if (end - first < rightCount * LONG_STRETCH) return positions.slice(first, end).sort();
    const found = new Int32Array(end - first);
    let count = 0;
    for (let row = 0; row < rightCount; row++) if (ranks[row] >= first && ranks[row] < end) found[count++] = row;
    return found;
  }
}

interface SortedKeys {
  /** Ascending. */
  readonly keys: Float64Array;
  /** The right row of each. */
  readonly positions: Int32Array;
  /** The place in the order of each right row, -1 of those whose key is NULL; null: they are in the order as they are. */
  readonly ranks: Int32Array | null;
}

/** Without the rows whose key is NULL; null: some key is beyond the safe integers. */
function sortedKeys(vector: ColumnVector, count: number): SortedKeys | null {
  if (vector.kind !== 'number') return null;
  const term = { position: 0, collation: 'BINARY', descending: false, nullsFirst: true } as const;
  // Numbers are in the order of REALs, whichever they are.
  const sorted = sortedPositions(count, [term], () => vector, ['real']);
  const { values, nulls } = vector;
  let nullCount = 0;
  if (nulls !== null) while (nullCount < count && nulls[sorted[nullCount]] === 1) nullCount++;
  const positions = sorted.subarray(nullCount);
  const keys = new Float64Array(positions.length);
  let isInOrder = true;
  for (let i = 0; i < positions.length; i++) {
    keys[i] = values[positions[i]];
    isInOrder &&= i === 0 || positions[i] > positions[i - 1];
  }
  if (isInOrder) return { keys, positions, ranks: null };
  const ranks = new Int32Array(count).fill(-1);
  for (let i = 0; i < positions.length; i++) ranks[positions[i]] = i;
  return { keys, positions, ranks };
}

/** null: no bound; or one that is no number for every row, or raises an error, which is for the condition to do, if it comes to that. */
function valuesOf(bound: Bound | null, batch: Batch, context: ExecutionContext): ColumnVector | null {
  if (bound === null) return null;
  try {
    const vector = bound.evaluate(batch, context);
    return vector.kind === 'number' ? vector : null;
  } catch (error) {
    if (isHeliosError(error)) return null;
    throw error;
  }
}

/** For each row the place of its bound among the keys, `behind` those that equal it; NULL has none, and so no partners. */
function placesOf(
  keys: Float64Array,
  bounds: ColumnVector | null,
  behind: boolean,
  otherwise: number,
  { selection, selectedCount }: Batch,
  places: Int32Array,
): void {
  if (bounds?.kind !== 'number') {
    places.fill(otherwise);
    return;
  }
  const { values, nulls } = bounds;
  const none = otherwise === 0 ? keys.length : 0;
  for (let k = 0; k < selectedCount; k++) {
    const row = selection === null ? k : selection[k];
    if (nulls !== null && nulls[row] === 1) places[k] = none;
    else places[k] = behind ? upperBoundIn(keys, values[row]) : lowerBoundIn(keys, values[row]);
  }
}

/** The first index of an ascending array whose element is > value. */
function upperBoundIn(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
