import { HeliosError, isHeliosError } from '../../../base/errors.ts';
import { type ColumnType, type ColumnValue, integerColumnValue } from '../../../engine/column/types.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { isDecimal, needsItsType, STATIC_TYPES, type StaticType, sameType, typeName } from '../static-type.ts';
import { type Converter, converterOf, type Mismatch } from './convert.ts';
import { describe, isList, parameterValue } from './parameter.ts';

/**
 * Converts values for one column: what arrives becomes what the column holds, or TYPE_MISMATCH names column and value.
 * Only what loses nothing is converted: '7' into INTEGER, 2.0 into INTEGER, 't' into BOOLEAN, ISO text and seconds since
 * 1970 into TIMESTAMP, numbers into TEXT, 0.1 into DECIMAL(5,2).
 */
export type ColumnCoercer = Converter;

/**
 * The coercer of a column, made once per prepared statement. `source` tells what arrives: 'javascript' values as users
 * pass them, each of which is first what it is as a parameter anywhere in a statement (bindParameter), or self-typed
 * values of an expression of that static type.
 */
export function columnCoercer(
  type: ColumnType,
  columnName: string,
  source: StaticType | 'javascript' = STATIC_TYPES.ANY,
): ColumnCoercer {
  const mismatch: Mismatch = (value) => typeMismatch(type, columnName, value);
  if (source === 'javascript') {
    const convert = withColumnName(type, columnName, converterOf(type, mismatch, false));
    return fromJavascript(type, convert, (value) => refused(columnName, value, mismatch));
  }
  if (sameType(source, type) && source.kind !== 'ANY') return asColumnValue;
  const convert = withColumnName(type, columnName, converterOf(type, mismatch, false));
  if (isDecimal(source)) return EXTENDED_TYPES.get().coercerFromDecimal(type, source, convert, mismatch);
  if (!needsItsType(source) && source.kind !== 'JSON') return convert;
  return EXTENDED_TYPES.get().coercerByCast(type, source, columnName, convert);
}

/** What is the same without the detour of a parameter takes none: most numbers, and dates and lists of numbers where they are stored. */
function fromJavascript(type: ColumnType, convert: Converter, refuse: Mismatch): Converter {
  const { kind } = type;
  const takesNumbers = kind !== 'TEXT' && kind !== 'ANY';
  const takesDates = kind === 'TIMESTAMP' || kind === 'DATE';
  const isDirect = (value: unknown): boolean => {
    if (typeof value === 'string') return true;
    if (value instanceof Date) return takesDates && isYearOfText(value);
    return kind === 'ARRAY' && isNumeric(type.element) && isListOfNumbers(value);
  };
  return (value) => {
    if (takesNumbers && Number.isSafeInteger(value)) return convert((value as number) + 0);
    if (isDirect(value)) return convert(value);
    const bound = parameterValue(value);
    return bound === undefined ? refuse(value) : convert(bound);
  };
}

/** What is no value in SQL. */
function refused(columnName: string, value: unknown, mismatch: Mismatch): never {
  if (typeof value !== 'bigint') return mismatch(value);
  throw new HeliosError('NUMERIC_OVERFLOW', `column ${columnName} cannot take ${value}, beyond a 64-bit INTEGER`);
}

/** Other years are not read back from text. */
function isYearOfText(value: Date): boolean {
  const year = value.getUTCFullYear();
  return year >= 0 && year <= 9999;
}

function isNumeric(element: StaticType | undefined): boolean {
  return element?.kind === 'REAL' || element?.kind === 'INTEGER';
}

/** Of those that JSON writes with all their digits. */
function isListOfNumbers(value: unknown): boolean {
  return isList(value) && Array.prototype.every.call(value, (item) => isExact(item));
}

function isExact(item: unknown): boolean {
  return Number.isSafeInteger(item) || (Number.isFinite(item) && !Number.isInteger(item));
}

/** A value of the column's own type. */
export function asColumnValue(value: unknown): ColumnValue {
  return typeof value === 'bigint' ? integerColumnValue(value) : (value as ColumnValue);
}

/** Errors of the value itself (malformed JSON, too many digits) name the column, too. */
function withColumnName(type: ColumnType, columnName: string, convert: Converter): Converter {
  if (!isDecimal(type) && type.kind !== 'JSON' && type.kind !== 'ARRAY') return convert;
  return (value) => {
    try {
      return convert(value);
    } catch (error) {
      if (!isHeliosError(error) || error.code === 'TYPE_MISMATCH') throw error;
      throw new HeliosError(error.code, `column ${columnName}: ${error.message}`, { cause: error });
    }
  };
}

function typeMismatch(type: ColumnType, columnName: string, value: unknown): never {
  const declared = type.declared === '' ? typeName(type) : type.declared;
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
  DECIMAL: 'It takes numbers, and text that is one, with no more places than that: round the value first.',
  BIGDECIMAL: 'It takes numbers, and text that is one, with no more places than that: round the value first.',
  JSON: 'It takes arrays, plain objects, and text that is JSON.',
  UUID: "It takes text of 32 hexadecimal digits, like '123e4567-e89b-12d3-a456-426614174000'.",
  ARRAY: "It takes arrays, and text like '{1,2}' or '[1,2]', of elements that fit.",
  ANY: 'It takes null, a string, number, bigint, boolean, Date, Uint8Array, array or plain object.',
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
