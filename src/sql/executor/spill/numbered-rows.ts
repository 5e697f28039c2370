import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { PlanColumn } from '../../binder/logical-plan.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { mapColumns } from '../../expressions/inspect.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import type { HashJoinPlan } from '../../planner/physical-plan.ts';
import { LazyBatch } from '../gather.ts';

/** A join whose left side has one more column behind its own: the number of the row. */
export function withNumbers(plan: HashJoinPlan): HashJoinPlan {
  const width = plan.left.columns.length;
  const number: PlanColumn = { ...plan.left.columns[0], id: -1, type: STATIC_TYPES.INTEGER, collation: 'BINARY' };
  const shifted = (condition: BoundExpression | null): BoundExpression | null =>
    condition === null
      ? null
      : mapColumns(condition, (column) => (column.index < width ? column : { ...column, index: column.index + 1 }));
  const { nullAware, columns } = plan;
  return {
    ...plan,
    columns: [...columns.slice(0, width), number, ...columns.slice(width)],
    left: { ...plan.left, columns: [...plan.left.columns, number] } as HashJoinPlan['left'],
    condition: shifted(plan.condition),
    nullAware: nullAware === null ? null : { ...nullAware, condition: shifted(nullAware.condition) },
  };
}

/** The batch with the numbers of its rows, from `first` on, in column `number`. */
export function numbered(batch: Batch, number: number, first: number): Batch {
  const column = (i: number): ColumnVector => {
    if (i !== number) return batch.column(i);
    return {
      kind: 'number',
      values: Float64Array.from({ length: batch.rowCount }, (_, row) => first + row),
      nulls: null,
    };
  };
  return new LazyBatch(batch.rowCount, column, batch.selection, batch.selectedCount);
}
