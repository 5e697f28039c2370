import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { integerOf, truth } from '../../expressions/values/numeric.ts';
import type { AggregateDefinition } from './definition.ts';
import { type Fold, FoldState } from './fold.ts';
import { numericArgument } from './sum.ts';

type Read = (value: Exclude<SqlValue, null>) => bigint;
type Combine = (a: bigint, b: bigint) => bigint;

/** Combines what is read of each value; NULL of no values. */
function combination(read: Read, combine: Combine): Fold<bigint | null> {
  return {
    begin: () => null,
    add: (before, value) => {
      const bits = read(value as Exclude<SqlValue, null>);
      return before === null ? bits : combine(before, bits);
    },
    result: (group) => group,
  };
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
    create: (options) => new FoldState(combination(integerOf, combine), options),
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
    create: (options) => new FoldState(combination(read, combine), options),
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
