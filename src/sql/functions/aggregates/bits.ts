import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../../expressions/static-type.ts';
import { integerOf, truth } from '../../expressions/values/numeric.ts';
import type { AggregateDefinition, AggregateState } from './definition.ts';
import { forEachRow } from './rows.ts';
import { numericArgument } from './sum.ts';

type Read = (value: Exclude<SqlValue, null>) => bigint;
type Combine = (a: bigint, b: bigint) => bigint;

/** Combines what is read of each value; NULLs do not count. */
class BitState implements AggregateState {
  private readonly physical: PhysicalKind;
  private readonly read: Read;
  private readonly combine: Combine;
  private readonly results: (bigint | null)[] = [];

  constructor(physical: PhysicalKind, read: Read, combine: Combine) {
    this.physical = physical;
    this.read = read;
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
      const bits = this.read(value);
      this.results[group] = before === null ? bits : this.combine(before, bits);
    });
  }

  result(group: number): SqlValue {
    return this.results[group];
  }
}

const and: Combine = (a, b) => a & b;
const or: Combine = (a, b) => a | b;

/** Of 64-bit integers. */
function bits(name: string, combine: Combine): AggregateDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    resultType: (types) => {
      numericArgument(name, types);
      return STATIC_TYPES.INTEGER;
    },
    create: ({ argumentTypes }) => new BitState(physicalKindOf(argumentTypes[0]), integerOf, combine),
  };
}

/** Of conditions: bits that say whether a value is true. */
function conditions(name: string, combine: Combine): AggregateDefinition {
  const read: Read = (value) => (truth(value) === true ? 1n : 0n);
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    resultType: () => STATIC_TYPES.BOOLEAN,
    create: ({ argumentTypes }) => new BitState(physicalKindOf(argumentTypes[0]), read, combine),
  };
}

export const BIT_AGGREGATES: readonly AggregateDefinition[] = [
  bits('bit_and', and),
  bits('bit_or', or),
  bits('bit_xor', (a, b) => a ^ b),
  conditions('bool_and', and),
  conditions('every', and),
  conditions('bool_or', or),
];
