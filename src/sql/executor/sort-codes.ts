import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import { ranksOf } from './sort-ranks.ts';

/** Below this many rows a sort by comparing is as fast. */
const LEAST_ROWS = 32;

/** Numbers of one term, from 0 to `range` - 1, whose order is the term's. */
interface Codes {
  readonly codes: Float64Array;
  readonly range: number;
}

/**
 * Positions sorted by terms whose values have few enough distinct codes for all of a row's codes and its number to fit
 * one double: doubles are sorted natively, without a comparator, and the row's number keeps the sort stable. null where
 * they do not fit: the caller compares.
 */
export function positionsByCodes(
  count: number,
  terms: readonly SortTermPlan[],
  column: (position: number) => ColumnVector,
  kinds: readonly PhysicalKind[],
): Int32Array | null {
  if (count < LEAST_ROWS) return null;
  if (terms.length === 1 && isInOrder(column(terms[0].position), terms[0], count)) return positionsAsTheyAre(count);
  const sums = new Float64Array(count);
  let range = count;
  for (const term of terms) {
    const found = codesOf(column(term.position), kinds[term.position], term, count, Number.MAX_SAFE_INTEGER / range);
    if (found === null) return null;
    range *= found.range;
    if (range > Number.MAX_SAFE_INTEGER) return null;
    const { codes } = found;
    for (let i = 0; i < count; i++) sums[i] = sums[i] * found.range + codes[i];
  }
  if (isAscending(sums, count)) return positionsAsTheyAre(count);
  for (let i = 0; i < count; i++) sums[i] = sums[i] * count + i;
  sums.sort();
  const positions = new Int32Array(count);
  for (let i = 0; i < count; i++) positions[i] = sums[i] % count;
  return positions;
}

/** True when numbers, none of them NULL, come in the order of the term already, as surrogate keys often do. */
function isInOrder(vector: ColumnVector, term: SortTermPlan, count: number): boolean {
  if (vector.kind !== 'number' || vector.nulls !== null || term.descending) return false;
  return isAscending(vector.values, count);
}

function isAscending(values: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (values[i] < values[i - 1]) return false;
  return true;
}

/** Positions 0 to count - 1. */
export function positionsAsTheyAre(count: number): Int32Array<ArrayBuffer> {
  const positions = new Int32Array(count);
  for (let i = 0; i < count; i++) positions[i] = i;
  return positions;
}

function codesOf(
  vector: ColumnVector,
  kind: PhysicalKind,
  term: SortTermPlan,
  count: number,
  mostRange: number,
): Codes | null {
  switch (vector.kind) {
    case 'number':
      return kind === 'real'
        ? codesOfReals(vector.values, vector.nulls, term, count)
        : codesOfIntegers(vector.values, vector.nulls, term, count, mostRange);
    case 'dictionary':
      return codesOfIntegers(ranksOf(vector, term.collation), vector.nulls, term, count, mostRange);
    default:
      return null;
  }
}

function codesOfIntegers(
  values: Float64Array,
  nulls: Uint8Array | null,
  term: SortTermPlan,
  count: number,
  mostRange: number,
): Codes | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    if (nulls !== null && nulls[i] === 1) continue;
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  if (low > high) return { codes: new Float64Array(count), range: 1 };
  const range = high - low + 3;
  if (range > mostRange) return null;
  const codes = new Float64Array(count);
  const sign = term.descending ? -1 : 1;
  const base = term.descending ? high + 1 : 1 - low;
  for (let i = 0; i < count; i++) codes[i] = base + sign * values[i];
  placeNulls(codes, nulls, term, range - 1, count);
  return { codes, range };
}

/** Doubles are coded by their rank among the values that occur. */
function codesOfReals(values: Float64Array, nulls: Uint8Array | null, term: SortTermPlan, count: number): Codes | null {
  const sorted = Float64Array.prototype.slice.call(values, 0, count);
  if (nulls !== null) for (let i = 0; i < count; i++) if (nulls[i] === 1) sorted[i] = 0;
  sorted.sort();
  let distinct = 0;
  // -0 and 0 are one value.
  for (let i = 0; i < count; i++) if (i === 0 || sorted[i] !== sorted[distinct - 1]) sorted[distinct++] = sorted[i];
  const codes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    if (nulls !== null && nulls[i] === 1) continue;
    const rank = rankOf(sorted, distinct, values[i]);
    codes[i] = term.descending ? distinct - rank : rank + 1;
  }
  placeNulls(codes, nulls, term, distinct + 1, count);
  return { codes, range: distinct + 2 };
}

function rankOf(sorted: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeNulls(
  codes: Float64Array,
  nulls: Uint8Array | null,
  term: SortTermPlan,
  last: number,
  count: number,
): void {
  if (nulls === null) return;
  const code = term.nullsFirst ? 0 : last;
  for (let i = 0; i < count; i++) if (nulls[i] === 1) codes[i] = code;
}
