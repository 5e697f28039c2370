import { type LargeRows, pickValues } from './large-values.ts';
import type { PhysicalKind, SqlValue } from './types.ts';

/**
 * A run of values of one column: what scans yield, codecs encode and operators compute on. Row i of a vector is its
 * i-th element; elements that a selection does not name, and elements whose `nulls` byte is 1, hold anything.
 *
 * physical kind -> vector kinds that may carry it
 *   integer -> 'number' (all values are safe integers) or 'bigint' (some value is beyond 2^53)
 *   real    -> 'number'
 *   text    -> 'dictionary' or 'value' (strings)
 *   blob    -> 'value' (Uint8Array)
 *   any     -> 'value' (self-typed SqlValue: bigint is INTEGER, number is REAL)
 */
export type ColumnVector = NumberVector | BigintVector | DictionaryVector | ValueVector;

export interface NumberVector {
  readonly kind: 'number';
  readonly values: Float64Array;
  /** One byte a row, 1 = NULL; null when no row is NULL. */
  readonly nulls: Uint8Array | null;
}

export interface BigintVector {
  readonly kind: 'bigint';
  readonly values: BigInt64Array;
  readonly nulls: Uint8Array | null;
}

/** Text as codes. The same `dictionary` array (by identity) means the same codes: work done per entry may be cached. */
export interface DictionaryVector {
  readonly kind: 'dictionary';
  readonly codes: Uint32Array;
  /** Distinct texts; append-only while a delta grows. Not sorted. */
  readonly dictionary: readonly string[];
  readonly nulls: Uint8Array | null;
}

/** Values as they are, NULL in place. */
export interface ValueVector {
  readonly kind: 'value';
  readonly values: readonly SqlValue[];
  /** Rows whose element is read from the file whenever it is asked for: do so only if it is needed. */
  readonly large?: LargeRows;
}

/** Element i as a self-typed value. `physical` tells INTEGER from REAL in a 'number' vector. */
export function valueAt(vector: ColumnVector, physical: PhysicalKind, i: number): SqlValue {
  switch (vector.kind) {
    case 'number':
      if (vector.nulls !== null && vector.nulls[i] === 1) return null;
      return physical === 'real' ? vector.values[i] : BigInt(vector.values[i]);
    case 'bigint':
      return vector.nulls !== null && vector.nulls[i] === 1 ? null : vector.values[i];
    case 'dictionary':
      return vector.nulls !== null && vector.nulls[i] === 1 ? null : vector.dictionary[vector.codes[i]];
    case 'value':
      return vector.values[i];
  }
}

export function isNullAt(vector: ColumnVector, i: number): boolean {
  if (vector.kind === 'value') return vector.large?.has(i) !== true && vector.values[i] === null;
  return vector.nulls !== null && vector.nulls[i] === 1;
}

/** Rows [from, to) of a vector, sharing its memory. */
export function sliceVector(vector: ColumnVector, from: number, to: number): ColumnVector {
  if (vector.kind === 'value') return sliceValues(vector, from, to);
  const nulls = vector.nulls === null ? null : vector.nulls.subarray(from, to);
  switch (vector.kind) {
    case 'number':
      return { kind: 'number', values: vector.values.subarray(from, to), nulls };
    case 'bigint':
      return { kind: 'bigint', values: vector.values.subarray(from, to), nulls };
    case 'dictionary':
      return { kind: 'dictionary', codes: vector.codes.subarray(from, to), dictionary: vector.dictionary, nulls };
  }
}

function sliceValues(vector: ValueVector, from: number, to: number): ValueVector {
  if (vector.large === undefined) return { kind: 'value', values: vector.values.slice(from, to) };
  return pickValues(
    vector,
    Array.from({ length: to - from }, (_, i) => from + i),
  );
}
