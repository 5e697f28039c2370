import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../types.ts';
import { integerColumnValue, toSqlValue } from '../types.ts';
import { readText } from './utf8.ts';

// Values that carry their type: a tag byte, then
//   0 NULL   nothing
//   1 integer, small: signed varint          2 integer: 8 bytes
//   3 real: 8 bytes                          4 text: length varint, UTF-8        5 blob: length varint, bytes

const TAG_NULL = 0;
const TAG_SMALL_INTEGER = 1;
const TAG_INTEGER = 2;
const TAG_REAL = 3;
const TAG_TEXT = 4;
const TAG_BLOB = 5;

const SMALL_INTEGER = 2n ** 52n;

export function writeSelfTyped(writer: ByteWriter, value: SqlValue): void {
  if (value === null) {
    writer.u8(TAG_NULL);
  } else if (typeof value === 'bigint') {
    if (value > -SMALL_INTEGER && value < SMALL_INTEGER) {
      writer.u8(TAG_SMALL_INTEGER);
      writer.signedVarint(Number(value));
    } else {
      writer.u8(TAG_INTEGER);
      writer.i64(value);
    }
  } else if (typeof value === 'number') {
    writer.u8(TAG_REAL);
    writer.f64(value);
  } else if (typeof value === 'string') {
    writer.u8(TAG_TEXT);
    writer.text(value);
  } else {
    writer.u8(TAG_BLOB);
    writer.blob(value);
  }
}

export function readSelfTyped(reader: ByteReader): SqlValue {
  const tag = reader.u8();
  switch (tag) {
    case TAG_NULL:
      return null;
    case TAG_SMALL_INTEGER:
      return BigInt(reader.signedVarint());
    case TAG_INTEGER:
      return reader.i64();
    case TAG_REAL:
      return reader.f64();
    case TAG_TEXT:
      return readText(reader);
    case TAG_BLOB:
      return reader.blob().slice();
    default:
      return reader.fail(`a value of type ${tag}`);
  }
}

/** A self-typed value as a column of this physical kind holds it; CORRUPT where it cannot. */
export function readColumnValue(reader: ByteReader, physical: PhysicalKind): ColumnValue {
  if (physical === 'integer' && reader.peek() === TAG_SMALL_INTEGER) {
    reader.u8();
    return reader.signedVarint();
  }
  const value = readSelfTyped(reader);
  if (!fits(physical, value)) reader.fail(`a value that no ${physical} column holds`);
  return physical === 'integer' && typeof value === 'bigint' ? integerColumnValue(value) : value;
}

export function writeColumnValue(writer: ByteWriter, physical: PhysicalKind, value: ColumnValue): void {
  writeSelfTyped(writer, toSqlValue(physical, value));
}

function fits(physical: PhysicalKind, value: SqlValue): boolean {
  switch (physical) {
    case 'integer':
      return value === null || typeof value === 'bigint';
    case 'real':
      return value === null || typeof value === 'number';
    case 'text':
      return value === null || typeof value === 'string';
    case 'blob':
      return value === null || value instanceof Uint8Array;
    case 'any':
      return true;
  }
}
