import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';
import { forEachRow } from './rows.ts';
import { numericArgument } from './sum.ts';

type Combine = (a: bigint, b: bigint) => bigint;

/** bit_and, bit_or, bit_xor of 64-bit integers; NULLs do not count. */
class BitState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly combine: Combine;
  private readonly results: (bigint | null)[] = [];

  constructor(physical: PhysicalKind, combine: Combine) {
    this.physical = physical;
    this.combine = combine;
  }

  ensureGroups(groupCount: number): void {
    while (this.results.length < groupCount) this.results.push(null);
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    forEachRow(groupIds, selection, count, (group, row) => {
      const value = valueAt(vector, this.physical, row);
      if (value === null) return;
      const before = this.results[group];
      this.results[group] = before === null ? integerOf(value) : this.combine(before, integerOf(value));
    });
  }

  result(group: number): SqlValue {
    return this.results[group];
  }
}

function bits(name: string, combine: Combine): AggregateDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    resultType: (types) => {
      numericArgument(name, types);
      return STATIC_TYPES.INTEGER;
    },
    create: ({ argumentTypes }) => new BitState(physicalKindOf(argumentTypes[0]), combine),
  };
}

export const BIT_AGGREGATES: readonly AggregateDefinition[] = [
  bits('bit_and', (a, b) => a & b),
  bits('bit_or', (a, b) => a | b),
  bits('bit_xor', (a, b) => a ^ b),
];
