import { NO_INTS } from '../../base/empty-arrays.ts';

const EMPTY = -1;
/** A power of two. */
const FIRST_SLOTS = 64;

// What maps begin with, never written to: a query may have hundreds of maps, most of them of few keys or none.
const NO_NUMBERS = new Float64Array(1);
const NO_IDS = new Int32Array(1).fill(EMPTY);

const floatView = new Float64Array(1);
const wordView = new Uint32Array(floatView.buffer);

/** A hash of a double's bits, after Murmur3's finalizer. */
function hashNumber(value: number): number {
  let hash: number;
  if ((value | 0) === value) hash = Math.imul(value, 0x9e3779b1);
  else {
    floatView[0] = value;
    hash = Math.imul(wordView[0], 0x85ebca6b) ^ Math.imul(wordView[1], 0xc2b2ae35);
  }
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** Whether `value - start` is a place in an array: of a number so near to an integer, the difference is one without it. */
export function isPlace(place: number, length: number, value: number, start: number): boolean {
  return place >= 0 && place < length && (place | 0) === place && place + start === value;
}

/** Integers of a window that is this much larger than the number of keys, or this large at least, are looked up directly. */
const WINDOW_PER_KEY = 8;
const SMALL_WINDOW = 4096;

/**
 * Map from doubles to ids that the caller chooses. -0 equals 0; NaN may not be a key. Integers that lie close together,
 * as surrogate keys do, have an array of their ids; all other keys are in an open-addressing table.
 */
export class NumberInterner {
  size = 0;
  /** Where the last {@link assign} stopped. */
  position = 0;
  /** Ids of the integers from `windowStart` on; -1 for those that are no keys. */
  private window = NO_INTS;
  private windowStart = 0;
  /** Memory of a window that is used no more. */
  private spare = NO_INTS;
  private mask = 0;
  private hashed = 0;
  private keys = NO_NUMBERS;
  private ids = NO_IDS;

  /** Of memory. */
  sizeBytes(): number {
    return this.window.byteLength + this.spare.byteLength + this.keys.byteLength + this.ids.byteLength;
  }

  /** Forgets all keys. The window's memory is kept while they filled a part of it. */
  clear(): void {
    if (this.window.length > 0) this.spare = this.window;
    // A window is up to twice as long as it has to be.
    if (this.spare.length > 2 * Math.max(SMALL_WINDOW, this.size * WINDOW_PER_KEY)) this.spare = NO_INTS;
    this.window = NO_INTS;
    this.size = 0;
    this.hashed = 0;
    this.mask = 0;
    this.keys = NO_NUMBERS;
    this.ids = NO_IDS;
  }

  /** The id of a key, or -1. */
  find(value: number): number {
    const offset = value - this.windowStart;
    if (isPlace(offset, this.window.length, value, this.windowStart)) return this.window[offset];
    return this.hashed === 0 ? EMPTY : this.findHashed(value);
  }

  /** The key must be new. */
  add(value: number, id: number): void {
    this.size++;
    if (Number.isInteger(value) && this.reach(value)) {
      this.window[value - this.windowStart] = id;
      return;
    }
    if (this.hashed * 2 >= this.mask) this.grow();
    this.place(value === 0 ? 0 : value, id);
    this.hashed++;
  }

  private findHashed(value: number): number {
    const { keys, ids, mask } = this;
    let slot = hashNumber(value === 0 ? 0 : value) & mask;
    while (ids[slot] !== EMPTY) {
      if (keys[slot] === value) return ids[slot];
      slot = (slot + 1) & mask;
    }
    return EMPTY;
  }

  /** Makes the window hold an integer; false where it would be too sparse. */
  private reach(value: number): boolean {
    const { window, windowStart } = this;
    const offset = value - windowStart;
    if (offset >= 0 && offset < window.length) return true;
    const isFirst = window.length === 0;
    const start = isFirst ? value : Math.min(windowStart, value);
    const end = isFirst ? value + 1 : Math.max(windowStart + window.length, value + 1);
    const least = end - start;
    if (least > Math.max(SMALL_WINDOW, this.size * WINDOW_PER_KEY)) return false;
    const { spare } = this;
    const length = Math.max(FIRST_SLOTS, 2 * least, spare.length);
    const newStart = offset < 0 && !isFirst ? end - length : start;
    const longer = (spare.length === length ? spare : new Int32Array(length)).fill(EMPTY);
    this.spare = NO_INTS;
    if (!isFirst) longer.set(window, windowStart - newStart);
    this.window = longer;
    this.windowStart = newStart;
    for (let slot = 0; slot < this.ids.length; slot++) {
      const key = this.keys[slot];
      if (this.ids[slot] !== EMPTY && isPlace(key - newStart, length, key, newStart))
        longer[key - newStart] = this.ids[slot];
    }
    return true;
  }

  private place(value: number, id: number): void {
    const { keys, ids, mask } = this;
    let slot = hashNumber(value) & mask;
    while (ids[slot] !== EMPTY) slot = (slot + 1) & mask;
    keys[slot] = value;
    ids[slot] = id;
  }

  private grow(): void {
    const { keys, ids } = this;
    this.mask = Math.max(this.mask * 2 + 1, FIRST_SLOTS - 1);
    this.keys = new Float64Array(this.mask + 1);
    this.ids = new Int32Array(this.mask + 1).fill(EMPTY);
    for (let slot = 0; slot < ids.length; slot++) if (ids[slot] !== EMPTY) this.place(keys[slot], ids[slot]);
  }

  /**
   * Ids of the keys of selected rows from the `from`-th on, into `out`: with `insert` new keys get ids from `next` on. Stops
   * at a key beyond 2^53; `position` tells where. Returns the next id.
   */
  assign(
    values: Float64Array,
    selection: Uint32Array | null,
    from: number,
    count: number,
    out: Int32Array,
    insert: boolean,
    next: number,
  ): number {
    let { window, windowStart } = this;
    // Ids that other kinds of values have got.
    const others = next - this.size;
    let last = Number.NaN;
    let lastId = EMPTY;
    let k = from;
    for (; k < count; k++) {
      const value = values[selection === null ? k : selection[k]];
      const offset = value - windowStart;
      let id = EMPTY;
      if (isPlace(offset, window.length, value, windowStart)) {
        id = window[offset];
        if (id === EMPTY && insert) {
          id = next++;
          window[offset] = id;
        }
      } else if (value === last) {
        // Times that are cut to hours come in runs.
        id = lastId;
      } else {
        if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) break;
        if (this.hashed > 0) id = this.findHashed(value);
        if (id === EMPTY && insert) {
          id = next++;
          this.size = id - others;
          this.add(value, id);
          window = this.window;
          windowStart = this.windowStart;
        }
        last = value;
        lastId = id;
      }
      out[k] = id;
    }
    this.size = next - others;
    this.position = k;
    return next;
  }
}
