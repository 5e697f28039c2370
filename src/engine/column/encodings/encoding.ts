import type { ColumnValue } from '../types.ts';
import type { ColumnVector } from '../vector.ts';
import type { VectorRoom } from '../vector-room.ts';

// The numbers that name encodings on disk: never reuse one. A column block begins with one byte, the encoding in its
// low seven bits; 0x80 says that a null bitmap follows it. The body is the codec's.

export const ALL_NULL = 0;
export const CONSTANT = 1;
export const BIT_PACKED = 2;
export const DELTA = 3;
export const DECIMAL = 4;
export const PLAIN = 5;
export const PLAIN_BIGINT = 6;
export const DICTIONARY = 7;
export const LOCAL_DICTIONARY = 8;
export const PLAIN_TEXT = 9;
export const PLAIN_BLOB = 10;
export const SELF_TYPED = 11;
export const OUTLINED = 12;
export const SCALED = 13;
export const RUNS = 14;
export const LAGGED = 15;
export const LINEAR = 16;
export const PIECES = 17;
export const DISTINCT = 18;
export const SPLIT = 19;
export const FRONT_CODED = 20;
export const DEFLATED = 21;
export const OFFSET_BIGINT = 22;
export const XORED = 23;

export const HAS_NULLS = 0x80;

export const ENCODING_NAMES = [
  'all-null',
  'constant',
  'bit-packed',
  'delta',
  'decimal',
  'plain',
  'plain-bigint',
  'dictionary',
  'local-dictionary',
  'plain-text',
  'plain-blob',
  'self-typed',
  'outlined',
  'scaled',
  'runs',
  'lagged',
  'linear',
  'pieces',
  'distinct',
  'split',
  'front-coded',
  'deflated',
  'offset-bigint',
  'xored',
] as const;

export type EncodingName = (typeof ENCODING_NAMES)[number];

/** A column block as parsed: its bytes are views of what it was read from. */
export interface EncodedColumn {
  readonly encoding: EncodingName;
  readonly rowCount: number;
  /** What it comes to hold in memory beside its own bytes, where that is much. */
  readonly inflatedBytes?: number;
  /** A vector of all rows; numbers and codes lie in `room`, or in arrays of their own. A local dictionary is the same array each time. */
  decode(room?: VectorRoom): ColumnVector;
  /** Row i alone. Constant time, but for delta (a short sum) and self-typed (decodes once). */
  at(i: number): ColumnValue;
}
