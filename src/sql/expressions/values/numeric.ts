import type { SqlValue } from '../../../engine/column/types.ts';
import { truncateToInteger } from './integer.ts';
import { integerPrefix, numberPrefix } from './numeric-text.ts';
import { bytesToText } from './text.ts';

/** A value as arithmetic sees it: text and blobs count as the number that they begin with. */
export function numericOf(value: Exclude<SqlValue, null>): bigint | number {
  switch (typeof value) {
    case 'bigint':
    case 'number':
      return value;
    case 'string':
      return numberPrefix(value);
    default:
      return numberPrefix(bytesToText(value));
  }
}

/** A value as bit operators, LIMIT and function arguments like substr's see it: a 64-bit integer; text is the one it begins with. */
export function integerOf(value: Exclude<SqlValue, null>): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return truncateToInteger(value);
    case 'string':
      return integerPrefix(value);
    default:
      return integerPrefix(bytesToText(value));
  }
}

export function realOf(value: Exclude<SqlValue, null>): number {
  return typeof value === 'number' ? value : Number(numericOf(value));
}

/** WHERE's reading of a value: NULL is unknown, a number other than 0 true, text the number that it begins with. */
export function truth(value: SqlValue): boolean | null {
  if (value === null) return null;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'number') return value !== 0;
  const number = numericOf(value);
  return typeof number === 'bigint' ? number !== 0n : number !== 0;
}
