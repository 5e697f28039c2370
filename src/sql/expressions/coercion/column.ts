import { HeliosError, isHeliosError } from '../../../base/errors.ts';
import {
  type ColumnType,
  type ColumnValue,
  integerColumnValue,
  type SqlValue,
  toSqlValue,
  type ValueType,
} from '../../../engine/column/types.ts';
import {
  isDecimal,
  needsItsType,
  physicalKindOf,
  STATIC_TYPES,
  type StaticType,
  sameType,
  typeName,
} from '../static-type.ts';
import { decodeArray, encodeArray } from '../values/array.ts';
import { castFunction } from '../values/typed-cast.ts';
import { decimalReader, exactDecimalValue, plainDecimal } from '../values/typed-decimal.ts';
import { type Converter, converterOf, type Mismatch } from './convert.ts';
import { describe } from './parameter.ts';

/**
 * Converts values for one column: what arrives becomes what the column holds, or TYPE_MISMATCH names column and value.
 * Only what loses nothing is converted: '7' into INTEGER, 2.0 into INTEGER, 't' into BOOLEAN, ISO text and seconds since
 * 1970 into TIMESTAMP, numbers into TEXT, 0.1 into DECIMAL(5,2).
 */
export type ColumnCoercer = Converter;

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
  if (source === 'javascript') return withColumnName(type, columnName, converterOf(type, mismatch, true));
  if (sameType(source, type) && source.kind !== 'ANY') return asColumnValue;
  const convert = withColumnName(type, columnName, converterOf(type, mismatch, false));
  if (isDecimal(source)) return coercerFromDecimal(type, source, convert, mismatch);
  if (!needsItsType(source) && source.kind !== 'JSON') return convert;
  return coercerByCast(type, source, columnName, convert);
}

/** A value of the column's own type. */
function asColumnValue(value: unknown): ColumnValue {
  return typeof value === 'bigint' ? integerColumnValue(value) : (value as ColumnValue);
}

function coercerFromDecimal(
  type: ColumnType,
  source: StaticType,
  convert: Converter,
  mismatch: Mismatch,
): ColumnCoercer {
  const read = decimalReader(source);
  const text = castFunction(source, 'TEXT');
  const isDecimalColumn = isDecimal(type);
  return (value) => {
    if (value === null) return null;
    if (type.kind === 'TEXT') return text(value as SqlValue) as string;
    const decimal = read(value as Exclude<SqlValue, null>);
    if (decimal === null) return null;
    if (!isDecimalColumn) return convert(plainDecimal(decimal));
    const fitting = exactDecimalValue(decimal, type) ?? mismatch(plainDecimal(decimal));
    return asColumnValue(fitting);
  };
}

/** Times, arrays and JSON: by the cast where there is one that loses nothing, else as the text that they are written as. */
function coercerByCast(type: ColumnType, source: StaticType, columnName: string, convert: Converter): ColumnCoercer {
  if (type.kind === 'ARRAY' && source.kind === 'ARRAY') return coercerOfElements(type, source, columnName);
  const isTime = source.kind === 'TIMESTAMP' || source.kind === 'DATE';
  const isNumberOfTime = isTime && (type.kind === 'INTEGER' || type.kind === 'REAL' || isDecimal(type));
  const isOther = isTime && (type.kind === 'TIMESTAMP' || type.kind === 'DATE');
  if (isNumberOfTime || isOther || type.kind === 'JSON' || type.kind === 'ARRAY') {
    const cast = castFunction(source, type.kind, type);
    return (value) => asColumnValue(cast(value as SqlValue));
  }
  const text = castFunction(source, 'TEXT');
  return (value) => convert(text(value as SqlValue));
}

/** Element by element, each as a column of the elements' type would take it. */
function coercerOfElements(type: ColumnType, source: StaticType, columnName: string): ColumnCoercer {
  const to = type.element ?? STATIC_TYPES.ANY;
  const physical = physicalKindOf(to);
  const declared = `an element of ${type.declared}`;
  const coerce = columnCoercer({ ...(to as ValueType), declared }, columnName, source.element ?? STATIC_TYPES.ANY);
  return (value) =>
    value === null
      ? null
      : encodeArray(decodeArray(value as string).map((element) => toSqlValue(physical, coerce(element))));
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
