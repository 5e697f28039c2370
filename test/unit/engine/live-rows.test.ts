import { describe, expect, test } from 'vitest';
import { LiveRows } from '../../../src/engine/table/live-rows.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

const ROWS = 5000;

describe('the rows of a delta that live', () => {
  test('are found from any row on, whatever has ended, come back and been taken away (random)', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = new SeededRandom(seed);
      const live = new LiveRows();
      const ended = new Set<number>();
      for (let step = 0; step < 25; step++) {
        change(live, ended, random);
        expect(live.endedCount).toBe(ended.size);
        compare(live, ended, random.below(ROWS), random);
      }
    }
  });

  test('are none where all have ended, and all beyond those', () => {
    const live = new LiveRows();
    for (let row = 0; row < 4096; row++) live.end(row);
    expect(live.next(0, 4096)).toBe(4096);
    expect(live.next(0, 9000)).toBe(4096);
    expect([...live.between(4000, 4100, 4100, 4000)]).toEqual([96, 97, 98, 99]);
    live.revive(1023);
    expect([...live.between(0, 4096, 1)]).toEqual([1023]);
  });
});

/** Ends, or brings back, a stretch of rows or some; or takes the last away. */
function change(live: LiveRows, ended: Set<number>, random: SeededRandom): void {
  const from = random.below(ROWS);
  const to = Math.min(ROWS, from + (random.chance(0.5) ? 2500 : 40));
  const share = random.chance(0.5) ? 1 : 0.3;
  if (random.chance(0.1)) {
    live.truncate(from);
    for (const row of [...ended]) if (row >= from) ended.delete(row);
    return;
  }
  const isEnd = random.chance(0.7);
  for (let row = from; row < to; row++) {
    if (ended.has(row) === isEnd || !random.chance(share)) continue;
    if (isEnd) {
      live.end(row);
      ended.add(row);
    } else {
      live.revive(row);
      ended.delete(row);
    }
  }
}

function compare(live: LiveRows, ended: ReadonlySet<number>, from: number, random: SeededRandom): void {
  const to = from + random.below(ROWS + 2000 - from);
  const expected: number[] = [];
  for (let row = from; row < to; row++) if (!ended.has(row)) expected.push(row - from);
  expect([...live.between(from, to, to - from, from)]).toEqual(expected);
  expect(live.next(from, to)).toBe(expected.length === 0 ? Math.max(from, to) : from + expected[0]);
}
