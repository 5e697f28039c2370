import { type ColumnValue, integerColumnValue, type SqlValue } from '../../../engine/column/types.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import type { StaticType } from '../static-type.ts';
import { booleanWord } from '../values/cast.ts';
import { exactInteger, MAX_INTEGER, MIN_INTEGER } from '../values/integer.ts';
import { wholeNumber } from '../values/numeric-text.ts';
import { textOf } from '../values/text.ts';
import { bindParameter } from './parameter.ts';

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
    case 'ANY':
    case 'NULL':
      return isJavascript
        ? (value) => (isTaken(value) ? bindParameter(value, '') : mismatch(value))
        : (value) => value as SqlValue;
    default:
      return EXTENDED_TYPES.get().extendedConverter(type.kind, type, mismatch, isJavascript);
  }
}

function isTaken(value: unknown): boolean {
  if (typeof value !== 'object') return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol';
  if (value === null || value instanceof Uint8Array || value instanceof Date || value instanceof ArrayBuffer)
    return true;
  return EXTENDED_TYPES.get().jsonOfJavascript(value) !== null;
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

function toReal(value: unknown, mismatch: Mismatch): number | null {
  switch (typeof value) {
    case 'number':
      return Number.isNaN(value) ? null : value + 0;
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
      if (value instanceof Date)
        return Number.isNaN(value.getTime()) ? mismatch(value) : EXTENDED_TYPES.get().dateText(value);
      return (isContainer(value) ? EXTENDED_TYPES.get().jsonOfJavascript(value) : null) ?? mismatch(value);
  }
}

/** Arrays and plain objects: what JSON is made of. */
export function isContainer(value: unknown): boolean {
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
