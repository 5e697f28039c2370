import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { BlockCache } from '../../../src/engine/cache/block-cache.ts';
import { MemoryBudget } from '../../../src/engine/cache/memory-budget.ts';

const MEBIBYTE = 1024 * 1024;

function budgetOf(limitMb: number, { cacheMb = limitMb / 2, deltas = { bytes: 0 } } = {}) {
  const cache = new BlockCache(cacheMb * MEBIBYTE);
  return { cache, deltas, budget: new MemoryBudget(cache, () => deltas.bytes, limitMb * MEBIBYTE, cacheMb * MEBIBYTE) };
}

describe('the cache', () => {
  test('takes what operators and deltas leave, up to its own limit', () => {
    const { budget, cache, deltas } = budgetOf(16);
    expect(cache.budgetBytes).toBe(8 * MEBIBYTE);
    const held = budget.grow('sort', 0, 9 * MEBIBYTE) as number;
    expect(cache.budgetBytes).toBe(16 * MEBIBYTE - held);
    deltas.bytes = 4 * MEBIBYTE;
    budget.fitCache();
    expect(cache.budgetBytes).toBe(12 * MEBIBYTE - held);
    budget.release('sort', held);
    deltas.bytes = 0;
    budget.fitCache();
    expect(cache.budgetBytes).toBe(8 * MEBIBYTE);
  });

  test('lets entries go when an operator grows', () => {
    const { budget, cache } = budgetOf(16);
    const first = cache.reserveKeys(8);
    for (let key = first; key < first + 8; key++) cache.put(key, {}, 900_000);
    expect(cache.usedBytes).toBeGreaterThan(7_000_000);
    const held = budget.grow('sort', 0, 10 * MEBIBYTE) as number;
    expect(cache.usedBytes).toBeLessThanOrEqual(16 * MEBIBYTE - held);
    expect(cache.usedBytes).toBeGreaterThan(0);
  });
});

describe('deltas and segments', () => {
  test('leave room for what is frozen, what comes meanwhile, and the segment that is being written', () => {
    for (const limitMb of [8, 32, 64, 192, 1024]) {
      const { budget } = budgetOf(limitMb);
      const writing = budget.segmentLimits.rows * 48;
      expect(1.5 * budget.deltaLimitBytes + writing, `${limitMb} MB`).toBeLessThanOrEqual(limitMb * MEBIBYTE);
      expect(budget.segmentLimits.rows % LIMITS.blockRows).toBe(0);
    }
    expect(budgetOf(192).budget.segmentLimits.rows).toBe(LIMITS.segmentRows);
    expect(budgetOf(0).budget.segmentLimits.rows).toBe(LIMITS.blockRows);
  });
});

describe('operators', () => {
  test('never hold more than the limit together, whoever asks', () => {
    const { budget } = budgetOf(8);
    const held = new Map<string, number>();
    for (let round = 0; round < 400; round++) {
      const name = `operator ${round % 7}`;
      const from = held.get(name) ?? 0;
      const granted = budget.grow(name, from, from + 100_000);
      if (granted !== null) held.set(name, granted);
      const sum = [...held.values()].reduce((total, bytes) => total + bytes, 0);
      expect(budget.operatorBytes).toBe(sum);
      expect(sum).toBeLessThanOrEqual(7.5 * MEBIBYTE);
    }
    expect(held.size).toBe(7); // something was left for the last of them
    expect(Object.fromEntries(budget.operators)).toEqual(Object.fromEntries(held));
    for (const [name, bytes] of held) budget.release(name, bytes);
    expect(budget.operatorBytes).toBe(0);
    expect(budget.operators.size).toBe(0);
    expect(budget.peakOperatorBytes).toBeGreaterThan(6 * MEBIBYTE);
  });

  test('one that is refused keeps what it has', () => {
    const { budget } = budgetOf(8);
    const held = budget.grow('sort', 0, MEBIBYTE) as number;
    expect(budget.grow('sort', held, 7 * MEBIBYTE)).toBe(null);
    expect(budget.operatorBytes).toBe(held);
  });

  test('get less where deltas hold much, and a quarter where these hold everything', () => {
    const { budget, deltas } = budgetOf(16);
    deltas.bytes = 8 * MEBIBYTE;
    expect(budget.grow('sort', 0, 5 * MEBIBYTE)).toBe(null);
    expect(budget.grow('sort', 0, 4 * MEBIBYTE)).not.toBe(null);
    deltas.bytes = 100 * MEBIBYTE;
    budget.release('sort', budget.operatorBytes);
    expect(budget.grow('sort', 0, 3 * MEBIBYTE)).toBe(null);
    expect(budget.grow('sort', 0, 2.5 * MEBIBYTE)).not.toBe(null);
  });

  test('are refused more when the limit is lowered', () => {
    const { budget } = budgetOf(64);
    const held = budget.grow('sort', 0, 20 * MEBIBYTE) as number;
    budget.limitBytes = 16 * MEBIBYTE;
    expect(budget.grow('sort', held, held + 1)).toBe(null);
    expect(budget.operatorBytes).toBe(held);
  });

  test('the error says who, how much, of what, and who else', () => {
    const { budget, deltas } = budgetOf(16);
    deltas.bytes = MEBIBYTE;
    budget.release('hash join', -2 * MEBIBYTE);
    expect(budget.refusal('sort', 11.5 * MEBIBYTE)).toMatchObject({
      code: 'OUT_OF_MEMORY_BUDGET',
      sqlState: '53200',
      message: 'sort needs 11.5 MB of memory, and memory_limit_mb = 16 leaves less (deltas 1.0 MB, hash join 2.0 MB)',
    });
  });
});
