import { assert } from '../../base/assert.ts';
import { NO_INTS } from '../../base/empty-arrays.ts';

const EMPTY = 0;
const FIRST_SLOTS = 64;
/** Of maps without keys, never written: most deltas of a small database need no map. */
const NO_SLOTS = new Int32Array(1);

/**
 * Positions of a delta by key: open addressing with linear probing. Each key leads to its newest position, and
 * {@link previous} from there to the older versions of the same key, so that a row that is updated often stays one step
 * away. Keys themselves are not stored: the caller compares candidates.
 *
 * Positions are added in ascending order and removed in descending order only (a rollback), which makes removal exact
 * without tombstones: what was probed past a removed slot was added later, and is gone already.
 */
export class KeyMap {
  /** position + 1 of the newest version, or EMPTY. */
  private slots = NO_SLOTS;
  private slotHashes = NO_SLOTS;
  /** By position: the position + 1 of the version before it. */
  private olderPositions = NO_INTS;
  private keyCount = 0;

  /** The newest position whose key has this hash and satisfies `isSame`, or -1. */
  find(hash: number, isSame: (position: number) => boolean): number {
    const slot = this.findSlot(hash, isSame);
    return slot < 0 ? -1 : this.slots[slot] - 1;
  }

  /** The version of the same key before `position`, or -1. */
  previous(position: number): number {
    return this.olderPositions[position] - 1;
  }

  add(hash: number, position: number, isSame: (position: number) => boolean): void {
    this.reserve(position);
    const slot = this.findSlot(hash, isSame);
    if (slot >= 0) {
      this.olderPositions[position] = this.slots[slot];
      this.slots[slot] = position + 1;
      return;
    }
    this.olderPositions[position] = EMPTY;
    const free = ~slot;
    this.slots[free] = position + 1;
    this.slotHashes[free] = hash;
    this.keyCount++;
  }

  /** Takes back the newest {@link add}. */
  remove(hash: number, position: number): void {
    const slot = this.findSlot(hash, (candidate) => candidate === position);
    assert(slot >= 0, 'a removed position is the newest of its key');
    this.slots[slot] = this.olderPositions[position];
    if (this.slots[slot] === EMPTY) this.keyCount--;
  }

  sizeBytes(): number {
    return this.slots.byteLength + this.slotHashes.byteLength + this.olderPositions.byteLength;
  }

  /** The slot that matches, or the complement of the free slot where the key would go. */
  private findSlot(hash: number, isSame: (position: number) => boolean): number {
    const { slots, slotHashes } = this;
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot];
      if (found === EMPTY) return ~slot;
      if (slotHashes[slot] === hash && isSame(found - 1)) return slot;
    }
  }

  private reserve(position: number): void {
    if (position >= this.olderPositions.length) {
      const grown = new Int32Array(Math.max(FIRST_SLOTS, position + 1, this.olderPositions.length * 2));
      grown.set(this.olderPositions);
      this.olderPositions = grown;
    }
    if ((this.keyCount + 1) * 2 > this.slots.length) this.rehash(Math.max(FIRST_SLOTS, this.slots.length * 2));
  }

  /** Keeps the order in which keys came: removal in descending order relies on it. */
  private rehash(capacity: number): void {
    const { slots, slotHashes } = this;
    // By position: the slot + 1 of the key whose oldest version it is.
    const slotsByOldest = new Int32Array(this.olderPositions.length);
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] !== EMPTY) slotsByOldest[this.oldest(slots[slot]) - 1] = slot + 1;
    }
    this.slots = new Int32Array(capacity);
    this.slotHashes = new Int32Array(capacity);
    const mask = capacity - 1;
    for (const found of slotsByOldest) {
      if (found === EMPTY) continue;
      const old = found - 1;
      let slot = spread(slotHashes[old]) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = slots[old];
      this.slotHashes[slot] = slotHashes[old];
    }
  }

  private oldest(entry: number): number {
    let current = entry;
    while (this.olderPositions[current - 1] !== EMPTY) current = this.olderPositions[current - 1];
    return current;
  }
}

function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return mixed ^ (mixed >>> 15);
}

const floatView = new Float64Array(1);
const intView = new Int32Array(floatView.buffer);

/** Hash of a number; equal numbers, 0 and -0 included, hash alike. */
export function hashNumber(value: number): number {
  if ((value | 0) === value) return value | 0;
  floatView[0] = value;
  return Math.imul(intView[0], 0x9e3779b1 | 0) ^ intView[1];
}

/** FNV-1a over UTF-16 units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
