import { type ColumnValue, integerColumnValue, type SqlValue, toSqlValue } from '../../../engine/column/types.ts';
import { type ExtendedKind, physicalKindOf, STATIC_TYPES, type StaticType } from '../static-type.ts';
import { encodeArray } from '../values/array.ts';
import { arrayItems } from '../values/array-text.ts';
import { type Decimal, decimalOfNumber, parseDecimal } from '../values/decimal.ts';
import { microsOfSeconds } from '../values/extended-affinity.ts';
import { canonicalJson, jsonOfJavascript } from '../values/json-text.ts';
import { wholeNumber } from '../values/numeric-text.ts';
import { formatTimestamp, parseDate, parseTimestamp } from '../values/time.ts';
import { exactDecimalValue } from '../values/typed-decimal.ts';
import { canonicalUuid } from '../values/uuid.ts';
import { type Converter, converterOf, isContainer, type Mismatch, toInteger } from './convert.ts';
import { isList } from './parameter.ts';

/** As {@link converterOf}, of the types that are not SQLite's. */
export function extendedConverter(
  kind: ExtendedKind,
  type: StaticType,
  mismatch: Mismatch,
  isJavascript: boolean,
): Converter {
  switch (kind) {
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
  }
}

/** Converts texts and JavaScript values to elements of an array, self-typed. */
export function elementConverter(element: StaticType, mismatch: Mismatch): (value: unknown) => SqlValue {
  const convert = converterOf(element, mismatch, true);
  const physical = physicalKindOf(element);
  return (value) => toSqlValue(physical, convert(value ?? null));
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
    const items = isList(value) ? Array.from(value) : null;
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

/** 'YYYY-MM-DD HH:MM:SS.mmm' in UTC. */
export function dateText(value: Date): string {
  return formatTimestamp(value.getTime() * 1000);
}
