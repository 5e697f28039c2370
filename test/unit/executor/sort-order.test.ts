import { expect, test } from 'vitest';
import type { PhysicalKind, SqlValue } from '../../../src/engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../src/engine/column/vector.ts';
import { positionsByCodes } from '../../../src/sql/executor/sort-codes.ts';
import { sortedPositions } from '../../../src/sql/executor/sort-order.ts';
import { compareValues } from '../../../src/sql/expressions/values/compare.ts';
import type { SortTermPlan } from '../../../src/sql/planner/physical-plan.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

interface Column {
  readonly kind: PhysicalKind;
  readonly vector: ColumnVector;
}

function column(random: SeededRandom, count: number): Column {
  const nulls =
    random.u32() % 2 === 0 ? null : Uint8Array.from({ length: count }, () => (random.u32() % 5 === 0 ? 1 : 0));
  const below = 1 + (random.u32() % 40);
  const wide = random.u32() % 3 === 0 ? 2 ** 40 : 1;
  switch (random.u32() % 4) {
    case 0:
      return numbers(
        'integer',
        Float64Array.from({ length: count }, () => ((random.u32() % below) - 7) * wide),
        nulls,
      );
    case 1:
      return numbers(
        'real',
        Float64Array.from({ length: count }, () => (random.u32() % below) / 8 - 2 || -0),
        nulls,
      );
    case 2:
      return numbers(
        'real',
        Float64Array.from({ length: count }, () => (random.u32() % 3 === 0 ? -Infinity : 1e300)),
        nulls,
      );
    default: {
      const dictionary = ['b', 'A', 'a', '', 'ä', 'B'];
      const codes = Uint32Array.from({ length: count }, () => random.u32() % dictionary.length);
      return { kind: 'text', vector: { kind: 'dictionary', codes, dictionary, nulls } };
    }
  }
}

function numbers(kind: PhysicalKind, values: Float64Array, nulls: Uint8Array | null): Column {
  return { kind, vector: { kind: 'number', values, nulls } };
}

function compared(terms: readonly SortTermPlan[], columns: readonly Column[], a: number, b: number): number {
  for (const { position, descending, nullsFirst, collation } of terms) {
    const { kind, vector } = columns[position];
    const [x, y]: SqlValue[] = [valueAt(vector, kind, a), valueAt(vector, kind, b)];
    if (x === null || y === null) {
      if (x === y) continue;
      return (x === null) === nullsFirst ? -1 : 1;
    }
    const order = compareValues(x, y, collation);
    if (order !== 0) return descending ? -order : order;
  }
  return a - b;
}

test('rows are sorted as their values compare, and equal ones keep their order', () => {
  const random = new SeededRandom(3);
  let coded = 0;
  for (let turn = 0; turn < 400; turn++) {
    const count = random.u32() % 200;
    const columns = Array.from({ length: 1 + (random.u32() % 3) }, () => column(random, count));
    const terms = columns.map(
      (_, position): SortTermPlan => ({
        position,
        collation: random.u32() % 2 === 0 ? 'BINARY' : 'NOCASE',
        descending: random.u32() % 2 === 0,
        nullsFirst: random.u32() % 2 === 0,
      }),
    );
    const vector = (i: number) => columns[i].vector;
    const kinds = columns.map(({ kind }) => kind);
    const expected = Array.from({ length: count }, (_, i) => i).sort((a, b) => compared(terms, columns, a, b));
    expect([...sortedPositions(count, terms, vector, kinds)]).toEqual(expected);
    const found = positionsByCodes(count, terms, vector, kinds);
    if (found === null) continue;
    coded++;
    expect([...found]).toEqual(expected);
  }
  expect(coded).toBeGreaterThan(100);
});
