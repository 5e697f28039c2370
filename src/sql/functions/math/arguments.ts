import type { SqlValue } from '../../../engine/column/types.ts';
import { wholeNumber } from '../../expressions/values/numeric-text.ts';
import type { VectorImplementation } from '../definition.ts';

/** SQLite's math functions know numbers and text that is one; anything else gives NULL. */
export function mathArgument(value: SqlValue): bigint | number | null {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return typeof value === 'string' ? wholeNumber(value) : null;
}

export function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** A function of one REAL over a column of numbers. */
export function realKernel(compute: (x: number) => number): VectorImplementation {
  return ([vector], _types, batch) => {
    if (vector.kind !== 'number') return null;
    const values = new Float64Array(batch.rowCount);
    const nulls = new Uint8Array(batch.rowCount);
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      const value = compute(vector.values[row]);
      values[row] = value;
      if (Number.isNaN(value) || (vector.nulls !== null && vector.nulls[row] === 1)) nulls[row] = 1;
    }
    return { kind: 'number', values, nulls };
  };
}
