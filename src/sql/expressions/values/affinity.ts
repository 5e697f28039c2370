import type { SqlValue } from '../../../engine/column/types.ts';
import type { Affinity } from '../affinity-kind.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { exactInteger } from './integer.ts';
import { wholeNumber } from './numeric-text.ts';
import { textOf } from './text.ts';

/** What a value becomes beside a column of that affinity; itself where the conversion would lose something. */
export function applyAffinity(value: SqlValue, affinity: Affinity): SqlValue {
  if (value === null || value instanceof Uint8Array) return value;
  switch (affinity) {
    case 'NONE':
    case 'BLOB':
      return value;
    case 'TEXT':
      return typeof value === 'string' ? value : textOf(value);
    case 'REAL':
      return realAffinity(value);
    case 'NUMERIC':
    case 'INTEGER':
      return integerAffinity(value);
    default:
      return EXTENDED_TYPES.get().extendedAffinity(value, affinity);
  }
}

/** The number that a text is; any other value as it is. */
export function numberOrSelf(value: bigint | number | string): bigint | number | string {
  return typeof value === 'string' ? (wholeNumber(value) ?? value) : value;
}

export function integerAffinity(value: bigint | number | string): SqlValue {
  const number = numberOrSelf(value);
  return typeof number === 'number' ? (exactInteger(number) ?? number) : number;
}

function realAffinity(value: bigint | number | string): SqlValue {
  const number = numberOrSelf(value);
  // An integer that no double holds stays one: comparisons between the two are exact.
  return typeof number === 'bigint' && BigInt(Number(number)) === number ? Number(number) : number;
}
