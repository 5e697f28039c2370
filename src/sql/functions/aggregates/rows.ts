import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { realOf } from '../../expressions/values/numeric.ts';

/** Calls `visit` with the group and the number of each row. For aggregates whose work on a row is more than a sum. */
export function forEachRow(
  groupIds: Uint32Array | null,
  selection: Uint32Array | null,
  count: number,
  visit: (group: number, row: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const row = selection === null ? i : selection[i];
    visit(groupIds === null ? 0 : groupIds[row], row);
  }
}

/** A value as a REAL, text and blobs by the number that they begin with; NaN for NULL. */
export function realAt(vector: ColumnVector, physical: PhysicalKind, row: number): number {
  if (vector.kind === 'number')
    return vector.nulls !== null && vector.nulls[row] === 1 ? Number.NaN : vector.values[row];
  const value = valueAt(vector, physical, row);
  return value === null ? Number.NaN : realOf(value);
}
