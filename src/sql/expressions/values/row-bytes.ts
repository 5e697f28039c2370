import type { SqlValue } from '../../../engine/column/types.ts';

/** Of memory, roughly: a row as a list of plain values, and each of them. */
const ROW_BYTES = 32;
const VALUE_BYTES = 32;

/** What a row of plain values takes, with the texts and blobs that it holds. */
export function rowBytes(row: readonly SqlValue[]): number {
  let bytes = ROW_BYTES + row.length * VALUE_BYTES;
  for (const value of row) {
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (value instanceof Uint8Array) bytes += value.length;
  }
  return bytes;
}
