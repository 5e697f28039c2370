import { plantedBugs } from '../../base/planted-bugs.ts';

/** What a cache holds unless told otherwise, in bytes. */
const DEFAULT_BUDGET_BYTES = 16 * 1024 * 1024;
/** What an entry costs beyond its value: the entry, its place in the map, object headers. */
const ENTRY_BYTES = 160;

interface Entry {
  readonly key: number;
  value: object;
  sizeBytes: number;
  visited: boolean;
  /** Towards the newest entry. */
  newer: Entry | null;
  /** Towards the oldest entry. */
  older: Entry | null;
}

/**
 * One byte budget for encoded blocks and decoded vectors, with SIEVE eviction (Y. Zhang et al., "SIEVE is Simpler than
 * LRU", NSDI 2024): a hit sets one flag and moves nothing, and a scan that reads everything once passes through without
 * driving out what is read often.
 *
 * Keys come from reserveKeys and are never given out twice, so a replaced segment can never be read from here.
 */
export class BlockCache {
  private readonly entries = new Map<number, Entry>();
  private newest: Entry | null = null;
  private oldest: Entry | null = null;
  /** The next entry to be judged. */
  private hand: Entry | null = null;
  private budget: number;
  private used = 0;
  private evictionsThisRound = 0;
  private nextKey = 0;
  private hitCount = 0;
  private missCount = 0;
  private evictionCount = 0;

  constructor(budgetBytes: number = DEFAULT_BUDGET_BYTES) {
    this.budget = budgetBytes;
  }

  get budgetBytes(): number {
    return this.budget;
  }

  set budgetBytes(value: number) {
    this.budget = value;
    this.makeRoom(0);
  }

  get usedBytes(): number {
    return this.used;
  }

  get hits(): number {
    return this.hitCount;
  }

  get misses(): number {
    return this.missCount;
  }

  get evictions(): number {
    return this.evictionCount;
  }

  /** The first of `count` consecutive keys that nobody else has or had. */
  reserveKeys(count: number): number {
    const first = plantedBugs.shareCacheKeys ? 0 : this.nextKey;
    this.nextKey += count;
    return first;
  }

  get(key: number): object | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) {
      this.missCount++;
      return undefined;
    }
    this.hitCount++;
    entry.visited = true;
    return entry.value;
  }

  /** Like get, but says nothing of how much the entry is worth: it goes as if it had not been read. */
  peek(key: number): object | undefined {
    return this.entries.get(key)?.value;
  }

  has(key: number): boolean {
    return this.entries.has(key);
  }

  /** Keeps a value, in place of the key's earlier one. A value larger than the whole budget is not kept. */
  put(key: number, value: object, sizeBytes: number): void {
    this.remove(key);
    const charged = sizeBytes + ENTRY_BYTES;
    if (charged > this.budget) return;
    this.makeRoom(charged);
    const entry: Entry = { key, value, sizeBytes: charged, visited: false, newer: null, older: this.newest };
    if (this.newest === null) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
    this.entries.set(key, entry);
    this.used += charged;
  }

  /** Forgets the keys [firstKey, firstKey + count). */
  drop(firstKey: number, count: number): void {
    for (let key = firstKey; key < firstKey + count; key++) this.remove(key);
  }

  clear(): void {
    this.entries.clear();
    this.newest = null;
    this.oldest = null;
    this.hand = null;
    this.used = 0;
  }

  private makeRoom(sizeBytes: number): void {
    while (this.used + sizeBytes > this.budget && this.oldest !== null) this.evictOne();
  }

  /** The hand walks from old to new, clears the flag of what was read since it last passed, and evicts the first other. */
  private evictOne(): void {
    // Where nothing new is read twice, the hand would run after the newest entries for ever, and entries that were read
    // once long ago would never be judged again: after as many evictions as there are entries it starts over.
    if (++this.evictionsThisRound > this.entries.size) this.hand = null;
    if (this.hand === null) this.evictionsThisRound = 0;
    let entry = this.hand ?? this.oldest;
    while (entry?.visited) {
      entry.visited = false;
      entry = entry.newer ?? this.oldest;
    }
    if (entry === null) return;
    this.hand = entry.newer;
    this.unlink(entry);
    this.evictionCount++;
  }

  private remove(key: number): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) this.unlink(entry);
  }

  private unlink(entry: Entry): void {
    if (this.hand === entry) this.hand = entry.newer;
    if (entry.newer === null) this.newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === null) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    this.entries.delete(entry.key);
    this.used -= entry.sizeBytes;
  }
}
