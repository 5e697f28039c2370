import { NO_DOUBLES, NO_INTS } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { isPlace } from './number-interner.ts';

const NONE = -1;

/** Integers of a range that is this much larger than the number of rows, or this large at least, have a place each. */
const RANGE_PER_ROW = 8;
const SMALL_RANGE = 4096;

/** Rows by a key of integers that lie close together, as surrogate keys do: a place per integer, no hashing. */
export class DirectKeys {
  /** The row behind each one of the same key; null when no two rows share one. */
  nexts: Int32Array | null = null;
  private start = 0;
  /** How many integers from `start` on have a place. */
  private range = 0;
  /** Per place the first row. The memory is kept from build to build. */
  private firsts = NO_INTS;
  private scratch = NO_DOUBLES;

  /**
   * False: keys are no integers, or too far apart. Rows whose key is NULL, or that `wanted` says 0 of, are left out.
   */
  build(keys: ColumnVector, count: number, wanted: Uint8Array | null): boolean {
    if (keys.kind !== 'number') return false;
    const { values, nulls } = keys;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < count; row++) {
      if (isLeftOut(nulls, wanted, row)) continue;
      const value = values[row];
      if (!Number.isSafeInteger(value)) return false;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const range = Math.max(0, high - low + 1);
    if (range > Math.max(SMALL_RANGE, count * RANGE_PER_ROW)) return false;
    this.start = low;
    this.range = range;
    if (this.firsts.length < range) this.firsts = new Int32Array(range);
    this.firsts.fill(NONE, 0, range);
    this.chainUp(values, nulls, count, wanted);
    return true;
  }

  private chainUp(values: Float64Array, nulls: Uint8Array | null, count: number, wanted: Uint8Array | null): void {
    const { firsts, start } = this;
    let nexts: Int32Array | null = null;
    for (let row = count - 1; row >= 0; row--) {
      if (isLeftOut(nulls, wanted, row)) continue;
      const place = values[row] - start;
      const next = firsts[place];
      if (next !== NONE) nexts ??= new Int32Array(count).fill(NONE);
      if (nexts !== null) nexts[row] = next;
      firsts[place] = row;
    }
    this.nexts = nexts;
  }

  /** Per selected row of a vector the first row that has its key, or -1. */
  find(vector: ColumnVector, selection: Uint32Array | null, count: number, out: Int32Array): void {
    const values = vector.kind === 'number' ? vector.values : this.numbers(vector, selection, count);
    const nulls = vector.kind === 'number' ? vector.nulls : null;
    findNumbers(this.firsts, this.start, this.range, values, selection, count, out);
    if (nulls === null) return;
    for (let k = 0; k < count; k++) if (nulls[selection === null ? k : selection[k]] === 1) out[k] = NONE;
  }

  /** The numbers among the values; NaN, which is found nowhere, for all others. */
  private numbers(
    vector: Exclude<ColumnVector, { kind: 'number' }>,
    selection: Uint32Array | null,
    count: number,
  ): Float64Array {
    const rowCount = vector.kind === 'dictionary' ? vector.codes.length : vector.values.length;
    if (this.scratch.length < rowCount) this.scratch = new Float64Array(rowCount);
    const { scratch } = this;
    for (let k = 0; k < count; k++) {
      const row = selection === null ? k : selection[k];
      scratch[row] = vector.kind === 'dictionary' ? Number.NaN : exactNumber(vector.values[row]);
      if (vector.kind === 'bigint' && vector.nulls !== null && vector.nulls[row] === 1) scratch[row] = Number.NaN;
    }
    return scratch;
  }
}

function isLeftOut(nulls: Uint8Array | null, wanted: Uint8Array | null, row: number): boolean {
  return (nulls !== null && nulls[row] === 1) || (wanted !== null && wanted[row] === 0);
}

function exactNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  const number = typeof value === 'bigint' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

function findNumbers(
  firsts: Int32Array,
  start: number,
  range: number,
  values: Float64Array,
  selection: Uint32Array | null,
  count: number,
  out: Int32Array,
): void {
  for (let k = 0; k < count; k++) {
    const value = values[selection === null ? k : selection[k]];
    const place = value - start;
    // Neither fractions nor NaN are equal to their whole part.
    out[k] = isPlace(place, range, value, start) ? firsts[place] : NONE;
  }
}
