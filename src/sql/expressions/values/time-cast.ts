import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { applyAffinity } from './affinity.ts';
import type { PlainTarget } from './cast.ts';
import { microsOfSeconds } from './extended-affinity.ts';
import { integerOf } from './numeric.ts';
import { bytesToText, textOf } from './text.ts';
import { formatDate, formatTimestamp, MICROS_PER_DAY, MICROS_PER_SECOND, splitMicros } from './time.ts';

const encoder = new TextEncoder();

/** CAST between TIMESTAMP, DATE and the rest: TIMESTAMP as a number is seconds since 1970, DATE is days. */
export function castFromTime(
  value: SqlValue,
  source: 'TIMESTAMP' | 'DATE',
  target: PlainTarget | 'TIMESTAMP' | 'DATE',
): SqlValue {
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

/** A value that stands for itself as a time. */
export function castToTime(value: Exclude<SqlValue, null>, target: 'TIMESTAMP' | 'DATE'): bigint {
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
