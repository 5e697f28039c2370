import { expect, test } from 'vitest';
import { RowInterner } from '../../../src/sql/executor/key-interner.ts';
import { PairInterner } from '../../../src/sql/executor/pair-interner.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

test('pairs get ids in order of appearance, with a place for each or hashed', () => {
  const random = new SeededRandom(7);
  const reused = new PairInterner();
  for (let turn = 0; turn < 40; turn++) {
    reused.clear();
    const interner = turn % 3 === 0 ? new PairInterner() : reused;
    const known = new Map<string, number>();
    const counts = [1, 1];
    for (let batch = 0; batch < 6; batch++) {
      // Ids become more from batch to batch, as those of columns do: from a table of places to a hash table.
      counts.forEach((count, i) => {
        counts[i] = count + (random.u32() % (turn % 2 === 0 ? 20 : 4000));
      });
      const draw = (below: number) => (random.u32() % 9 === 0 ? -1 : random.u32() % below);
      const firsts = Int32Array.from({ length: 200 }, () => draw(counts[0]));
      const seconds = Int32Array.from({ length: 200 }, () => draw(counts[1]));
      const insert = random.u32() % 3 > 0;
      const ids = firsts.slice();
      interner.combine(ids, seconds, 200, insert, counts[0], counts[1]);
      for (let k = 0; k < 200; k++) {
        const key = `${firsts[k]} ${seconds[k]}`;
        const isPair = firsts[k] >= 0 && seconds[k] >= 0;
        if (isPair && insert && !known.has(key)) known.set(key, known.size);
        expect(ids[k]).toBe(isPair ? (known.get(key) ?? -1) : -1);
      }
      expect(interner.size).toBe(known.size);
    }
  }
});

test('rows that are looked for are found by all of their columns', () => {
  const interner = new RowInterner(['BINARY', 'BINARY', 'NOCASE'], [false, true, false]);
  const numbers = (...values: (number | null)[]) => ({
    kind: 'number' as const,
    values: Float64Array.from(values, (value) => value ?? 0),
    nulls: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
  });
  const texts = (...values: string[]) => ({ kind: 'value' as const, values });
  const out = new Int32Array(6);
  interner.assign([numbers(1, 1, 2, 2), numbers(5, null, 5, 5), texts('a', 'b', 'c', 'C')], null, 4, out, true);
  expect([...out.subarray(0, 4)]).toEqual([0, 1, 2, 2]);
  const rows = [numbers(9, 1, 1, 2, 2, 1), numbers(5, 5, null, 5, 6, 5), texts('a', 'A', 'B', 'c', 'c', 'x')];
  interner.assign(rows, null, 6, out, false);
  expect([...out]).toEqual([-1, 0, 1, 2, -1, -1]);
  interner.assign(rows, Uint32Array.of(1, 3, 5), 3, out, false);
  expect([...out.subarray(0, 3)]).toEqual([0, 2, -1]);
});
