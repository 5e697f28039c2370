import type { BlockCache } from './block-cache.ts';

/** A row of places in the cache, for things of one kind that are made from what it holds. */
export class CacheShelf<Value extends object> {
  private readonly cache: BlockCache;
  private readonly firstKey: number;
  private readonly count: number;

  constructor(cache: BlockCache, count: number) {
    this.cache = cache;
    this.count = count;
    this.firstKey = cache.reserveKeys(count);
  }

  get(i: number): Value | undefined {
    return this.cache.get(this.firstKey + i) as Value | undefined;
  }

  put(i: number, value: Value, sizeBytes: number): void {
    this.cache.put(this.firstKey + i, value, sizeBytes);
  }

  forget(): void {
    this.cache.drop(this.firstKey, this.count);
  }
}
