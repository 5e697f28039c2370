import type { SqlValue } from '../../../engine/column/types.ts';
import type { Affinity } from '../affinity-kind.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { exactInteger } from './integer.ts';
import { wholeNumber } from './numeric-text.ts';
import { textOf } from './text.ts';
import { END_SECONDS, MICROS_PER_SECOND, MIN_SECONDS, parseDate, parseTimestamp } from './time.ts';

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
    case 'TIMESTAMP':
      return timestampAffinity(value);
    case 'DATE':
      return dateAffinity(value);
    default:
      return EXTENDED_TYPES.get().extendedAffinity(value, affinity);
  }
}

function numberOrSelf(value: bigint | number | string): bigint | number | string {
  return typeof value === 'string' ? (wholeNumber(value) ?? value) : value;
}

function integerAffinity(value: bigint | number | string): SqlValue {
  const number = numberOrSelf(value);
  return typeof number === 'number' ? (exactInteger(number) ?? number) : number;
}

function realAffinity(value: bigint | number | string): SqlValue {
  const number = numberOrSelf(value);
  // An integer that no double holds stays one: comparisons between the two are exact.
  return typeof number === 'bigint' && BigInt(Number(number)) === number ? Number(number) : number;
}

function timestampAffinity(value: bigint | number | string): SqlValue {
  const micros = typeof value === 'string' ? parseTimestamp(value) : null;
  if (micros !== null) return BigInt(micros);
  const seconds = numberOrSelf(value);
  return typeof seconds === 'string' ? value : (microsOfSeconds(seconds) ?? value);
}

function dateAffinity(value: bigint | number | string): SqlValue {
  const days = typeof value === 'string' ? parseDate(value) : null;
  if (days !== null) return BigInt(days);
  const number = integerAffinity(value);
  return typeof number === 'string' ? value : number;
}

/** Seconds since 1970 as microseconds; null outside of the years 0 to 9999. */
export function microsOfSeconds(seconds: bigint | number): bigint | null {
  if (seconds < MIN_SECONDS || seconds >= END_SECONDS || Number.isNaN(seconds)) return null;
  if (typeof seconds === 'bigint') return seconds * 1_000_000n;
  const whole = Math.floor(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((seconds - whole) * MICROS_PER_SECOND));
}
