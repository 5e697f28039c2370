import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../engine/column/vector.ts';
import { physicalKindOf, type StaticType } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { checkedInteger } from '../expressions/values/integer.ts';
import type { RangeKind } from '../functions/aggregates/definition.ts';

/** An aggregate that answers for any stretch of rows without looking at each of them. */
export interface RangeAggregate {
  /** The value for the rows of some stretches [from, to), in order. */
  value(stretches: readonly (readonly [number, number])[]): SqlValue;
}

/** The one argument of such an aggregate, in the window's order. */
export interface RangeArgument {
  readonly vector: ColumnVector;
  readonly type: StaticType;
  readonly collation: Collation;
}

/** null: the aggregate has to see the rows one by one. `passes`: rows for which FILTER is true; null: all. */
export function rangeAggregate(
  kind: RangeKind | undefined,
  argument: RangeArgument | null,
  passes: Uint8Array | null,
  rowCount: number,
): RangeAggregate | null {
  if (kind === undefined) return null;
  if (kind === 'count') return new Counts(countedRows(argument, passes, rowCount));
  if (argument === null) return null;
  const counted = countedRows(argument, passes, rowCount);
  if (kind === 'min' || kind === 'max') return new Extremes(argument, counted, kind === 'min' ? -1 : 1);
  const { vector, type } = argument;
  if (vector.kind === 'value' || vector.kind === 'dictionary') return null;
  if (type.kind === 'INTEGER' || type.kind === 'BOOLEAN') return new IntegerSums(vector, counted, kind);
  return type.kind === 'REAL' && vector.kind === 'number' ? new RealSums(vector.values, counted, kind) : null;
}

type Finish = 'sum' | 'avg' | 'total';

/** Per row 1 when it counts: it passes FILTER, and the argument is not NULL. */
function countedRows(argument: RangeArgument | null, passes: Uint8Array | null, rowCount: number): Uint8Array {
  const counted = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const isIn = passes === null || passes[row] === 1;
    counted[row] = isIn && (argument === null || !isNullAt(argument.vector, row)) ? 1 : 0;
  }
  return counted;
}

/** Element i is the sum over the rows before i. */
function prefixCounts(counted: Uint8Array): Float64Array {
  const before = new Float64Array(counted.length + 1);
  for (let row = 0; row < counted.length; row++) before[row + 1] = before[row] + counted[row];
  return before;
}

class Counts implements RangeAggregate {
  private readonly before: Float64Array;

  constructor(counted: Uint8Array) {
    this.before = prefixCounts(counted);
  }

  count(stretches: readonly (readonly [number, number])[]): number {
    let count = 0;
    for (const [from, to] of stretches) count += this.before[to] - this.before[from];
    return count;
  }

  value(stretches: readonly (readonly [number, number])[]): SqlValue {
    return BigInt(this.count(stretches));
  }
}

/** Exact: differences of prefix sums, as doubles while all of them are safe integers. */
class IntegerSums implements RangeAggregate {
  private readonly counts: Counts;
  private readonly finish: Finish;
  private readonly sums: Float64Array | bigint[];

  constructor(vector: Extract<ColumnVector, { kind: 'number' | 'bigint' }>, counted: Uint8Array, finish: Finish) {
    this.counts = new Counts(counted);
    this.finish = finish;
    this.sums =
      (vector.kind === 'number' ? safeSums(vector.values, counted) : null) ?? largeSums(vector.values, counted);
  }

  value(stretches: readonly (readonly [number, number])[]): SqlValue {
    const { sums, finish } = this;
    const count = this.counts.count(stretches);
    if (count === 0) return finish === 'total' ? 0 : null;
    let sum = 0n;
    if (sums instanceof Float64Array) {
      let small = 0;
      for (const [from, to] of stretches) small += sums[to] - sums[from];
      if (finish !== 'sum') return finish === 'avg' ? small / count : small;
      sum = BigInt(small);
    } else for (const [from, to] of stretches) sum += sums[to] - sums[from];
    if (finish === 'sum') return checkedInteger(sum, 'sum()');
    return finish === 'avg' ? Number(sum) / count : Number(sum);
  }
}

function safeSums(values: Float64Array, counted: Uint8Array): Float64Array | null {
  const sums = new Float64Array(counted.length + 1);
  for (let row = 0; row < counted.length; row++) {
    const sum = sums[row] + (counted[row] === 1 ? values[row] : 0);
    // Half of what is safe: differences of two prefixes, and sums of three of these, stay safe as well.
    if (Math.abs(sum) > Number.MAX_SAFE_INTEGER / 8) return null;
    sums[row + 1] = sum;
  }
  return sums;
}

function largeSums(values: Float64Array | BigInt64Array, counted: Uint8Array): bigint[] {
  const sums: bigint[] = [0n];
  for (let row = 0; row < counted.length; row++) sums.push(sums[row] + (counted[row] === 1 ? BigInt(values[row]) : 0n));
  return sums;
}

/**
 * A segment tree of compensated sums: differences of prefix sums would keep the errors of values that have left the
 * frame. Leaves are at `size` and above; node i has the children 2i and 2i + 1.
 */
class RealSums implements RangeAggregate {
  private readonly counts: Counts;
  private readonly finish: Finish;
  private readonly size: number;
  private readonly sums: Float64Array;
  private readonly corrections: Float64Array;
  private sum = 0;
  private correction = 0;

  constructor(values: Float64Array, counted: Uint8Array, finish: Finish) {
    this.counts = new Counts(counted);
    this.finish = finish;
    this.size = treeSize(counted.length);
    this.sums = new Float64Array(2 * this.size);
    this.corrections = new Float64Array(2 * this.size);
    for (let row = 0; row < counted.length; row++) this.sums[this.size + row] = counted[row] === 1 ? values[row] : 0;
    for (let node = this.size - 1; node > 0; node--) {
      this.sum = 0;
      this.correction = 0;
      this.add(2 * node);
      this.add(2 * node + 1);
      this.sums[node] = this.sum;
      this.corrections[node] = this.correction;
    }
  }

  /** Neumaier's compensated addition. */
  private add(node: number): void {
    const value = this.sums[node];
    const sum = this.sum + value;
    this.correction += this.corrections[node];
    if (Math.abs(this.sum) >= Math.abs(value)) this.correction += this.sum - sum + value;
    else this.correction += value - sum + this.sum;
    this.sum = sum;
  }

  value(stretches: readonly (readonly [number, number])[]): SqlValue {
    const count = this.counts.count(stretches);
    if (count === 0) return this.finish === 'total' ? 0 : null;
    this.sum = 0;
    this.correction = 0;
    for (const [from, to] of stretches) {
      let left = from + this.size;
      let right = to + this.size;
      while (left < right) {
        if ((left & 1) === 1) this.add(left++);
        if ((right & 1) === 1) this.add(--right);
        left >>= 1;
        right >>= 1;
      }
    }
    // Beyond the range of doubles the correction is meaningless (Infinity - Infinity).
    const sum = Number.isFinite(this.sum) ? this.sum + this.correction : this.sum;
    if (Number.isNaN(sum)) return null;
    return this.finish === 'avg' ? sum / count : sum;
  }
}

function treeSize(rowCount: number): number {
  let size = 1;
  while (size < rowCount) size *= 2;
  return size;
}

const NONE = -1;

/** A segment tree of the rows with the least or the greatest value; of equal ones the first. */
class Extremes implements RangeAggregate {
  private readonly argument: RangeArgument;
  private readonly sign: 1 | -1;
  private readonly size: number;
  private readonly kind: PhysicalKind;
  private readonly rows: Int32Array;
  private readonly numbers: Float64Array | null;

  constructor(argument: RangeArgument, counted: Uint8Array, sign: 1 | -1) {
    this.argument = argument;
    this.kind = physicalKindOf(argument.type);
    this.sign = sign;
    this.numbers = argument.vector.kind === 'number' ? argument.vector.values : null;
    this.size = treeSize(counted.length);
    this.rows = new Int32Array(2 * this.size).fill(NONE);
    for (let row = 0; row < counted.length; row++) if (counted[row] === 1) this.rows[this.size + row] = row;
    for (let node = this.size - 1; node > 0; node--) {
      this.rows[node] = this.better(this.rows[2 * node], this.rows[2 * node + 1]);
    }
  }

  private better(a: number, b: number): number {
    if (a === NONE || b === NONE) return a === NONE ? b : a;
    const order = this.compare(a, b) * this.sign;
    if (order === 0) return Math.min(a, b);
    return order > 0 ? a : b;
  }

  private compare(a: number, b: number): number {
    if (this.numbers !== null)
      return this.numbers[a] < this.numbers[b] ? -1 : this.numbers[a] > this.numbers[b] ? 1 : 0;
    const { vector, collation } = this.argument;
    return compareValues(valueAt(vector, this.kind, a), valueAt(vector, this.kind, b), collation);
  }

  value(stretches: readonly (readonly [number, number])[]): SqlValue {
    let best = NONE;
    for (const [from, to] of stretches) {
      let left = from + this.size;
      let right = to + this.size;
      while (left < right) {
        if ((left & 1) === 1) best = this.better(best, this.rows[left++]);
        if ((right & 1) === 1) best = this.better(best, this.rows[--right]);
        left >>= 1;
        right >>= 1;
      }
    }
    return best === NONE ? null : valueAt(this.argument.vector, this.kind, best);
  }
}
