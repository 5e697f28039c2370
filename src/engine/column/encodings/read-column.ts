import type { ByteReader } from '../../../base/bytes.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../types.ts';
import { Decimals } from './decimal.ts';
import { DictionaryCodes } from './dictionary.ts';
import {
  BigintColumn,
  ByteStringColumn,
  CodedTextColumn,
  ConstantColumn,
  NumberColumn,
  SelfTypedColumn,
} from './encoded-columns.ts';
import type { EncodedColumn } from './encoding.ts';
import * as encodings from './encoding.ts';
import { readNumberRun } from './integers.ts';
import { STORED_ENCODINGS } from './late-parts.ts';
import { NullBitmap } from './null-bitmap.ts';
import type { ReadOutlined } from './outlined.ts';
import { PlainBigints } from './plain-numbers.ts';
import { readColumnValue, readSelfTyped } from './self-typed.ts';
import { ByteStrings } from './texts.ts';

/**
 * Parses a column block of rowCount rows and advances the reader past it. The result keeps views of the reader's
 * bytes. `dictionary` is the one that a block in the shared dictionary encoding refers to, `outlined` reads the values
 * that lie outside of it. Throws CORRUPT.
 */
export function readColumn(
  reader: ByteReader,
  physical: PhysicalKind,
  rowCount: number,
  dictionary: readonly string[] | null,
  outlined: ReadOutlined | null = null,
): EncodedColumn {
  return readEncoded(reader, reader.u8(), physical, rowCount, dictionary, outlined);
}

/** {@link readColumn} for a block of one row, of which nothing but the value is wanted: the log is full of them. */
export function readOneRow(reader: ByteReader, physical: PhysicalKind): ColumnValue {
  const head = reader.u8();
  if (head === encodings.ALL_NULL) return null;
  if (head === encodings.CONSTANT) return readConstantValue(reader, physical);
  return readEncoded(reader, head, physical, 1, null, null).at(0);
}

function readEncoded(
  reader: ByteReader,
  head: number,
  physical: PhysicalKind,
  rowCount: number,
  dictionary: readonly string[] | null,
  outlined: ReadOutlined | null,
): EncodedColumn {
  const encoding = head & ~encodings.HAS_NULLS;
  const nulls = head & encodings.HAS_NULLS ? NullBitmap.read(reader, rowCount) : null;
  switch (encoding) {
    case encodings.ALL_NULL:
      return new ConstantColumn(rowCount, physical, null, null, dictionary);
    case encodings.CONSTANT:
      return new ConstantColumn(rowCount, physical, readConstantValue(reader, physical), nulls, null);
  }
  if (rowCount === 0) reader.fail('values of no rows');
  if (encoding >= encodings.OUTLINED && (physical === 'text' || physical === 'blob' || physical === 'any')) {
    return STORED_ENCODINGS.get().readStoredStrings(reader, physical, encoding, rowCount, nulls, outlined);
  }
  switch (physical) {
    case 'integer':
    case 'real':
      return readNumbers(reader, physical, encoding, rowCount, nulls);
    case 'text':
      return readText(reader, encoding, rowCount, nulls, dictionary);
    case 'blob':
      if (encoding !== encodings.PLAIN_BLOB) return unexpected(reader, physical, encoding);
      return new ByteStringColumn('plain-blob', rowCount, nulls, ByteStrings.read(reader, rowCount));
    case 'any':
      if (encoding !== encodings.SELF_TYPED) return unexpected(reader, physical, encoding);
      return readSelfTypedRun(reader, rowCount);
  }
}

function readConstantValue(reader: ByteReader, physical: PhysicalKind): ColumnValue {
  return readColumnValue(reader, physical) ?? reader.fail('NULL as a constant');
}

function readNumbers(
  reader: ByteReader,
  physical: 'integer' | 'real',
  encoding: number,
  rowCount: number,
  nulls: NullBitmap | null,
): EncodedColumn {
  const integer = physical === 'integer';
  switch (encoding) {
    case encodings.PLAIN_BIGINT:
    case encodings.OFFSET_BIGINT: {
      if (!integer) return unexpected(reader, physical, encoding);
      const isPlain = encoding === encodings.PLAIN_BIGINT;
      const name = encodings.ENCODING_NAMES[encoding];
      const read = isPlain ? PlainBigints.read : STORED_ENCODINGS.get().readStoredBigints;
      return new BigintColumn(name, rowCount, nulls, read(reader, rowCount));
    }
    case encodings.DECIMAL:
      if (integer) return unexpected(reader, physical, encoding);
      return new NumberColumn('decimal', rowCount, nulls, Decimals.read(reader, rowCount));
    case encodings.SPLIT:
    case encodings.XORED:
      if (integer) return unexpected(reader, physical, encoding);
  }
  const numbers = readNumberRun(reader, encoding, rowCount);
  return new NumberColumn(encodings.ENCODING_NAMES[encoding], rowCount, nulls, numbers);
}

function readText(
  reader: ByteReader,
  encoding: number,
  rowCount: number,
  nulls: NullBitmap | null,
  dictionary: readonly string[] | null,
): EncodedColumn {
  switch (encoding) {
    case encodings.DICTIONARY:
      if (dictionary === null) reader.fail('codes without their dictionary');
      return new CodedTextColumn('dictionary', rowCount, nulls, DictionaryCodes.read(reader, rowCount, dictionary));
    case encodings.LOCAL_DICTIONARY:
      return new CodedTextColumn('local-dictionary', rowCount, nulls, DictionaryCodes.readLocal(reader, rowCount));
    case encodings.PLAIN_TEXT:
      return new ByteStringColumn('plain-text', rowCount, nulls, ByteStrings.read(reader, rowCount));
    default:
      return unexpected(reader, 'text', encoding);
  }
}

function readSelfTypedRun(reader: ByteReader, rowCount: number): EncodedColumn {
  const values: SqlValue[] = [];
  for (let i = 0; i < rowCount; i++) values.push(readSelfTyped(reader));
  return new SelfTypedColumn(values);
}

function unexpected(reader: ByteReader, physical: PhysicalKind, encoding: number): never {
  return reader.fail(`encoding ${encoding} in a column of kind ${physical}`);
}
