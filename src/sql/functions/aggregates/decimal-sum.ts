import { NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, type StaticType } from '../../expressions/static-type.ts';
import { decodeDecimal, encodeDecimal } from '../../expressions/values/big-decimal.ts';
import {
  checkedDecimal,
  type Decimal,
  divideDecimals,
  formatDecimal,
  roundedUnits,
} from '../../expressions/values/decimal.ts';
import { type AggregateState, grownNumbers } from './definition.ts';
import { sumIntegers } from './sum-kernels.ts';

/** sum, total and avg of DECIMALs: exact sums of any length, in units of the greatest scale that has come. */
export class DecimalSumState implements AggregateState {
  private readonly finish: 'sum' | 'total' | 'avg';
  private readonly type: StaticType;
  private counts: Float64Array = NO_DOUBLES;
  /** Sums of units while they are safe integers; what outgrows them is in `carried`. */
  private units: Float64Array = NO_DOUBLES;
  private readonly carried = new Map<number, Decimal>();
  private readonly carry = (group: number, amount: number): void => {
    this.add(group, { units: BigInt(amount), scale: this.type.scale ?? 0 });
  };

  constructor(finish: 'sum' | 'total' | 'avg', type: StaticType) {
    this.finish = finish;
    this.type = type;
  }

  ensureGroups(groupCount: number): void {
    this.counts = grownNumbers(this.counts, groupCount);
    this.units = grownNumbers(this.units, groupCount);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (vector.kind === 'number') {
      sumIntegers(this.units, this.counts, vector.values, vector.nulls, groupIds, selection, count, this.carry);
      return;
    }
    const physical = physicalKindOf(this.type);
    const { scale = 0 } = this.type;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = valueAt(vector, physical, row);
      if (value === null) continue;
      const group = groupIds === null ? 0 : groupIds[row];
      this.counts[group]++;
      this.add(group, typeof value === 'bigint' ? { units: value, scale } : decodeDecimal(value as string));
    }
  }

  result(group: number): SqlValue {
    const count = this.counts[group];
    if (count === 0) return this.finish === 'total' ? 0 : null;
    const sum = added(this.carried.get(group), {
      units: BigInt(this.units[group]),
      scale: this.type.kind === 'DECIMAL' ? (this.type.scale ?? 0) : 0,
    });
    if (this.finish === 'total') return Number(formatDecimal(sum));
    if (this.finish === 'sum') return encodeDecimal(checkedDecimal(sum, 'sum()'));
    return encodeDecimal(divideDecimals(sum, { units: BigInt(count), scale: 0 }) as Decimal);
  }

  private add(group: number, amount: Decimal): void {
    this.carried.set(group, added(this.carried.get(group), amount));
  }
}

function added(a: Decimal | undefined, b: Decimal): Decimal {
  if (a === undefined) return b;
  const scale = Math.max(a.scale, b.scale);
  return { units: roundedUnits(a, scale) + roundedUnits(b, scale), scale };
}
