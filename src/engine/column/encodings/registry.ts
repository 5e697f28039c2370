import type { ByteReader } from '../../../base/bytes.ts';
import type { PhysicalKind } from '../types.ts';
import type { ColumnVector } from '../vector.ts';
import { readColumn } from './read-column.ts';

// The door of this folder: column blocks, written and read. A block says which codec made it; encoding.ts lists them.

export { encodeColumn } from './encode-column.ts';
export type { EncodedColumn, EncodingName } from './encoding.ts';
export type { OutlinedPlaces } from './outlined.ts';
export { readColumn, readOneRow } from './read-column.ts';

/** Parses a column block, advances the reader past it and decodes all of its rows. */
export function decodeColumn(
  reader: ByteReader,
  physical: PhysicalKind,
  rowCount: number,
  dictionary: readonly string[] | null,
): ColumnVector {
  return readColumn(reader, physical, rowCount, dictionary).decode();
}
