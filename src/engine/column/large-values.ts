import { LIMITS } from '../../base/limits.ts';
import type { SqlValue } from './types.ts';
import type { ValueVector } from './vector.ts';

/**
 * A text or blob that is too long to lie between others: a segment stores it outside of its column blocks, and a vector
 * has it read when somebody asks for the element.
 */
export interface LargeValue {
  readonly kind: 'text' | 'blob';
  readonly lengthBytes: number;
  /** CRC-32C of the bytes. */
  readonly crc: number;
  /** The bytes, UTF-8 of a text. Throws CORRUPT where the stored ones are damaged. */
  bytes(): Uint8Array;
  /** What the bytes stand for. Throws as {@link bytes} does. */
  value(): string | Uint8Array;
}

/** The large values of some rows. */
export type LargeRows = ReadonlyMap<number, LargeValue>;

/** True of what is stored as a large value. A text counts by its UTF-16 code units, which need no encoding. */
export function isLarge(value: SqlValue): value is string | Uint8Array {
  return (typeof value === 'string' || value instanceof Uint8Array) && value.length > LIMITS.inlineValueLength;
}

/** What stands for a large value among the others of its column. */
export function placeholder(kind: LargeValue['kind']): string | Uint8Array {
  return kind === 'text' ? '' : NO_BYTES;
}

const NO_BYTES = new Uint8Array(0);

/**
 * A vector of values of which some are large: `values` has anything in their places. It holds none of them: each time
 * that such an element is read, it comes from the file, and whoever reads all of a million documents has one at a time.
 */
export function vectorWithLarge(values: SqlValue[], large: LargeRows): ValueVector {
  for (const [row, value] of large) {
    Object.defineProperty(values, row, { get: () => value.value(), enumerable: true, configurable: true });
  }
  return { kind: 'value', values, large };
}

/** The given rows of a vector, in that order; large values stay where they are. */
export function pickValues(vector: ValueVector, rows: ArrayLike<number>): ValueVector {
  const { values, large } = vector;
  const picked = new Array<SqlValue>(rows.length);
  if (large === undefined) {
    for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]];
    return { kind: 'value', values: picked };
  }
  const pickedLarge = new Map<number, LargeValue>();
  for (let i = 0; i < rows.length; i++) {
    const value = large.get(rows[i]);
    if (value === undefined) picked[i] = values[rows[i]];
    else {
      picked[i] = null;
      pickedLarge.set(i, value);
    }
  }
  return pickedLarge.size === 0 ? { kind: 'value', values: picked } : vectorWithLarge(picked, pickedLarge);
}
