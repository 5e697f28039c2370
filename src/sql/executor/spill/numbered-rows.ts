import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { PlanColumn } from '../../binder/logical-plan.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { mapColumns } from '../../expressions/inspect.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { LazyBatch, NOT_YET } from '../gather.ts';
import type { BatchJoinPlan } from '../join-parts.ts';
import { OperatorMemory } from '../operator-memory.ts';
import { inputKinds } from '../plan-kinds.ts';
import { RowBuffer } from '../row-buffer.ts';
import { ExternalSort } from './external-sort.ts';

/** A join whose left side has one more column behind its own: the number of the row. */
export function withNumbers<Plan extends BatchJoinPlan>(plan: Plan): Plan {
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
    left: { ...plan.left, columns: [...plan.left.columns, number] } as Plan['left'],
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

/** The rows of a join {@link withNumbers} in the order of their numbers, and without them. `memory`: of the join. */
export function* inOrderOfNumbers(
  plan: BatchJoinPlan,
  joined: Iterable<Batch>,
  memory: OperatorMemory,
  context: ExecutionContext,
): Generator<Batch> {
  const number = plan.left.columns.length - 1;
  const kinds = inputKinds(plan);
  const term = { position: number, collation: 'BINARY', descending: false, nullsFirst: true } as const;
  const own = new OperatorMemory(memory.name);
  own.open(context);
  const sort = new ExternalSort(new RowBuffer(kinds), [term], kinds, own, context.batchRows);
  for (const batch of joined) {
    sort.add(batch);
    yield NOT_YET;
  }
  const withoutNumber =
    (batch: Batch) =>
    (i: number): ColumnVector =>
      batch.column(i < number ? i : i + 1);
  for (let batch = sort.next(); batch !== null; batch = sort.next()) {
    yield new LazyBatch(batch.rowCount, withoutNumber(batch), batch.selection, batch.selectedCount);
  }
  memory.spilledBytes += own.spilledBytes;
  own.release();
}
