import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import { HeliosError } from '../../../base/errors.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { isDecimal, physicalKindOf, STATIC_TYPES, type StaticType, typeName } from '../../expressions/static-type.ts';
import { checkedInteger } from '../../expressions/values/integer.ts';
import { numericOf } from '../../expressions/values/numeric.ts';
import { realPrefix, wholeNumber } from '../../expressions/values/numeric-text.ts';
import { DecimalSumState } from './decimal-sum.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';
import { sumAllReals, sumIntegers, sumRealsByGroup, sumSelectedReals } from './sum-kernels.ts';

/** What sum, total and avg make of the same running values. */
type Finish = 'sum' | 'total' | 'avg';

/**
 * Exact for INTEGERs, compensated for REALs. A group that has seen a REAL (or text that is no integer) has a REAL sum.
 */
class SumState implements AggregateState {
  private readonly finish: Finish;
  private readonly physical: PhysicalKind;
  private counts: Float64Array = NO_DOUBLES;
  private integers: Float64Array = NO_DOUBLES;
  private reals: Float64Array = NO_DOUBLES;
  private corrections: Float64Array = NO_DOUBLES;
  /** How many of the values were REAL. */
  private realCounts: Float64Array = NO_DOUBLES;
  /** The part of a group's INTEGER sum that has outgrown a safe integer. */
  private readonly carried = new Map<number, bigint>();
  private readonly carry = (group: number, amount: number | bigint): void => {
    this.carried.set(group, (this.carried.get(group) ?? 0n) + BigInt(amount));
  };

  constructor(finish: Finish, physical: PhysicalKind) {
    this.finish = finish;
    this.physical = physical;
  }

  ensureGroups(groupCount: number): void {
    this.counts = grownNumbers(this.counts, groupCount);
    this.integers = grownNumbers(this.integers, groupCount);
    this.reals = grownNumbers(this.reals, groupCount);
    this.corrections = grownNumbers(this.corrections, groupCount);
    this.realCounts = grownNumbers(this.realCounts, groupCount);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (vector.kind === 'number' && this.physical === 'real') {
      this.addReals(groupIds, vector.values, vector.nulls, selection, count);
    } else if (vector.kind === 'number') {
      sumIntegers(this.integers, this.counts, vector.values, vector.nulls, groupIds, selection, count, this.carry);
    } else this.addValues(groupIds, vector, selection, count);
  }

  result(group: number): SqlValue {
    const integerCount = this.counts[group];
    const valueCount = integerCount + this.realCounts[group];
    if (valueCount === 0) return this.finish === 'total' ? 0 : null;
    const integer = BigInt(this.integers[group]) + (this.carried.get(group) ?? 0n);
    if (this.finish === 'sum' && this.realCounts[group] === 0) return checkedInteger(integer, 'sum()');
    const real = integer === 0n ? this.realSum(group) : this.sumOfBoth(group, Number(integer));
    const value = this.finish === 'avg' ? real / valueCount : real;
    return Number.isNaN(value) ? null : value;
  }

  resultVector(groups: Int32Array): ColumnVector | null {
    const { finish, physical, counts, integers, realCounts } = this;
    const isReal = physical === 'real';
    if (this.carried.size > 0 || (!isReal && physical !== 'integer') || (isReal && finish === 'total')) return null;
    const values = new Float64Array(groups.length);
    let nulls: Uint8Array | null = null;
    for (let k = 0; k < groups.length; k++) {
      const group = groups[k];
      const count = isReal ? realCounts[group] : counts[group];
      const sum = isReal ? this.realSum(group) : integers[group];
      values[k] = finish === 'avg' ? sum / count : sum;
      // Of no rows, or infinities that cancel each other out.
      if (count > 0 && !Number.isNaN(values[k])) continue;
      if (finish === 'total') continue;
      nulls ??= new Uint8Array(groups.length);
      nulls[k] = 1;
    }
    return { kind: 'number', values, nulls };
  }

  /** The sum of the INTEGERs is one more number to the compensated sum. */
  private sumOfBoth(group: number, integer: number): number {
    const before = this.reals[group];
    const sum = before + integer;
    if (!Number.isFinite(sum)) return sum;
    const lost = Math.abs(before) >= Math.abs(integer) ? before - sum + integer : integer - sum + before;
    return sum + (this.corrections[group] + lost);
  }

  private realSum(group: number): number {
    const sum = this.reals[group];
    // Beyond the range of doubles the correction is meaningless (Infinity - Infinity).
    return Number.isFinite(sum) ? sum + this.corrections[group] : sum;
  }

  private addReals(
    groupIds: Uint32Array | null,
    values: Float64Array,
    nulls: Uint8Array | null,
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { reals, corrections, realCounts } = this;
    if (nulls !== null || selection !== null) {
      sumSelectedReals(reals, corrections, realCounts, values, nulls, groupIds, selection, count);
    } else if (groupIds === null) sumAllReals(reals, corrections, realCounts, values, count);
    else sumRealsByGroup(reals, corrections, realCounts, values, groupIds, count);
  }

  private addValues(
    groupIds: Uint32Array | null,
    vector: ColumnVector,
    selection: Uint32Array | null,
    count: number,
  ): void {
    const one = new Float64Array(1);
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = valueAt(vector, this.physical, row);
      if (value === null) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      const number = summand(value);
      if (typeof number === 'bigint') {
        this.counts[group]++;
        this.carry(group, number);
      } else {
        one[0] = number;
        sumAllReals(
          this.reals.subarray(group),
          this.corrections.subarray(group),
          this.realCounts.subarray(group),
          one,
          1,
        );
      }
    }
  }
}

/** Text that is no number as a whole, and every blob, counts as the REAL that it begins with. */
function summand(value: Exclude<SqlValue, null>): bigint | number {
  if (value instanceof Uint8Array) return Number(numericOf(value));
  return typeof value === 'string' ? (wholeNumber(value) ?? realPrefix(value)) : value;
}

/** Refuses times and arrays, whose numbers mean nothing when added up. */
export function numericArgument(name: string, types: readonly StaticType[]): void {
  const { kind } = types[0];
  if (kind !== 'TIMESTAMP' && kind !== 'DATE' && kind !== 'ARRAY') return;
  throw new HeliosError('TYPE_MISMATCH', `${name}() cannot take a value of type ${typeName(types[0])}`, {
    hint:
      kind === 'ARRAY'
        ? 'Take its elements one by one, with unnest().'
        : 'Cast it first: CAST(… AS INTEGER) gives seconds (TIMESTAMP) or days (DATE) since 1970.',
  });
}

function sumType([type]: readonly StaticType[], finish: Finish): StaticType {
  const { kind, scale } = type;
  if (finish === 'total') return STATIC_TYPES.REAL;
  if (isDecimal(type))
    return finish === 'avg' || scale === undefined ? STATIC_TYPES.BIGDECIMAL : { kind: 'BIGDECIMAL', scale };
  if (finish === 'avg' || kind === 'REAL') return STATIC_TYPES.REAL;
  return kind === 'INTEGER' || kind === 'BOOLEAN' ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}

function sumLike(name: string, finish: Finish): AggregateDefinition {
  return {
    name,
    decimals: 'keep',
    overRanges: finish,
    minArguments: 1,
    maxArguments: 1,
    resultType: (types) => {
      numericArgument(name, types);
      return sumType(types, finish);
    },
    create: ({ argumentTypes: [type] }) =>
      isDecimal(type) ? new DecimalSumState(finish, type) : new SumState(finish, physicalKindOf(type)),
  };
}

export const SUM_AGGREGATES: readonly AggregateDefinition[] = [
  sumLike('sum', 'sum'),
  sumLike('total', 'total'),
  sumLike('avg', 'avg'),
];
