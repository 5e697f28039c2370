import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import { HeliosError } from '../../../base/errors.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { EXTENDED_TYPES } from '../../expressions/late-parts.ts';
import { isDecimal, physicalKindOf, STATIC_TYPES, type StaticType, typeName } from '../../expressions/static-type.ts';
import { checkedInteger, MAX_INTEGER, MIN_INTEGER, overflow } from '../../expressions/values/integer.ts';
import { numericOf } from '../../expressions/values/numeric.ts';
import { realPrefix, wholeNumber } from '../../expressions/values/numeric-text.ts';
import { define } from '../define.ts';
import { type AggregateDefinition, type AggregateState, grownNumbers } from './definition.ts';
import { sumAllReals, sumIntegers, sumRealsByGroup, sumSelectedReals } from './sum-kernels.ts';

/** What sum, total and avg make of the same running values. */
type Finish = 'sum' | 'sum in range' | 'total' | 'avg';

/**
 * Running sums of all groups. Exact for INTEGERs, compensated for REALs. A group that has seen a REAL (or text that is no
 * integer) has a REAL sum. Sums that the argument's type rules out have no memory.
 */
export class RunningSums {
  readonly physical: PhysicalKind;
  /** How many of the values were INTEGER, and their sums as far as those are safe integers. */
  counts: Float64Array = NO_DOUBLES;
  integers: Float64Array = NO_DOUBLES;
  /** How many of the values were REAL, and their sums. */
  realCounts: Float64Array = NO_DOUBLES;
  reals: Float64Array = NO_DOUBLES;
  corrections: Float64Array = NO_DOUBLES;
  /** The part of a group's INTEGER sum that has outgrown a safe integer. */
  readonly carried = new Map<number, bigint>();
  private readonly carry = (group: number, amount: number | bigint): void => {
    this.carried.set(group, (this.carried.get(group) ?? 0n) + BigInt(amount));
  };

  constructor(physical: PhysicalKind) {
    this.physical = physical;
  }

  clear(): void {
    for (const sums of [this.counts, this.integers, this.realCounts, this.reals, this.corrections]) sums.fill(0);
    this.carried.clear();
  }

  ensureGroups(groupCount: number): void {
    if (this.physical !== 'real') {
      this.counts = grownNumbers(this.counts, groupCount);
      this.integers = grownNumbers(this.integers, groupCount);
    }
    if (this.physical === 'integer') return;
    this.reals = grownNumbers(this.reals, groupCount);
    this.corrections = grownNumbers(this.corrections, groupCount);
    this.realCounts = grownNumbers(this.realCounts, groupCount);
  }

  update(groupIds: Uint32Array | null, vector: ColumnVector, selection: Uint32Array | null, count: number): void {
    if (vector.kind === 'number' && this.physical === 'real') {
      this.addReals(groupIds, vector.values, vector.nulls, selection, count);
    } else if (vector.kind === 'number') {
      sumIntegers(this.integers, this.counts, vector.values, vector.nulls, groupIds, selection, count, this.carry);
    } else this.addValues(groupIds, vector, selection, count);
  }

  integerCount(group: number): number {
    return this.physical === 'real' ? 0 : this.counts[group];
  }

  realCount(group: number): number {
    return this.physical === 'integer' ? 0 : this.realCounts[group];
  }

  integerSum(group: number): bigint {
    if (this.physical === 'real') return 0n;
    return BigInt(this.integers[group]) + (this.carried.get(group) ?? 0n);
  }

  realSum(group: number): number {
    if (this.physical === 'integer') return 0;
    const sum = this.reals[group];
    // Beyond the range of doubles the correction is meaningless (Infinity - Infinity).
    return Number.isFinite(sum) ? sum + this.corrections[group] : sum;
  }

  /** The sum of the INTEGERs is one more number to the compensated sum. */
  sumOfBoth(group: number): number {
    const integer = Number(this.integerSum(group));
    if (integer === 0) return this.realSum(group);
    if (this.physical === 'integer') return integer;
    const before = this.reals[group];
    const sum = before + integer;
    if (!Number.isFinite(sum)) return sum;
    const lost = Math.abs(before) >= Math.abs(integer) ? before - sum + integer : integer - sum + before;
    return sum + (this.corrections[group] + lost);
  }

  private addReals(
    groupIds: Uint32Array | null,
    values: Float64Array,
    nulls: Uint8Array | null,
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { reals, corrections, realCounts } = this;
    if (nulls !== null) {
      sumSelectedReals(reals, corrections, realCounts, values, nulls, groupIds, selection, count);
    } else if (groupIds === null) sumAllReals(reals, corrections, realCounts, values, selection, count);
    else sumRealsByGroup(reals, corrections, realCounts, values, groupIds, selection, count);
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
        const { reals, corrections, realCounts } = this;
        sumAllReals(reals.subarray(group), corrections.subarray(group), realCounts.subarray(group), one, null, 1);
      }
    }
  }
}

/** What one call makes of the running sums, which it may have from another call over the same argument. */
export class SumState implements AggregateState {
  private readonly finish: Finish;
  readonly sums: RunningSums;
  readonly isOwner: boolean;

  constructor(finish: Finish, sums: RunningSums, isOwner: boolean) {
    this.finish = finish;
    this.sums = sums;
    this.isOwner = isOwner;
  }

  /** The same sums, which this call goes on to make. */
  finishedAs(finish: Finish): SumState {
    return new SumState(finish, this.sums, false);
  }

  clear(): void {
    if (this.isOwner) this.sums.clear();
  }

  ensureGroups(groupCount: number): void {
    if (this.isOwner) this.sums.ensureGroups(groupCount);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (this.isOwner) this.sums.update(groupIds, vector, selection, count);
  }

  result(group: number): SqlValue {
    const { finish, sums } = this;
    const realCount = sums.realCount(group);
    const valueCount = sums.integerCount(group) + realCount;
    if (valueCount === 0) return finish === 'total' ? 0 : null;
    if (finish === 'sum' && realCount === 0) return checkedInteger(sums.integerSum(group), 'sum()');
    if (finish === 'sum in range' && realCount === 0) return inRange(sums.integerSum(group));
    const real = sums.sumOfBoth(group);
    const value = finish === 'avg' ? real / valueCount : real;
    return Number.isNaN(value) ? null : value;
  }

  resultVector(groups: Int32Array): ColumnVector | null {
    const { finish, sums } = this;
    const { physical, counts, integers, realCounts } = sums;
    const isReal = physical === 'real';
    if (sums.carried.size > 0 || (!isReal && physical !== 'integer') || (isReal && finish === 'total')) return null;
    const values = new Float64Array(groups.length);
    let nulls: Uint8Array | null = null;
    for (let k = 0; k < groups.length; k++) {
      const group = groups[k];
      const count = isReal ? realCounts[group] : counts[group];
      const sum = isReal ? sums.realSum(group) : integers[group];
      values[k] = finish === 'avg' ? sum / count : sum;
      // Of no rows, or infinities that cancel each other out.
      if (count > 0 && !Number.isNaN(values[k])) continue;
      if (finish === 'total') continue;
      nulls ??= new Uint8Array(groups.length);
      nulls[k] = 1;
    }
    return { kind: 'number', values, nulls };
  }
}

function inRange(sum: bigint): bigint | null {
  return sum >= MIN_INTEGER && sum <= MAX_INTEGER ? sum : null;
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

function sumType([type]: readonly StaticType[], finish: 'sum' | 'total' | 'avg'): StaticType {
  const { kind, scale } = type;
  if (finish === 'total') return STATIC_TYPES.REAL;
  if (isDecimal(type))
    return finish === 'avg' || scale === undefined ? STATIC_TYPES.BIGDECIMAL : { kind: 'BIGDECIMAL', scale };
  if (finish === 'avg' || kind === 'REAL') return STATIC_TYPES.REAL;
  return kind === 'INTEGER' || kind === 'BOOLEAN' ? STATIC_TYPES.INTEGER : STATIC_TYPES.ANY;
}

function sumLike(name: string, finish: 'sum' | 'total' | 'avg'): AggregateDefinition {
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
      isDecimal(type)
        ? new (EXTENDED_TYPES.get().DecimalSumState)(finish, type)
        : new SumState(finish, new RunningSums(physicalKindOf(type)), true),
    sharing: (state) => (state instanceof SumState ? state.finishedAs(finish) : null),
  };
}

/** The sum of INTEGERs, NULL where that leaves 64 bits: for groups that nobody may ask for. */
const sumInRange: AggregateDefinition = {
  name: 'sum',
  isTotal: true,
  minArguments: 1,
  maxArguments: 1,
  resultType: () => STATIC_TYPES.INTEGER,
  create: ({ argumentTypes: [type] }) => new SumState('sum in range', new RunningSums(physicalKindOf(type)), true),
  sharing: (state) => (state instanceof SumState ? state.finishedAs('sum in range') : null),
};

/** The sum of one group as an expression over two aggregates: `sumInRange`, and the number of its summands. */
const checkedSum = define(
  'checked sum',
  2,
  'INTEGER',
  ([sum, count]) => {
    if (sum === null && count !== null && count !== 0n) overflow('sum()');
    return sum;
  },
  { nullPropagating: false },
);

/** How `sum` is computed for groups of which it is not known whether anybody asks for them. */
export const LATE_SUM = { sumInRange, checkedSum } as const;

export const SUM_AGGREGATES: readonly AggregateDefinition[] = [
  sumLike('sum', 'sum'),
  sumLike('total', 'total'),
  sumLike('avg', 'avg'),
];
