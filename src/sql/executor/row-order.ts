import type { SqlValue } from '../../engine/column/types.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';

/** A comparison of rows of plain values by one term after the other. */
export function compareRows(a: readonly SqlValue[], b: readonly SqlValue[], terms: readonly SortTermPlan[]): number {
  for (const { position, collation, descending, nullsFirst } of terms) {
    const x = a[position];
    const y = b[position];
    if (x === null || y === null) {
      if (x === y) continue;
      return (x === null) === nullsFirst ? -1 : 1;
    }
    const order = compareValues(x, y, collation);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}
