import { HeliosError } from '../../../base/errors.ts';
import { type ColumnType, type ColumnValue, integerColumnValue, type SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES, type StaticType } from '../static-type.ts';
import { microsOfSeconds } from '../values/affinity.ts';
import { booleanWord, castFromTime } from '../values/cast.ts';
import { exactInteger, MAX_INTEGER, MIN_INTEGER } from '../values/integer.ts';
import { wholeNumber } from '../values/numeric-text.ts';
import { textOf } from '../values/text.ts';
import { parseDate, parseTimestamp } from '../values/time.ts';
import { bindParameter, dateText, describe } from './parameter.ts';

/**
 * Converts values for one column: what arrives becomes what the column holds, or TYPE_MISMATCH names column and value.
 * Only what loses nothing is converted: '7' into INTEGER, 2.0 into INTEGER, 't' into BOOLEAN, ISO text and seconds since
 * 1970 into TIMESTAMP, numbers into TEXT.
 */
export type ColumnCoercer = (value: unknown) => ColumnValue;

/**
 * The coercer of a column, made once per prepared statement. `source` tells what arrives: 'javascript' values as users
 * pass them (a number that is an integer means INTEGER), or self-typed values of an expression of that static type.
 */
export function columnCoercer(
  type: ColumnType,
  columnName: string,
  source: StaticType | 'javascript' = STATIC_TYPES.ANY,
): ColumnCoercer {
  const mismatch: Mismatch = (value) => typeMismatch(type, columnName, value);
  if (source === 'javascript') return coercerOf(type, mismatch, true);
  const coerce = coercerOf(type, mismatch, false);
  if (source.kind !== 'TIMESTAMP' && source.kind !== 'DATE') return coerce;
  const from = source.kind;
  const { kind } = type;
  if (kind === from) return (value) => (typeof value === 'bigint' ? integerColumnValue(value) : (value as ColumnValue));
  const target = kind === 'ANY' ? 'TEXT' : kind;
  if (kind === 'TIMESTAMP' || kind === 'DATE') {
    return (value) => {
      const converted = castFromTime(value as SqlValue, from, target);
      return converted === null ? null : integerColumnValue(converted as bigint);
    };
  }
  return (value) => coerce(castFromTime(value as SqlValue, from, target));
}

/** Converts one value: see {@link columnCoercer}. */
export function coerceForColumn(
  type: ColumnType,
  columnName: string,
  value: unknown,
  source: StaticType | 'javascript' = STATIC_TYPES.ANY,
): ColumnValue {
  return columnCoercer(type, columnName, source)(value);
}

type Mismatch = (value: unknown) => never;

function coercerOf(type: ColumnType, mismatch: Mismatch, isJavascript: boolean): ColumnCoercer {
  switch (type.kind) {
    case 'INTEGER':
      return (value) => toInteger(value, mismatch);
    case 'REAL':
      return (value) => toReal(value, mismatch);
    case 'TEXT':
      return isJavascript ? (value) => javascriptToText(value, mismatch) : (value) => toText(value, mismatch);
    case 'BLOB':
      return (value) => toBlob(value, mismatch);
    case 'BOOLEAN':
      return (value) => toBoolean(value, mismatch);
    case 'TIMESTAMP':
      return (value) => toTimestamp(value, mismatch);
    case 'DATE':
      return (value) => toDate(value, mismatch);
    case 'ANY':
      return isJavascript
        ? (value) => (isTaken(value) ? bindParameter(value, '') : mismatch(value))
        : (value) => value as SqlValue;
  }
}

function isTaken(value: unknown): boolean {
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
  return value === null || value instanceof Uint8Array || value instanceof Date || value instanceof ArrayBuffer;
}

export function toInteger(value: unknown, mismatch: Mismatch): number | bigint | null {
  switch (typeof value) {
    case 'number': {
      if (Number.isSafeInteger(value)) return value + 0;
      if (Number.isNaN(value)) return null;
      return exactInteger(value) ?? mismatch(value);
    }
    case 'bigint':
      return value <= MAX_INTEGER && value >= MIN_INTEGER ? integerColumnValue(value) : mismatch(value);
    case 'string': {
      const number = wholeNumber(value);
      if (number === null) return mismatch(value);
      const integer = typeof number === 'number' ? exactInteger(number) : number;
      return integer === null ? mismatch(value) : integerColumnValue(integer);
    }
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value === null ? null : mismatch(value);
  }
}

export function toReal(value: unknown, mismatch: Mismatch): number | null {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? null : value;
    case 'bigint': {
      const number = Number(value);
      return BigInt(number) === value ? number : mismatch(value);
    }
    case 'string': {
      const number = wholeNumber(value);
      return number === null ? mismatch(value) : Number(number);
    }
    case 'boolean':
      return value ? 1 : 0;
    default:
      return value === null ? null : mismatch(value);
  }
}

function toText(value: unknown, mismatch: Mismatch): string | null {
  if (typeof value === 'string' || value === null) return value;
  return typeof value === 'bigint' || typeof value === 'number' ? textOf(value) : mismatch(value);
}

function javascriptToText(value: unknown, mismatch: Mismatch): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      if (Number.isNaN(value)) return null;
      return textOf(exactInteger(value) ?? value);
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? '1' : '0';
    default:
      if (value === null) return null;
      return value instanceof Date && !Number.isNaN(value.getTime()) ? dateText(value) : mismatch(value);
  }
}

function toBlob(value: unknown, mismatch: Mismatch): Uint8Array | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return value instanceof ArrayBuffer ? new Uint8Array(value.slice(0)) : mismatch(value);
}

function toBoolean(value: unknown, mismatch: Mismatch): number | null {
  switch (typeof value) {
    case 'boolean':
      return value ? 1 : 0;
    case 'number':
    case 'bigint':
      if (Number(value) === 0) return 0;
      return Number(value) === 1 ? 1 : mismatch(value);
    case 'string': {
      const truth = booleanWord(value);
      return truth === null ? mismatch(value) : truth ? 1 : 0;
    }
    default:
      return value === null ? null : mismatch(value);
  }
}

function toTimestamp(value: unknown, mismatch: Mismatch): number | bigint | null {
  switch (typeof value) {
    case 'number':
      if (Number.isNaN(value)) return null;
      return secondsToMicros(value) ?? mismatch(value);
    case 'bigint':
      return secondsToMicros(value) ?? mismatch(value);
    case 'string': {
      const micros = parseTimestamp(value);
      if (micros !== null) return micros;
      const seconds = wholeNumber(value);
      return (seconds === null ? null : secondsToMicros(seconds)) ?? mismatch(value);
    }
    default:
      if (value === null) return null;
      return value instanceof Date && !Number.isNaN(value.getTime()) ? dateToMicros(value) : mismatch(value);
  }
}

function dateToMicros(value: Date): number | bigint {
  return integerColumnValue(BigInt(value.getTime()) * 1000n);
}

function secondsToMicros(seconds: number | bigint): number | bigint | null {
  const micros = microsOfSeconds(seconds);
  return micros === null ? null : integerColumnValue(micros);
}

function toDate(value: unknown, mismatch: Mismatch): number | null {
  if (typeof value === 'string') {
    const days = parseDate(value);
    if (days !== null) return days;
  }
  if (value instanceof Date) {
    const days = Math.floor(value.getTime() / 86_400_000);
    return Number.isNaN(days) ? mismatch(value) : days;
  }
  const days = toInteger(value, mismatch);
  return days === null ? null : Number(days);
}

function typeMismatch(type: ColumnType, columnName: string, value: unknown): never {
  const declared = type.declared === '' ? type.kind : type.declared;
  throw new HeliosError('TYPE_MISMATCH', `column ${columnName} is ${declared} and cannot take ${shown(value)}`, {
    hint: HINTS[type.kind],
  });
}

const HINTS: { readonly [K in ColumnType['kind']]: string } = {
  INTEGER: 'It takes whole numbers of 64 bits, and text that is one.',
  REAL: 'It takes numbers, and text that is one.',
  TEXT: 'It takes text and numbers.',
  BLOB: 'It takes bytes (Uint8Array).',
  BOOLEAN: "It takes true, false, 1, 0, and their words ('t', 'yes', 'off'…).",
  TIMESTAMP: "It takes a Date, text like '2024-12-31 23:59:59', and seconds (not milliseconds) since 1970.",
  DATE: "It takes a Date, text like '2024-12-31', and days since 1970.",
  ANY: 'It takes null, a string, number, bigint, boolean, Date or Uint8Array.',
};

/** The value with its type, cut to a length that fits a message. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the text '${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return `the boolean ${value}`;
    default:
      if (value instanceof Uint8Array) return `a blob of ${value.length} bytes`;
      return value instanceof Date && !Number.isNaN(value.getTime())
        ? `the Date ${value.toISOString()}`
        : describeOther(value);
  }
}

function describeOther(value: unknown): string {
  return value === undefined ? 'undefined' : `a value that is ${describe(value)}`;
}
