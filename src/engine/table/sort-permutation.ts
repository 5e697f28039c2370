import { LIMITS } from '../../base/limits.ts';
import { finish, type Work } from '../../base/work.ts';
import { collationKey, compareText, compareValues } from '../column/compare.ts';
import type { Collation, SqlValue } from '../column/types.ts';
import { type ColumnVector, type DictionaryVector, isNullAt } from '../column/vector.ts';
import { FRESH, type VectorRoom } from '../column/vector-room.ts';
import { columnValueAt } from './delta-column.ts';

export interface SortKey {
  readonly vector: ColumnVector;
  readonly descending: boolean;
  readonly collation: Collation;
}

/** A key whose column is made when its turn has come. It is the sort's own, which may change it. */
export interface LateSortKey extends Omit<SortKey, 'vector'> {
  vector(): Work<ColumnVector>;
}

const RADIX_BITS = 16;
const RADIX_SIZE = 1 << RADIX_BITS;
/** Below this many rows the radix sort's histograms cost more than comparing. */
const RADIX_MIN_ROWS = 8192;
/** Rows that are sorted by comparing before others get their turn. */
const COMPARED_ROWS = 8192;

/**
 * The order of rows 0..count-1 by the keys, stable. Every key becomes a number column (a dictionary's codes become the
 * ranks of their texts); then a least-significant-digit sort goes from the last key to the first, each pass stable and
 * skipped where the rows are in order already.
 */
export function sortPermutation(keys: readonly SortKey[], count: number): Uint32Array {
  return finish(sortInSteps(keys, count));
}

/** Where a sort gets its arrays from. What {@link sortInSteps} returns is of `sorted` or `spare`. */
export interface SortRoom {
  readonly sorted: VectorRoom;
  readonly spare: VectorRoom;
  readonly ranks: VectorRoom;
}

const FRESH_ROOM: SortRoom = { sorted: FRESH, spare: FRESH, ranks: FRESH };

/** {@link sortPermutation}, in steps. One goes once over all rows, or compares a few thousand of them. */
export function* sortInSteps(
  keys: readonly (SortKey | LateSortKey)[],
  count: number,
  room: SortRoom = FRESH_ROOM,
): Work<Uint32Array> {
  let permutation = room.sorted.codes(count);
  let spare = room.spare.codes(count);
  for (let i = 0; i < count; i++) permutation[i] = i;
  for (let k = keys.length - 1; k >= 0; k--) {
    const ranked = yield* rankInSteps(keys[k], count, room.ranks);
    yield count;
    const sorted = yield* ranked instanceof Float64Array
      ? sortByRanks(permutation, spare, ranked)
      : sortByValues(permutation, spare, ranked);
    if (sorted !== permutation) [permutation, spare] = [spare, permutation];
  }
  return permutation;
}

/** The ranks, without which the column is of no more use; the key with its column where no numbers order as it does. */
function* rankInSteps(key: SortKey | LateSortKey, count: number, room: VectorRoom): Work<Float64Array | SortKey> {
  const { vector } = key;
  const isOwn = typeof vector === 'function';
  const ready = { ...key, vector: isOwn ? yield* vector() : vector };
  const into = isOwn && ready.vector.kind === 'number' ? ready.vector.values : room.floats(count);
  return rankColumn(ready, into) ?? ready;
}

/** Fills `ranks` with numbers that order as the key does; null where no numbers can. NULL is below every number. */
function rankColumn(key: SortKey, ranks: Float64Array): Float64Array | null {
  const { vector } = key;
  const count = ranks.length;
  if (vector.kind === 'dictionary') {
    // Ranking a dictionary much longer than the rows costs more than comparing their texts.
    return vector.dictionary.length > count * 4 ? null : rankDictionary(vector, key, ranks);
  }
  if (vector.kind !== 'number') return null;
  const { values, nulls } = vector;
  if (nulls !== null) for (let i = 0; i < count; i++) if (nulls[i] !== 1 && values[i] === -Infinity) return null;
  const sign = key.descending ? -1 : 1;
  for (let i = 0; i < count; i++) ranks[i] = sign * values[i] + 0;
  const low = sign * Number.NEGATIVE_INFINITY;
  if (nulls !== null) for (let i = 0; i < count; i++) if (nulls[i] === 1) ranks[i] = low;
  return ranks;
}

function rankDictionary(vector: DictionaryVector, key: SortKey, ranks: Float64Array): Float64Array {
  const texts = vector.dictionary.map((text) => collationKey(text, key.collation));
  const order = texts.map((_, code) => code).sort((a, b) => compareText(texts[a], texts[b]));
  const rankByCode = new Float64Array(order.length);
  let rank = 0;
  for (let i = 0; i < order.length; i++) {
    if (i === 0 || texts[order[i]] !== texts[order[i - 1]]) rank++;
    rankByCode[order[i]] = key.descending ? -rank : rank;
  }
  for (let i = 0; i < ranks.length; i++) ranks[i] = isNullAt(vector, i) ? 0 : rankByCode[vector.codes[i]];
  return ranks;
}

/** Runs are sorted each, and then merged, two by two. */
function* sortByValues(permutation: Uint32Array, spare: Uint32Array, key: SortKey): Work<Uint32Array> {
  const values: SqlValue[] = [];
  for (let i = 0; i < permutation.length; i++) values.push(columnValueAt(key.vector, i));
  const sign = key.descending ? -1 : 1;
  const compare = (a: number, b: number): number => sign * compareValues(values[a], values[b], key.collation);
  for (let from = 0; from < permutation.length; from += COMPARED_ROWS) {
    permutation.subarray(from, from + COMPARED_ROWS).sort(compare);
    yield COMPARED_ROWS;
  }
  let from = permutation;
  let into = spare;
  for (let runRows = COMPARED_ROWS; runRows < from.length; runRows *= 2) {
    yield* mergeRuns(from, into, runRows, compare);
    [from, into] = [into, from];
  }
  return from;
}

/** Stable: of equal rows those of the first run come first. */
function* mergeRuns(
  from: Uint32Array,
  into: Uint32Array,
  runRows: number,
  compare: (a: number, b: number) => number,
): Work<void> {
  for (let start = 0; start < from.length; start += 2 * runRows) {
    const middle = Math.min(start + runRows, from.length);
    const end = Math.min(middle + runRows, from.length);
    let a = start;
    let b = middle;
    for (let k = start; k < end; k++) {
      into[k] = b === end || (a < middle && compare(from[a], from[b]) <= 0) ? from[a++] : from[b++];
      if (k % COMPARED_ROWS === 0) yield COMPARED_ROWS;
    }
  }
}

/** In the array itself or in the spare one, whichever it returns. */
function* sortByRanks(permutation: Uint32Array, spare: Uint32Array, ranks: Float64Array): Work<Uint32Array> {
  if (isOrdered(permutation, ranks)) return permutation;
  if (permutation.length < RADIX_MIN_ROWS) return permutation.sort((a, b) => ranks[a] - ranks[b]);
  const small = smallIntegerRange(ranks);
  if (small !== null) return countingSort(permutation, spare, ranks, small.min, small.size);
  return yield* radixSort(permutation, spare, ranks);
}

function isOrdered(permutation: Uint32Array, ranks: Float64Array): boolean {
  for (let i = 1; i < permutation.length; i++) if (ranks[permutation[i - 1]] > ranks[permutation[i]]) return false;
  return true;
}

function smallIntegerRange(ranks: Float64Array): { min: number; size: number } | null {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < ranks.length; i++) {
    const rank = ranks[i];
    if (!Number.isInteger(rank)) return null;
    if (rank < min) min = rank;
    if (rank > max) max = rank;
  }
  const size = max - min + 1;
  return size <= LIMITS.dictionaryEntries * 2 ? { min, size } : null;
}

function countingSort(
  permutation: Uint32Array,
  into: Uint32Array,
  ranks: Float64Array,
  min: number,
  size: number,
): Uint32Array {
  const starts = new Uint32Array(size + 1);
  for (let i = 0; i < ranks.length; i++) starts[ranks[i] - min + 1]++;
  for (let i = 1; i <= size; i++) starts[i] += starts[i - 1];
  for (let i = 0; i < permutation.length; i++) {
    const row = permutation[i];
    into[starts[ranks[row] - min]++] = row;
  }
  return into;
}

/**
 * By the bits of the doubles, made to order as unsigned numbers, 16 bits a pass; passes over equal digits are skipped.
 * `ranks` are of no more use then.
 */
function* radixSort(permutation: Uint32Array, spare: Uint32Array, ranks: Float64Array): Work<Uint32Array> {
  const bits = new Uint32Array(ranks.buffer, ranks.byteOffset, ranks.length * 2);
  for (let i = 0; i < bits.length; i += 2) {
    const isNegative = bits[i + 1] >>> 31 === 1;
    bits[i] = isNegative ? ~bits[i] : bits[i];
    bits[i + 1] = isNegative ? ~bits[i + 1] : bits[i + 1] ^ 0x8000_0000;
  }
  let from = permutation;
  let into = spare;
  const starts = new Uint32Array(RADIX_SIZE);
  for (let pass = 0; pass < 4; pass++) {
    const word = pass >>> 1;
    const shift = (pass & 1) * RADIX_BITS;
    starts.fill(0);
    for (let row = 0; row < from.length; row++) starts[(bits[row * 2 + word] >>> shift) & (RADIX_SIZE - 1)]++;
    if (starts[(bits[word] >>> shift) & (RADIX_SIZE - 1)] === from.length) continue;
    scatter(from, into, bits, word, shift, starts);
    yield from.length;
    [from, into] = [into, from];
  }
  return from;
}

function scatter(
  from: Uint32Array,
  into: Uint32Array,
  bits: Uint32Array,
  word: number,
  shift: number,
  starts: Uint32Array,
) {
  let sum = 0;
  for (let digit = 0; digit < RADIX_SIZE; digit++) {
    const count = starts[digit];
    starts[digit] = sum;
    sum += count;
  }
  for (let i = 0; i < from.length; i++) {
    const row = from[i];
    into[starts[(bits[row * 2 + word] >>> shift) & (RADIX_SIZE - 1)]++] = row;
  }
}
