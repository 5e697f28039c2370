import type { PhysicalKind } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import type { PlanColumn } from '../binder/logical-plan.ts';
import type { Batch } from '../expressions/batch.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';
import { LazyBatch } from './gather.ts';
import { inputKinds } from './plan-kinds.ts';
import { vectorOfValues } from './value-vector.ts';

/** A query's batch with the columns of a result that it is a part of, in the result's types. */
export function convertBatch(
  batch: Batch,
  query: Pick<QueryPlan, 'plan' | 'slots'>,
  columns: readonly PlanColumn[],
): Batch {
  const kinds = inputKinds(query.plan);
  const load = (i: number): ColumnVector => {
    const slot = query.slots[i];
    return convertVector(batch.column(slot), kinds[slot], physicalKindOf(columns[i].type), batch);
  };
  return new LazyBatch(batch.rowCount, load, batch.selection, batch.selectedCount);
}

/** The same values in a vector of another physical kind, which can hold them: a column's own type, or ANY. */
function convertVector(vector: ColumnVector, from: PhysicalKind, to: PhysicalKind, batch: Batch): ColumnVector {
  if (from === to) return vector;
  const values = new Array(batch.rowCount).fill(null);
  for (let k = 0; k < batch.selectedCount; k++) {
    const i = batch.selection === null ? k : batch.selection[k];
    values[i] = valueAt(vector, from, i);
  }
  return vectorOfValues(values, to);
}
