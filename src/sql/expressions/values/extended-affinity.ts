import { HeliosError, isHeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { type Affinity, decimalScale } from '../affinity-kind.ts';
import { integerAffinity, numberOrSelf } from './affinity.ts';
import { encodeDecimal } from './big-decimal.ts';
import { type Decimal, decimalOfNumber, exactUnits, floorUnits, formatDecimal, parseDecimal } from './decimal.ts';
import { MAX_INTEGER, MIN_INTEGER } from './integer.ts';
import { canonicalJson } from './json-text.ts';
import { END_SECONDS, MICROS_PER_SECOND, MIN_SECONDS, parseDate, parseTimestamp } from './time.ts';
import { canonicalUuid } from './uuid.ts';

/** What a value becomes beside a column of a type that is not SQLite's. */
export function extendedAffinity(value: bigint | number | string, affinity: Affinity): SqlValue {
  switch (affinity) {
    case 'TIMESTAMP':
      return timestampAffinity(value);
    case 'DATE':
      return dateAffinity(value);
    case 'BIGDECIMAL':
      return bigDecimalAffinity(value);
    case 'UUID':
      return typeof value === 'string' ? (canonicalUuid(value) ?? value) : value;
    case 'JSON':
    case 'JSONB':
      return typeof value === 'string' ? jsonAffinity(value, affinity === 'JSONB') : value;
    default:
      return decimalAffinity(value, decimalScale(affinity) ?? 0);
  }
}

function decimalOf(value: bigint | number | string): Decimal | null {
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  return typeof value === 'number' ? decimalOfNumber(value) : parseDecimal(value);
}

/** Numbers as units of a DECIMAL; what lies between two units as a REAL between them, which compares as it should. */
function decimalAffinity(value: bigint | number | string, scale: number): SqlValue {
  const decimal = decimalOf(value);
  return decimal === null ? value : comparableUnits(decimal, scale);
}

/** A decimal as something that compares with units of that scale as the numbers do. */
export function comparableUnits(decimal: Decimal, scale: number): bigint | number {
  const floor = floorUnits(decimal, scale);
  if (floor > MAX_INTEGER || floor < MIN_INTEGER) return Number(floor);
  if (exactUnits(decimal, scale) !== null) return floor;
  const between = Number(floor) + 0.5;
  if (!Number.isSafeInteger(2 * between)) {
    throw new HeliosError(
      'NUMERIC_OVERFLOW',
      `${formatDecimal(decimal)} has too many digits beside DECIMAL(18,${scale})`,
      {
        hint: 'Cast the column to a DECIMAL of more digits.',
      },
    );
  }
  return between;
}

/** The encoded number; infinities before and behind all numbers, and other text behind them. */
function bigDecimalAffinity(value: bigint | number | string): SqlValue {
  const decimal = decimalOf(value);
  if (decimal !== null) return encodeDecimal(decimal);
  return typeof value === 'string' ? `~${value}` : Number(value) < 0 ? 'a' : 'q';
}

function jsonAffinity(text: string, sorted: boolean): string {
  try {
    return canonicalJson(text, sorted);
  } catch (error) {
    if (isHeliosError(error)) return text;
    throw error;
  }
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
