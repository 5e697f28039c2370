import { describe, expect, it } from 'vitest';
import { BlockCache } from '../../../src/engine/cache/block-cache.ts';
import { seededRandom } from '../encodings/support.ts';

const value = (name: string): object => ({ name });

describe('BlockCache', () => {
  it('gives back what it was given, and counts', () => {
    const cache = new BlockCache(10_000);
    const first = cache.reserveKeys(3);
    expect(cache.reserveKeys(1)).toBe(first + 3);
    const kept = value('a');
    cache.put(first, kept, 100);
    expect(cache.get(first)).toBe(kept);
    expect(cache.get(first + 1)).toBeUndefined();
    expect([cache.hits, cache.misses, cache.evictions]).toEqual([1, 1, 0]);
    const replaced = value('b');
    cache.put(first, replaced, 300);
    expect(cache.get(first)).toBe(replaced);
    cache.drop(first, 3);
    expect(cache.usedBytes).toBe(0);
    expect(cache.has(first)).toBe(false);
  });

  it('stays within its budget, and keeps what is read while a scan passes through', () => {
    const cache = new BlockCache(100_000);
    const hot = cache.reserveKeys(5);
    for (let i = 0; i < 5; i++) cache.put(hot + i, value('hot'), 1000);
    const cold = cache.reserveKeys(10_000);
    for (let i = 0; i < 10_000; i++) {
      cache.put(cold + i, value('cold'), 1000);
      for (let k = 0; k < 5; k++) expect(cache.get(hot + k)).toBeDefined();
      expect(cache.usedBytes).toBeLessThanOrEqual(100_000);
    }
    expect(cache.evictions).toBeGreaterThan(9000);
  });

  it('does not keep what is larger than all of it, and shrinks when told', () => {
    const cache = new BlockCache(5000);
    const key = cache.reserveKeys(4);
    cache.put(key, value('large'), 6000);
    expect(cache.has(key)).toBe(false);
    for (let i = 1; i < 4; i++) cache.put(key + i, value('small'), 1000);
    cache.budgetBytes = 1500;
    expect(cache.usedBytes).toBeLessThanOrEqual(1500);
    expect([1, 2, 3].filter((i) => cache.has(key + i))).toEqual([3]);
    cache.clear();
    expect([cache.usedBytes, cache.has(key + 3)]).toEqual([0, false]);
  });

  const seed = 99;
  it(`agrees with its own count under random use (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const cache = new BlockCache(20_000);
    const first = cache.reserveKeys(50);
    for (let step = 0; step < 20_000; step++) {
      const key = first + Math.floor(random() * 50);
      const action = random();
      if (action < 0.5) cache.put(key, value(String(key)), Math.floor(random() * 2000));
      else if (action < 0.95)
        expect((cache.get(key) as { name: string } | undefined)?.name ?? String(key)).toBe(String(key));
      else cache.drop(key, 1);
      expect(cache.usedBytes).toBeLessThanOrEqual(20_000);
    }
    cache.drop(first, 50);
    expect(cache.usedBytes).toBe(0);
  });
});

it('what is read often comes in, however often the old entries were read before', () => {
  const cache = new BlockCache(100_000);
  const first = cache.reserveKeys(300);
  for (let key = 0; key < 9; key++) cache.put(first + key, {}, 10_000);
  for (let key = 0; key < 9; key++) cache.get(first + key);
  let loads = 0;
  for (let round = 0; round < 50; round++) {
    for (let key = 100; key < 150; key++) {
      if (cache.get(first + key) !== undefined) continue;
      cache.put(first + key, {}, 500);
      loads++;
    }
  }
  expect(loads).toBeLessThan(200);
});
