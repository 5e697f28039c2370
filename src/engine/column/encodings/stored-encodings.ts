import type { ByteReader } from '../../../base/bytes.ts';
import type { PhysicalKind } from '../types.ts';
import { DeflatedColumn } from './deflated.ts';
import { DistinctNumbers } from './distinct.ts';
import type { EncodedBigints } from './encoded-columns.ts';
import type { EncodedColumn } from './encoding.ts';
import * as encodings from './encoding.ts';
import { FrontCodedColumn, FrontCodedTexts } from './front-coded.ts';
import type { EncodedIntegers } from './integers.ts';
import { LaggedIntegers } from './lagged.ts';
import { LinearIntegers } from './linear.ts';
import type { NullBitmap } from './null-bitmap.ts';
import { OffsetBigints } from './offset-bigints.ts';
import { OutlinedColumn, type ReadOutlined, readOutlined } from './outlined.ts';
import { PieceIntegers } from './pieces.ts';
import { readColumn } from './read-column.ts';
import { RunIntegers } from './runs.ts';
import { ScaledIntegers } from './scaled.ts';
import { SplitDoubles } from './split.ts';
import { XoredDoubles } from './xored.ts';

/** Runs inside of runs: more than any encoder nests, and few enough for any stack. */
const MAX_DEPTH = 6;

/** Numbers in one of the encodings that only segments have. Throws CORRUPT. */
export function readStoredNumbers(reader: ByteReader, encoding: number, count: number, depth: number): EncodedIntegers {
  if (depth > MAX_DEPTH) reader.fail('encodings inside of each other without an end');
  switch (encoding) {
    case encodings.SCALED:
      return ScaledIntegers.read(reader, count, depth + 1);
    case encodings.RUNS:
      return RunIntegers.read(reader, count, depth + 1);
    case encodings.LAGGED:
      return LaggedIntegers.read(reader, count, depth + 1);
    case encodings.LINEAR:
      return LinearIntegers.read(reader, count, depth + 1);
    case encodings.PIECES:
      return PieceIntegers.read(reader, count, depth + 1);
    case encodings.DISTINCT:
      return DistinctNumbers.read(reader, count, depth + 1);
    case encodings.SPLIT:
      return SplitDoubles.read(reader, count, depth + 1);
    case encodings.XORED:
      return XoredDoubles.read(reader, count);
    default:
      return reader.fail(`an encoding ${encoding} of numbers`);
  }
}

/** 64-bit integers in the one of those encodings that they have. Throws CORRUPT. */
export function readStoredBigints(reader: ByteReader, count: number): EncodedBigints {
  return new OffsetBigints(reader, count, 1);
}

/** Texts, blobs or self-typed values in one of those encodings. Throws CORRUPT. */
export function readStoredStrings(
  reader: ByteReader,
  physical: PhysicalKind,
  encoding: number,
  rowCount: number,
  nulls: NullBitmap | null,
  outlined: ReadOutlined | null,
): EncodedColumn {
  switch (encoding) {
    case encodings.OUTLINED: {
      if (outlined === null) reader.fail('values that lie outside of a block that stands alone');
      const large = readOutlined(reader, physical, rowCount, outlined);
      return new OutlinedColumn(readColumn(reader, physical, rowCount, null), physical, large);
    }
    case encodings.FRONT_CODED:
      if (physical !== 'text') break;
      return new FrontCodedColumn(rowCount, nulls, FrontCodedTexts.read(reader, rowCount));
    case encodings.DEFLATED:
      return new DeflatedColumn(reader, rowCount, nulls, (chunk, rows) => {
        // A chunk inside of a chunk could go on for ever.
        if (chunk.bytes[chunk.position] === encodings.DEFLATED) chunk.fail('a chunk in a chunk');
        return readColumn(chunk, physical, rows, null);
      });
  }
  return reader.fail(`encoding ${encoding} in a column of kind ${physical}`);
}

/** The texts of a dictionary that is front-coded. Throws CORRUPT. */
export function readFrontCodedTexts(reader: ByteReader, count: number): string[] {
  return FrontCodedTexts.read(reader, count).texts();
}
