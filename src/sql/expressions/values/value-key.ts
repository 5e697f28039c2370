import { collationKey } from '../../../engine/column/compare.ts';
import type { Collation, SqlValue } from '../../../engine/column/types.ts';
import { exactInteger } from './integer.ts';

/**
 * A primitive that is the same for values that compare equal, and different for others: the key of maps and sets.
 * Numbers are numbers (bigint where a double would lose digits), text is text with a tag, blobs are tagged hex.
 */
export function valueKey(value: SqlValue, collation: Collation): number | bigint | string | null {
  if (value === null) return null;
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? value + 0 : (exactInteger(value) ?? value);
    case 'bigint': {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case 'string':
      return `t${collationKey(value, collation)}`;
    default:
      return `b${hexOf(value)}`;
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0').toUpperCase());

/** Upper-case hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += HEX[byte];
  return hex;
}
