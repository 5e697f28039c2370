import type { ByteReader } from '../../../base/bytes.ts';
import { type LargeRows, type LargeValue, vectorWithLarge } from '../large-values.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../types.ts';
import { type ColumnVector, valueAt } from '../vector.ts';
import type { EncodedColumn } from './encoding.ts';
import { readIntegers } from './integers.ts';
import { decodeUtf8OrNull } from './utf8.ts';

// A block of which some values lie elsewhere: rows varint, their positions and the number of the value of each as
// integers; values varint, offset of the first varint, their lengths as integers, in an ANY column a byte for the kind
// of each, a CRC-32C for each; then the column block of all rows, with anything in the places of those.

/** Large values of a block, which lie one after the other. */
export interface OutlinedPlaces {
  /** Ascending, counted from the block's first row. */
  readonly rows: readonly number[];
  /** For each of the rows, the number of its value. */
  readonly numbers: readonly number[];
  readonly values: readonly LargeValue[];
  /** Where the first value lies, in bytes from the segment's start. */
  readonly offset: number;
}

/** Reads a piece of what the block is part of. Throws CORRUPT where it does not match its checksum. */
export type ReadOutlined = (offset: number, lengthBytes: number, crc: number) => Uint8Array;

export const LARGE_KINDS = ['text', 'blob'] as const;

/** The large values of a block of `rowCount` rows, by row. Throws CORRUPT. */
export function readOutlined(
  reader: ByteReader,
  physical: PhysicalKind,
  rowCount: number,
  read: ReadOutlined,
): LargeRows {
  const count = reader.varint();
  if (count === 0 || count > rowCount) reader.fail(`${count} large values in ${rowCount} rows`);
  const rows = integers(reader, count);
  const numbers = integers(reader, count);
  const values = readValues(reader, physical, count, read);
  const large = new Map<number, LargeValue>();
  for (let i = 0; i < count; i++) {
    const value = values[numbers[i]] ?? reader.fail('a large value that is not there');
    if (!(rows[i] >= 0 && rows[i] < rowCount)) reader.fail('a large value of no row');
    large.set(rows[i], value);
  }
  return large;
}

function readValues(reader: ByteReader, physical: PhysicalKind, most: number, read: ReadOutlined): LargeValue[] {
  const count = reader.varint();
  if (count === 0 || count > most) reader.fail(`${count} large values for ${most} rows`);
  let offset = reader.varint();
  const lengths = integers(reader, count);
  const kinds = Array.from(lengths, () =>
    physical === 'any' ? LARGE_KINDS[reader.u8()] : physical === 'text' ? 'text' : 'blob',
  );
  return Array.from(lengths, (lengthBytes, i) => {
    const kind = kinds[i] ?? reader.fail('a large value of an unknown kind');
    if (lengthBytes < 0) reader.fail('a negative length');
    const place = offset;
    const crc = reader.u32();
    offset += lengthBytes;
    const bytes = (): Uint8Array => read(place, lengthBytes, crc);
    const value = (): string | Uint8Array =>
      kind === 'blob' ? bytes() : (decodeUtf8OrNull(bytes()) ?? reader.fail('text that is not UTF-8'));
    return { kind, lengthBytes, crc, bytes, value };
  });
}

function integers(reader: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count);
  readIntegers(reader, count).decodeInto(values, 0);
  return values;
}

/** Texts, blobs or values of an ANY column, of which some lie elsewhere. */
export class OutlinedColumn implements EncodedColumn {
  readonly encoding = 'outlined';
  readonly rowCount: number;
  private readonly inner: EncodedColumn;
  private readonly physical: PhysicalKind;
  private readonly large: LargeRows;

  constructor(inner: EncodedColumn, physical: PhysicalKind, large: LargeRows) {
    this.rowCount = inner.rowCount;
    this.inner = inner;
    this.physical = physical;
    this.large = large;
  }

  decode(): ColumnVector {
    const vector = this.inner.decode();
    const values: SqlValue[] = [];
    for (let i = 0; i < this.rowCount; i++) values.push(this.large.has(i) ? null : valueAt(vector, this.physical, i));
    return vectorWithLarge(values, this.large);
  }

  at(i: number): ColumnValue {
    const large = this.large.get(i);
    return large === undefined ? this.inner.at(i) : large.value();
  }
}
