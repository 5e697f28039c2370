import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { CastTarget } from '../bound-expression.ts';
import { applyAffinity, microsOfSeconds } from './affinity.ts';
import { exactInteger, truncateToInteger } from './integer.ts';
import { integerOf, numericOf } from './numeric.ts';
import { integerPrefix, numberPrefix, realPrefix } from './numeric-text.ts';
import { bytesToText, textOf } from './text.ts';
import { formatDate, formatTimestamp, MICROS_PER_DAY, MICROS_PER_SECOND, splitMicros } from './time.ts';

const encoder = new TextEncoder();

/** What a value that stands for itself is cast to by its class alone; the others are in typed-cast.ts. */
export type PlainTarget = Exclude<CastTarget, 'DECIMAL' | 'BIGDECIMAL' | 'JSON' | 'UUID' | 'ARRAY'>;

/** CAST, of a value that is no TIMESTAMP or DATE. SQLite's rules; BOOLEAN, TIMESTAMP and DATE are ours. */
export function castValue(value: SqlValue, target: PlainTarget): SqlValue {
  if (value === null) return null;
  switch (target) {
    case 'ANY':
      return value;
    case 'TEXT':
      return textOf(value);
    case 'BLOB':
      return value instanceof Uint8Array ? value : encoder.encode(textOf(value));
    case 'INTEGER':
      return castToInteger(value);
    case 'REAL':
      return castToReal(value);
    case 'NUMERIC':
      return castToNumeric(value);
    case 'BOOLEAN':
      return castToBoolean(value);
    case 'TIMESTAMP':
      return castToTime(value, 'TIMESTAMP');
    case 'DATE':
      return castToTime(value, 'DATE');
  }
}

/** CAST between TIMESTAMP, DATE and the rest: TIMESTAMP as a number is seconds since 1970, DATE is days. */
export function castFromTime(value: SqlValue, source: 'TIMESTAMP' | 'DATE', target: PlainTarget): SqlValue {
  if (value === null || source === target || target === 'ANY') return value;
  const time = integerOf(value);
  const number = source === 'DATE' ? Number(time) : splitMicros(time).seconds;
  switch (target) {
    case 'TEXT':
      return timeText(time, source);
    case 'BLOB':
      return encoder.encode(timeText(time, source));
    case 'TIMESTAMP':
      return time * BigInt(MICROS_PER_DAY);
    case 'DATE':
      return BigInt(Math.floor(number / 86_400));
    case 'INTEGER':
      return BigInt(number);
    case 'REAL':
    case 'NUMERIC':
      return source === 'DATE' ? number : number + splitMicros(time).fraction / MICROS_PER_SECOND;
    case 'BOOLEAN':
      return time !== 0n ? 1n : 0n;
  }
}

function timeText(value: bigint, source: 'TIMESTAMP' | 'DATE'): string {
  return source === 'DATE' ? formatDate(Number(value)) : formatTimestamp(value);
}

function castToInteger(value: Exclude<SqlValue, null>): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncateToInteger(value);
  return integerPrefix(typeof value === 'string' ? value : bytesToText(value));
}

function castToReal(value: Exclude<SqlValue, null>): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return realPrefix(typeof value === 'string' ? value : bytesToText(value));
}

function castToNumeric(value: Exclude<SqlValue, null>): SqlValue {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const number = numberPrefix(typeof value === 'string' ? value : bytesToText(value));
  return typeof number === 'number' ? (exactInteger(number) ?? number) : number;
}

function castToBoolean(value: Exclude<SqlValue, null>): bigint {
  if (typeof value === 'string') {
    const truth = booleanWord(value);
    if (truth !== null) return truth ? 1n : 0n;
  }
  return Number(numericOf(value)) !== 0 ? 1n : 0n;
}

/** PostgreSQL's words for truth values, any case, blanks around them allowed; null for other text. */
export function booleanWord(text: string): boolean | null {
  switch (text.trim().toLowerCase()) {
    case 't':
    case 'true':
    case 'y':
    case 'yes':
    case 'on':
    case '1':
      return true;
    case 'f':
    case 'false':
    case 'n':
    case 'no':
    case 'off':
    case '0':
      return false;
    default:
      return null;
  }
}

function castToTime(value: Exclude<SqlValue, null>, target: 'TIMESTAMP' | 'DATE'): bigint {
  const converted = value instanceof Uint8Array ? bytesToText(value) : value;
  const time = applyAffinity(converted, target);
  const invalid = typeof time !== 'bigint' || (target === 'TIMESTAMP' && isOutOfRange(converted));
  if (invalid) {
    throw new HeliosError('INVALID_VALUE', `${JSON.stringify(textOf(value))} is not a ${target}`, {
      hint: `Write 'YYYY-MM-DD${target === 'DATE' ? "'" : " HH:MM:SS'"}, or ${target === 'DATE' ? 'days' : 'seconds'} since 1970.`,
    });
  }
  return time;
}

/** A number of seconds that affinity left alone, because no TIMESTAMP is so far off. */
function isOutOfRange(value: bigint | number | string): boolean {
  return typeof value === 'bigint' && microsOfSeconds(value) === null;
}
