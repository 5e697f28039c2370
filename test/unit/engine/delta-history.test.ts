import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { LIVE } from '../../../src/engine/catalog/catalog.ts';
import { CreationRuns } from '../../../src/engine/table/creation-runs.ts';
import { EndColumn } from '../../../src/engine/table/end-column.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const CHUNK = LIMITS.deltaChunkRows;

describe('who created the rows of a delta', () => {
  test('is known by row, by transaction and as a whole, however often rows are taken back (random)', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const runs = new CreationRuns();
      const model: number[] = [];
      let transaction = 0;
      for (let step = 0; step < 60; step++) {
        transaction += 1 + random.below(3);
        for (let appends = random.below(3); appends >= 0; appends--) {
          runs.begin(model.length, transaction);
          for (let row = 1 + random.below(5); row > 0; row--) model.push(transaction);
        }
        if (random.chance(0.3)) {
          model.length = random.below(model.length + 1);
          runs.truncate(model.length);
        }
      }
      expect(model.map((_, row) => runs.get(row))).toEqual(model);
      for (let until = 0; until <= transaction; until++)
        expect(runs.rowsUntil(until, model.length)).toBe(model.filter((created) => created <= until).length);
      const first = random.below(model.length + 1);
      const copied = new Float64Array(model.length - first);
      runs.copyTo(copied, first);
      expect([...copied]).toEqual(model.slice(first));
    }
  });

  test('takes no memory for each row', () => {
    const runs = new CreationRuns();
    runs.begin(0, 7);
    const bytes = runs.sizeBytes();
    for (let row = 1; row < 100_000; row += 1000) runs.begin(row, 7);
    expect(runs.sizeBytes()).toBe(bytes);
  });
});

describe('who ended the rows of a delta', () => {
  test('takes memory only where some have', () => {
    const ended = new EndColumn();
    expect(ended.get(5 * CHUNK)).toBe(LIVE);
    expect(ended.view(0, CHUNK)).toBeNull();
    expect(ended.sizeBytes()).toBe(0);
    ended.set(2 * CHUNK + 3, 9);
    expect(ended.sizeBytes()).toBeLessThan(1024);
    expect(ended.view(CHUNK, 2 * CHUNK)).toBeNull();
    const view = ended.view(2 * CHUNK, 3 * CHUNK);
    expect(view).toHaveLength(CHUNK);
    expect([...(view as Float64Array).subarray(2, 5)]).toEqual([LIVE, 9, LIVE]);
    ended.set(3 * CHUNK - 1, 10);
    expect([3, CHUNK - 1].map((row) => ended.get(2 * CHUNK + row))).toEqual([9, 10]);
  });

  test('is forgotten with the rows', () => {
    const ended = new EndColumn();
    for (const row of [1, 2, CHUNK, CHUNK + 1]) ended.set(row, 5);
    ended.truncate(CHUNK + 1);
    expect([CHUNK, CHUNK + 1].map((row) => ended.get(row))).toEqual([5, LIVE]);
    ended.truncate(2);
    expect([1, 2, CHUNK].map((row) => ended.get(row))).toEqual([5, LIVE, LIVE]);
  });
});
