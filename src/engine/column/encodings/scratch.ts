import { LIMITS } from '../../../base/limits.ts';

/** Arrays that encoding one block takes, as a rule. */
const ARRAYS = 8;
/** Shorter arrays cost less than a view of a longer one. */
const MIN_LENGTH = 64;

/**
 * Memory for the arrays that encoding a column needs on its way, used again and again: as garbage they would come to
 * some times the size of the rows, and wait for the collector.
 */
let memory: Float64Array | null = null;
let used = 0;
let openScopes = 0;

/** Runs `work`, whose arrays of {@link scratch} are of no more use when it returns. */
export function withScratch<T>(work: () => T): T {
  const before = used;
  openScopes++;
  try {
    return work();
  } finally {
    openScopes--;
    used = before;
  }
}

/** An array of anything, until the innermost {@link withScratch} that is running returns; where none is, for ever. */
export function scratch(length: number): Float64Array {
  if (openScopes === 0 || length < MIN_LENGTH) return new Float64Array(length);
  memory ??= new Float64Array(ARRAYS * LIMITS.deltaChunkRows);
  if (used + length > memory.length) return new Float64Array(length);
  used += length;
  return memory.subarray(used - length, used);
}

/** A copy of values[from, to), likewise. */
export function scratchCopy(values: Float64Array | Uint32Array, from: number, to: number): Float64Array {
  const copy = scratch(to - from);
  copy.set(values.subarray(from, to));
  return copy;
}
