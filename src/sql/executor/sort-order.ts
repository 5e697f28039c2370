import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../engine/column/vector.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import { positionsAsTheyAre, positionsByCodes } from './sort-codes.ts';
import { ranksOf } from './sort-ranks.ts';

/** Compares the rows at two positions. */
export type RowComparator = (a: number, b: number) => number;

/** Sorts positions 0..count-1; rows that compare equal keep their order. */
export function sortedPositions(
  count: number,
  terms: readonly SortTermPlan[],
  column: (position: number) => ColumnVector,
  kinds: readonly PhysicalKind[],
): Int32Array {
  const coded = terms.length === 0 ? null : positionsByCodes(count, terms, column, kinds);
  if (coded !== null) return coded;
  const positions = positionsAsTheyAre(count);
  if (terms.length === 0) return positions;
  const compare = rowComparator(terms, column, kinds);
  return positions.sort((a, b) => compare(a, b) || a - b);
}

/** Compares rows by the terms. */
export function rowComparator(
  terms: readonly SortTermPlan[],
  column: (position: number) => ColumnVector,
  kinds: readonly PhysicalKind[],
): RowComparator {
  return lexicographic(terms.map((term) => termComparator(term, column(term.position), kinds[term.position])));
}

function lexicographic(comparators: readonly RowComparator[]): RowComparator {
  if (comparators.length === 0) return () => 0;
  if (comparators.length === 1) return comparators[0];
  if (comparators.length === 2) {
    const [first, second] = comparators;
    return (a, b) => first(a, b) || second(a, b);
  }
  return (a, b) => {
    for (let i = 0; i < comparators.length; i++) {
      const order = comparators[i](a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function termComparator(term: SortTermPlan, vector: ColumnVector, kind: PhysicalKind): RowComparator {
  const sign = term.descending ? -1 : 1;
  const keys = numericKeys(vector, term.collation);
  const nulls = vector.kind === 'value' ? null : vector.nulls;
  if (keys !== null && nulls === null) return (a, b) => sign * (keys[a] - keys[b]) || sign * order(keys[a], keys[b]);
  const compare: RowComparator =
    keys !== null
      ? (a, b) => sign * order(keys[a], keys[b])
      : (a, b) => sign * compareValues(valueAt(vector, kind, a), valueAt(vector, kind, b), term.collation);
  const nullOrder = term.nullsFirst ? -1 : 1;
  return (a, b) => {
    const aIsNull = isNullAt(vector, a);
    const bIsNull = isNullAt(vector, b);
    if (aIsNull || bIsNull) return aIsNull === bIsNull ? 0 : aIsNull ? nullOrder : -nullOrder;
    return compare(a, b);
  };
}

/** Order of two numbers, infinities included, whose difference is NaN. */
function order(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers in the order of the values; null where only the values themselves can be compared. */
function numericKeys(vector: ColumnVector, collation: Collation): Float64Array | null {
  if (vector.kind === 'number') return vector.values;
  return vector.kind === 'dictionary' ? ranksOf(vector, collation) : null;
}
