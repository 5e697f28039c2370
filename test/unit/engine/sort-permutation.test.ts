import { expect, test } from 'vitest';
import { compareValues } from '../../../src/engine/column/compare.ts';
import type { ColumnValue, PhysicalKind } from '../../../src/engine/column/types.ts';
import { columnValueAt } from '../../../src/engine/table/delta-column.ts';
import { type SortKey, sortPermutation } from '../../../src/engine/table/sort-permutation.ts';
import { columnVectorOf } from '../../../src/engine/table/vector-builder.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';

test('orders as comparing does, stable, for every kind of column', () => {
  for (const seed of testSeeds(60)) withSeed(seed, () => exercise(new SeededRandom(seed)));
});

function randomKey(random: SeededRandom, count: number): SortKey {
  const descending = random.chance(0.5);
  const collation = random.pick(['BINARY', 'NOCASE', 'RTRIM'] as const);
  const physical = random.pick<PhysicalKind>(['integer', 'real', 'text', 'any']);
  const special = [null, 0, -0, -1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const value = (): ColumnValue => {
    switch (physical) {
      case 'integer':
        return random.chance(0.05) ? null : random.below(random.pick([5, 1e12])) - 100;
      case 'real':
        return random.chance(0.05) ? random.pick(special) : (random.below(1e9) - 5e8) / 8;
      default:
        return random.pick<ColumnValue>([
          null,
          'a',
          'A',
          'a ',
          'b',
          '\u{1f600}',
          '\uffee',
          physical === 'any' ? 5n : 'z',
        ]);
    }
  };
  const values = Array.from({ length: count }, value);
  if (physical === 'text' && random.chance(0.7)) {
    const dictionary = [...new Set(values.filter((each) => each !== null))] as string[];
    const codes = Uint32Array.from(values, (each) => (each === null ? 0 : dictionary.indexOf(each as string)));
    const nulls = Uint8Array.from(values, (each) => (each === null ? 1 : 0));
    return { vector: { kind: 'dictionary', codes, dictionary, nulls }, descending, collation };
  }
  return { vector: columnVectorOf(physical, values), descending, collation };
}

function exercise(random: SeededRandom): void {
  const count = random.pick([0, 1, 50, 20_000]);
  const keys = Array.from({ length: 1 + random.below(3) }, () => randomKey(random, count));
  const permutation = sortPermutation(keys, count);
  expect(new Set(permutation).size).toBe(count);
  const rows = keys.map(({ vector }) => Array.from({ length: count }, (_, i) => columnValueAt(vector, i)));
  for (let i = 1; i < count; i++) {
    const [a, b] = [permutation[i - 1], permutation[i]];
    let order = 0;
    for (let k = 0; k < keys.length && order === 0; k++) {
      order = compareValues(rows[k][a], rows[k][b], keys[k].collation) * (keys[k].descending ? -1 : 1);
    }
    if (order > 0 || (order === 0 && a > b)) throw new Error(`rows ${a} and ${b} are out of order at ${i}`);
  }
}
