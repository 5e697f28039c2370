import { type ColumnValue, integerColumnValue, type SqlValue, toSqlValue } from '../../../engine/column/types.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../static-type.ts';
import { microsOfSeconds } from '../values/affinity.ts';
import { encodeArray } from '../values/array.ts';
import { arrayItems } from '../values/array-text.ts';
import { booleanWord } from '../values/cast.ts';
import { type Decimal, decimalOfNumber, parseDecimal } from '../values/decimal.ts';
import { exactInteger, MAX_INTEGER, MIN_INTEGER } from '../values/integer.ts';
import { canonicalJson, jsonOfJavascript } from '../values/json-text.ts';
import { wholeNumber } from '../values/numeric-text.ts';
import { textOf } from '../values/text.ts';
import { parseDate, parseTimestamp } from '../values/time.ts';
import { exactDecimalValue } from '../values/typed-decimal.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { bindParameter, dateText } from './parameter.ts';

/** Refuses a value by name. */
export type Mismatch = (value: unknown) => never;

/** What makes a value fit a type without loss, or calls its {@link Mismatch}. */
export type Converter = (value: unknown) => ColumnValue;

/**
 * The converter of a type. `isJavascript`: values come as users pass them (a number that is an integer means INTEGER);
 * otherwise they are self-typed.
 */
export function converterOf(type: StaticType, mismatch: Mismatch, isJavascript: boolean): Converter {
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
    case 'DECIMAL':
    case 'BIGDECIMAL':
      return (value) => toDecimal(value, type, mismatch);
    case 'JSON':
      return (value) => toJson(value, type.binary === true, isJavascript, mismatch);
    case 'UUID':
      return (value) => toUuid(value, mismatch);
    case 'ARRAY':
      return arrayConverter(type, mismatch);
    case 'ANY':
    case 'NULL':
      return isJavascript
        ? (value) => (isTaken(value) ? bindParameter(value, '') : mismatch(value))
        : (value) => value as SqlValue;
  }
}

/** Converts texts and JavaScript values to elements of an array, self-typed. */
export function elementConverter(element: StaticType, mismatch: Mismatch): (value: unknown) => SqlValue {
  const convert = converterOf(element, mismatch, true);
  const physical = physicalKindOf(element);
  return (value) => toSqlValue(physical, convert(value ?? null));
}

function isTaken(value: unknown): boolean {
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null || value instanceof Uint8Array || value instanceof Date || value instanceof ArrayBuffer)
    return true;
  return jsonOfJavascript(value) !== null;
}

function toInteger(value: unknown, mismatch: Mismatch): number | bigint | null {
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

function toReal(value: unknown, mismatch: Mismatch): number | null {
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
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? mismatch(value) : dateText(value);
      return (isContainer(value) ? jsonOfJavascript(value) : null) ?? mismatch(value);
  }
}

/** Arrays and plain objects: what JSON is made of. */
function isContainer(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !(value instanceof ArrayBuffer)
  );
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

function toDecimal(value: unknown, type: StaticType, mismatch: Mismatch): ColumnValue {
  const decimal = decimalFrom(value);
  if (decimal === null) return null;
  const fitting = decimal === undefined ? null : exactDecimalValue(decimal, type);
  if (fitting === null) return mismatch(value);
  return typeof fitting === 'bigint' ? integerColumnValue(fitting) : fitting;
}

/** null for NULL, undefined for what is no finite number. */
function decimalFrom(value: unknown): Decimal | null | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? null : (decimalOfNumber(value) ?? undefined);
    case 'bigint':
      return { units: value, scale: 0 };
    case 'string':
      return parseDecimal(value) ?? undefined;
    case 'boolean':
      return { units: value ? 1n : 0n, scale: 0 };
    default:
      return value === null ? null : undefined;
  }
}

/** A text is JSON already; from JavaScript any other value becomes the JSON that says the same. */
function toJson(value: unknown, binary: boolean, isJavascript: boolean, mismatch: Mismatch): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return canonicalJson(value, binary);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? canonicalJson(String(value), binary) : mismatch(value);
  const isJson = isJavascript && (typeof value === 'boolean' || isContainer(value));
  const json = isJson ? jsonOfJavascript(value) : null;
  return json === null ? mismatch(value) : binary ? canonicalJson(json, true) : json;
}

function toUuid(value: unknown, mismatch: Mismatch): string | null {
  if (value === null) return null;
  return (typeof value === 'string' ? canonicalUuid(value) : null) ?? mismatch(value);
}

/** A JavaScript array element by element, or the text of one. */
function arrayConverter(type: StaticType, mismatch: Mismatch): Converter {
  const element = type.element ?? STATIC_TYPES.ANY;
  let whole: unknown = null;
  const convert = elementConverter(element, () => mismatch(whole));
  return (value) => {
    if (value === null) return null;
    whole = value;
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
    const items = isList ? Array.from(value as ArrayLike<unknown>) : null;
    if (items !== null)
      return encodeArray(items.map(element.kind === 'JSON' ? (item) => convert(asJsonText(item)) : convert));
    const texts = typeof value === 'string' ? arrayItems(value, element.kind === 'JSON') : null;
    return texts === null ? mismatch(value) : encodeArray(texts.map(convert));
  };
}

/** Inside of an array a JavaScript text is a JSON text, not the source of one. */
function asJsonText(item: unknown): unknown {
  return typeof item === 'string' ? JSON.stringify(item) : item;
}
