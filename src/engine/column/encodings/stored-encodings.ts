import type { ByteReader } from '../../../base/bytes.ts';
import { DistinctNumbers } from './distinct.ts';
import { DISTINCT, LAGGED, LINEAR, PIECES, RUNS, SCALED, SPLIT } from './encoding.ts';
import type { EncodedIntegers } from './integers.ts';
import { LaggedIntegers } from './lagged.ts';
import { LinearIntegers } from './linear.ts';
import { PieceIntegers } from './pieces.ts';
import { RunIntegers } from './runs.ts';
import { ScaledIntegers } from './scaled.ts';
import { SplitDoubles } from './split.ts';

/** Runs inside of runs: more than any encoder nests, and few enough for any stack. */
const MAX_DEPTH = 6;

/** Numbers in one of the encodings that only segments have. Throws CORRUPT. */
export function readStoredNumbers(reader: ByteReader, encoding: number, count: number, depth: number): EncodedIntegers {
  if (depth > MAX_DEPTH) reader.fail('encodings inside of each other without an end');
  switch (encoding) {
    case SCALED:
      return ScaledIntegers.read(reader, count, depth + 1);
    case RUNS:
      return RunIntegers.read(reader, count, depth + 1);
    case LAGGED:
      return LaggedIntegers.read(reader, count, depth + 1);
    case LINEAR:
      return LinearIntegers.read(reader, count, depth + 1);
    case PIECES:
      return PieceIntegers.read(reader, count, depth + 1);
    case DISTINCT:
      return DistinctNumbers.read(reader, count, depth + 1);
    case SPLIT:
      return SplitDoubles.read(reader, count, depth + 1);
    default:
      return reader.fail(`an encoding ${encoding} of numbers`);
  }
}
