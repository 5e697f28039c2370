import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { EXTENDED_TYPES } from '../late-parts.ts';
import { exactInteger, MAX_INTEGER, MIN_INTEGER } from '../values/integer.ts';

/**
 * A JavaScript value as a self-typed one. A number that is an integer is an INTEGER, any other a REAL; NaN is NULL, as
 * in SQLite, and -0 is 0; a boolean is 1 or 0; a Date is its UTC text, which TIMESTAMP and DATE columns read back; arrays,
 * typed ones too, and plain objects are their JSON text, which JSON and ARRAY columns read. `label` names the parameter in messages: '?1', ':name'.
 */
export function bindParameter(value: unknown, label: string): SqlValue {
  const bound = parameterValue(value);
  if (bound !== undefined) return bound;
  if (typeof value === 'bigint')
    throw new HeliosError('NUMERIC_OVERFLOW', `parameter ${label} is ${value}, beyond a 64-bit INTEGER`);
  throw new HeliosError('PARAMETER_TYPE', `parameter ${label} is ${describe(value)}, which no SQL type takes`, {
    hint: 'Pass null, a string, number, bigint, boolean, Date, Uint8Array, array or plain object.',
  });
}

/** As {@link bindParameter}; undefined: no SQL type takes it. */
export function parameterValue(value: unknown): SqlValue | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isNaN(value) ? null : (exactInteger(value) ?? value);
    case 'boolean':
      return value ? 1n : 0n;
    case 'bigint':
      return value <= MAX_INTEGER && value >= MIN_INTEGER ? value : undefined;
    default:
      return value === null ? null : objectValue(value);
  }
}

function objectValue(value: unknown): SqlValue | undefined {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : EXTENDED_TYPES.get().dateText(value);
  const plain = isList(value) ? Array.from(value) : value;
  return EXTENDED_TYPES.get().jsonOfJavascript(plain) ?? undefined;
}

/** An array, or a typed one. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** What a JavaScript value is, in words. */
export function describe(value: unknown): string {
  if (value instanceof Date) return 'an invalid Date';
  if (Array.isArray(value)) return 'an array';
  return value === undefined ? 'undefined' : `of type ${typeof value}`;
}
