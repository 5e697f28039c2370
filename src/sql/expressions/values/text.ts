import type { SqlValue } from '../../../engine/column/types.ts';
import { formatReal } from './real-text.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as text: UTF-8, what is not becomes U+FFFD. */
export function bytesToText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A value as CAST(… AS TEXT) and || see it. Not for NULL. */
export function textOf(value: Exclude<SqlValue, null>): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'number':
      return formatReal(value);
    default:
      return bytesToText(value);
  }
}

/** C's texts end at the first NUL. */
export function beforeNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
