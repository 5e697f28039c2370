import { LIMITS } from '../../base/limits.ts';
import { finish, inSteps, overTexts, type Work } from '../../base/work.ts';
import { collationKey, compareText, compareValues } from '../column/compare.ts';
import { mergeSort } from '../column/merge-sort.ts';
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

/** {@link sortPermutation}, in steps. */
export function* sortInSteps(
  keys: readonly (SortKey | LateSortKey)[],
  count: number,
  room: SortRoom = FRESH_ROOM,
): Work<Uint32Array> {
  let permutation = yield* inOrder(room.sorted, count);
  let spare = room.spare.codes(count);
  for (let k = keys.length - 1; k >= 0; k--) {
    const ranked = yield* rankInSteps(keys[k], count, room.ranks);
    const sorted = yield* ranked instanceof Float64Array
      ? sortByRanks(permutation, spare, ranked)
      : sortByValues(permutation, spare, ranked);
    if (sorted !== permutation) [permutation, spare] = [spare, permutation];
  }
  return permutation;
}

/** Positions as they come. */
export function* inOrder(room: VectorRoom, count: number): Work<Uint32Array> {
  const order = room.codes(count);
  yield* inSteps(count, (from, to) => {
    for (let i = from; i < to; i++) order[i] = i;
  });
  return order;
}

/** The ranks, without which the column is of no more use; the key with its column where no numbers order as it does. */
function* rankInSteps(key: SortKey | LateSortKey, count: number, room: VectorRoom): Work<Float64Array | SortKey> {
  const { vector } = key;
  const isOwn = typeof vector === 'function';
  const ready = { ...key, vector: isOwn ? yield* vector() : vector };
  const into = isOwn && ready.vector.kind === 'number' ? ready.vector.values : room.floats(count);
  return (yield* rankColumn(ready, into)) ?? ready;
}

/** Fills `ranks` with numbers that order as the key does; null where no numbers can. NULL is below every number. */
function* rankColumn(key: SortKey, ranks: Float64Array): Work<Float64Array | null> {
  const { vector } = key;
  const count = ranks.length;
  if (vector.kind === 'dictionary') {
    // Ranking a dictionary much longer than the rows costs more than comparing their texts.
    return vector.dictionary.length > count * 4 ? null : yield* rankDictionary(vector, key, ranks);
  }
  if (vector.kind !== 'number') return null;
  const { values, nulls } = vector;
  if (nulls !== null && !(yield* inSteps(count, (from, to) => !hasLowest(values, nulls, from, to)))) return null;
  const sign = key.descending ? -1 : 1;
  const low = sign * Number.NEGATIVE_INFINITY;
  yield* inSteps(count, (from, to) => {
    for (let i = from; i < to; i++) ranks[i] = sign * values[i] + 0;
    if (nulls !== null) for (let i = from; i < to; i++) if (nulls[i] === 1) ranks[i] = low;
  });
  return ranks;
}

/** A number that would order as NULL does. */
function hasLowest(values: Float64Array, nulls: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (nulls[i] !== 1 && values[i] === -Infinity) return true;
  return false;
}

function* rankDictionary(vector: DictionaryVector, key: SortKey, ranks: Float64Array): Work<Float64Array> {
  const { dictionary } = vector;
  const texts: string[] = [];
  const codes = new Uint32Array(dictionary.length);
  yield* overTexts(codes.length, (from, to) => {
    for (let code = from; code < to; code++) {
      texts.push(collationKey(dictionary[code], key.collation));
      codes[code] = code;
    }
  });
  const order = yield* mergeSort(codes, new Uint32Array(codes.length), (a, b) => compareText(texts[a], texts[b]));
  const rankByCode = new Float64Array(order.length);
  let rank = 0;
  yield* overTexts(order.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (i === 0 || texts[order[i]] !== texts[order[i - 1]]) rank++;
      rankByCode[order[i]] = key.descending ? -rank : rank;
    }
  });
  yield* inSteps(ranks.length, (from, to) => {
    for (let i = from; i < to; i++) ranks[i] = isNullAt(vector, i) ? 0 : rankByCode[vector.codes[i]];
  });
  return ranks;
}

function* sortByValues(permutation: Uint32Array, spare: Uint32Array, key: SortKey): Work<Uint32Array> {
  const { vector, collation } = key;
  const values: SqlValue[] = [];
  yield* overTexts(permutation.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const value = columnValueAt(vector, i);
      values.push(typeof value === 'string' ? collationKey(value, collation) : value);
    }
  });
  const sign = key.descending ? -1 : 1;
  return yield* mergeSort(permutation, spare, (a, b) => sign * compareValues(values[a], values[b]));
}

/** In the array itself or in the spare one, whichever it returns. */
function* sortByRanks(permutation: Uint32Array, spare: Uint32Array, ranks: Float64Array): Work<Uint32Array> {
  if (yield* inSteps(ranks.length, (from, to) => isOrdered(permutation, ranks, from, to))) return permutation;
  if (permutation.length < RADIX_MIN_ROWS) return permutation.sort((a, b) => ranks[a] - ranks[b]);
  const range = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  return (yield* inSteps(ranks.length, (from, to) => widenBySmall(range, ranks, from, to)))
    ? yield* countingSort(permutation, spare, ranks, range.min, range.max)
    : yield* radixSort(permutation, spare, ranks);
}

function isOrdered(permutation: Uint32Array, ranks: Float64Array, from: number, to: number): boolean {
  for (let i = Math.max(1, from); i < to; i++) if (ranks[permutation[i - 1]] > ranks[permutation[i]]) return false;
  return true;
}

/** False where not all are integers of a small range. */
function widenBySmall(range: { min: number; max: number }, ranks: Float64Array, from: number, to: number): boolean {
  let { min, max } = range;
  for (let i = from; i < to; i++) {
    const rank = ranks[i];
    if (!Number.isInteger(rank)) return false;
    if (rank < min) min = rank;
    if (rank > max) max = rank;
  }
  range.min = min;
  range.max = max;
  return max - min < LIMITS.dictionaryEntries * 2;
}

function* countingSort(
  permutation: Uint32Array,
  into: Uint32Array,
  ranks: Float64Array,
  min: number,
  max: number,
): Work<Uint32Array> {
  const starts = new Uint32Array(max - min + 2);
  yield* inSteps(ranks.length, (from, to) => {
    for (let i = from; i < to; i++) starts[ranks[i] - min + 1]++;
  });
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  yield* inSteps(permutation.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const row = permutation[i];
      into[starts[ranks[row] - min]++] = row;
    }
  });
  return into;
}

/**
 * By the bits of the doubles, made to order as unsigned numbers, 16 bits a pass; passes over equal digits are skipped.
 * `ranks` are of no more use then.
 */
function* radixSort(permutation: Uint32Array, spare: Uint32Array, ranks: Float64Array): Work<Uint32Array> {
  const bits = new Uint32Array(ranks.buffer, ranks.byteOffset, ranks.length * 2);
  yield* inSteps(bits.length, (from, to) => orderBits(bits, from, to));
  let from = permutation;
  let into = spare;
  const starts = new Uint32Array(RADIX_SIZE);
  for (let pass = 0; pass < 4; pass++) {
    const digitOf = { bits, word: pass >>> 1, shift: (pass & 1) * RADIX_BITS };
    starts.fill(0);
    yield* inSteps(from.length, (first, end) => countDigits(digitOf, first, end, starts));
    if (starts.includes(from.length)) continue;
    let sum = 0;
    for (let digit = 0; digit < RADIX_SIZE; digit++) {
      const count = starts[digit];
      starts[digit] = sum;
      sum += count;
    }
    const [source, target] = [from, into];
    yield* inSteps(source.length, (first, end) => scatter(digitOf, source, target, first, end, starts));
    [from, into] = [into, from];
  }
  return from;
}

/** The low word of each double comes first. */
function orderBits(bits: Uint32Array, from: number, to: number): undefined {
  for (let i = from; i < to; i += 2) {
    const isNegative = bits[i + 1] >>> 31 === 1;
    bits[i] = isNegative ? ~bits[i] : bits[i];
    bits[i + 1] = isNegative ? ~bits[i + 1] : bits[i + 1] ^ 0x8000_0000;
  }
}

/** Where the digits of a pass lie. */
interface Digits {
  readonly bits: Uint32Array;
  readonly word: number;
  readonly shift: number;
}

function countDigits({ bits, word, shift }: Digits, from: number, to: number, counts: Uint32Array): undefined {
  for (let row = from; row < to; row++) counts[(bits[row * 2 + word] >>> shift) & (RADIX_SIZE - 1)]++;
}

function scatter(
  { bits, word, shift }: Digits,
  source: Uint32Array,
  target: Uint32Array,
  from: number,
  to: number,
  starts: Uint32Array,
): undefined {
  for (let i = from; i < to; i++) {
    const row = source[i];
    target[starts[(bits[row * 2 + word] >>> shift) & (RADIX_SIZE - 1)]++] = row;
  }
}
