import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { exactInteger, MAX_INTEGER, MIN_INTEGER } from '../values/integer.ts';

/**
 * A JavaScript value as a self-typed one. A number that is an integer is an INTEGER, any other a REAL; NaN is NULL, as
 * in SQLite; a boolean is 1 or 0; a Date is its UTC text, which TIMESTAMP and DATE columns read back; arrays and plain objects
 * are their JSON text, which JSON and ARRAY columns read. `label` names the parameter in messages: '?1', ':name'.
 */
export function bindParameter(value: unknown, label: string): SqlValue {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberValue(value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'bigint':
      if (value <= MAX_INTEGER && value >= MIN_INTEGER) return value;
      throw new HeliosError('NUMERIC_OVERFLOW', `parameter ${label} is ${value}, beyond a 64-bit INTEGER`);
    default:
      return value === null ? null : objectValue(value, label);
  }
}

function numberValue(value: number): SqlValue {
  return Number.isNaN(value) ? null : (exactInteger(value) ?? value);
}

function objectValue(value: unknown, label: string): SqlValue {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (value instanceof Date && !Number.isNaN(value.getTime())) return EXTENDED_TYPES.get().dateText(value);
  const json = value instanceof Date ? null : EXTENDED_TYPES.get().jsonOfJavascript(value);
  if (json !== null) return json;
  throw new HeliosError('PARAMETER_TYPE', `parameter ${label} is ${describe(value)}, which no SQL type takes`, {
    hint: 'Pass null, a string, number, bigint, boolean, Date, Uint8Array, array or plain object.',
  });
}

/** What a JavaScript value is, in words. */
export function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid Date';
  if (Array.isArray(value)) return 'an array';
  return value === undefined ? 'undefined' : `of type ${typeof value}`;
}
