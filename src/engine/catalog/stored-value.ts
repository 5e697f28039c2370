import type { ColumnValue } from '../column/types.ts';

/** A value inside a definition, which is stored as JSON: numbers that JSON cannot write, integers and blobs as text. */
export type StoredValue =
  | null
  | number
  | string
  | { readonly bigint: string }
  | { readonly real: string }
  | { readonly blob: string };

export function storeValue(value: ColumnValue): StoredValue {
  if (typeof value === 'bigint') return { bigint: String(value) };
  if (value instanceof Uint8Array)
    return { blob: Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  if (typeof value === 'number' && !(Number.isFinite(value) && !Object.is(value, -0))) {
    return { real: Object.is(value, -0) ? '-0' : String(value) };
  }
  return value;
}

export function loadValue(stored: StoredValue): ColumnValue {
  if (stored === null || typeof stored !== 'object') return stored;
  if ('bigint' in stored) return BigInt(stored.bigint);
  if ('real' in stored) return Number(stored.real);
  const bytes = new Uint8Array(stored.blob.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(stored.blob.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}
