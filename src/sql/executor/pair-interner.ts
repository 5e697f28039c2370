import { NO_INTS } from '../../base/empty-arrays.ts';

const EMPTY = -1;
/** A power of two. */
const FIRST_SLOTS = 64;

/** Pairs of ids have a table with a place for each while it is no larger than this. */
const MOST_PLACES = 1 << 16;

/**
 * Map from pairs of non-negative 32-bit ids to dense ids, in order of appearance. Few ids with few others have a place for
 * each pair; otherwise pairs are hashed, with open addressing.
 */
export class PairInterner {
  size = 0;
  /** Of the pairs, by id. */
  private firsts = NO_INTS;
  private seconds = NO_INTS;
  /** Ids by place: of a pair `first * width + second`, or by its hash when `width` is 0. */
  private slots = NO_INTS;
  private width = 1;

  /** Of memory. */
  sizeBytes(): number {
    return this.firsts.byteLength + this.seconds.byteLength + this.slots.byteLength;
  }

  /** Forgets all pairs. */
  clear(): void {
    this.size = 0;
    this.slots = NO_INTS;
    this.width = 1;
  }

  /**
   * Replaces ids[k] by the id of (ids[k], seconds[k]); a pair with a negative half, or one that is not known without
   * `insert`, becomes -1. Firsts are below `firstCount`, seconds below `secondCount`.
   */
  combine(
    ids: Int32Array,
    seconds: Int32Array,
    count: number,
    insert: boolean,
    firstCount: number,
    secondCount: number,
  ): void {
    if (this.width > 0) this.makePlaces(firstCount, secondCount);
    if (this.width === 0) this.combineHashed(ids, seconds, count, insert);
    else this.combinePlaced(ids, seconds, count, insert);
  }

  private combinePlaced(ids: Int32Array, seconds: Int32Array, count: number, insert: boolean): void {
    const { slots, width } = this;
    for (let k = 0; k < count; k++) {
      const first = ids[k];
      const second = seconds[k];
      if (first < 0 || second < 0) {
        ids[k] = EMPTY;
        continue;
      }
      const place = first * width + second;
      let id = slots[place];
      if (id === EMPTY && insert) {
        id = this.added(first, second);
        slots[place] = id;
      }
      ids[k] = id;
    }
  }

  private combineHashed(ids: Int32Array, seconds: Int32Array, count: number, insert: boolean): void {
    for (let k = 0; k < count; k++) {
      const first = ids[k];
      const second = seconds[k];
      if (first < 0 || second < 0) {
        ids[k] = EMPTY;
        continue;
      }
      if (insert && this.size * 2 >= this.slots.length) this.rehash(this.slots.length * 2);
      const slot = this.slotOf(first, second);
      if (this.slots[slot] === EMPTY && insert) this.slots[slot] = this.added(first, second);
      ids[k] = this.slots[slot];
    }
  }

  private added(first: number, second: number): number {
    if (this.size === this.firsts.length) {
      this.firsts = lengthened(this.firsts);
      this.seconds = lengthened(this.seconds);
    }
    this.firsts[this.size] = first;
    this.seconds[this.size] = second;
    return this.size++;
  }

  /** The slot that holds the pair, or the empty one where it belongs. */
  private slotOf(first: number, second: number): number {
    const { slots, firsts, seconds } = this;
    const mask = slots.length - 1;
    let slot = hashPair(first, second) & mask;
    for (let id = slots[slot]; id !== EMPTY; id = slots[slot]) {
      if (firsts[id] === first && seconds[id] === second) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Makes places for pairs of so many firsts and seconds, or a hash table where they are too many. */
  private makePlaces(firstCount: number, secondCount: number): void {
    if (secondCount <= this.width && firstCount * this.width <= this.slots.length) return;
    let width = this.width;
    while (width < secondCount) width *= 2;
    let height = 1;
    while (height < firstCount) height *= 2;
    if (width * height > MOST_PLACES) {
      this.width = 0;
      let length = FIRST_SLOTS;
      while (length <= this.size * 2) length *= 2;
      this.rehash(length);
      return;
    }
    this.width = width;
    this.slots = new Int32Array(width * height).fill(EMPTY);
    for (let id = 0; id < this.size; id++) this.slots[this.firsts[id] * width + this.seconds[id]] = id;
  }

  private rehash(length: number): void {
    this.slots = new Int32Array(length).fill(EMPTY);
    for (let id = 0; id < this.size; id++) this.slots[this.slotOf(this.firsts[id], this.seconds[id])] = id;
  }
}

function lengthened(ids: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(FIRST_SLOTS, ids.length * 2));
  longer.set(ids);
  return longer;
}

function hashPair(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}
