import type { SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { Batch, RowValues, Selection } from '../batch.ts';
import type { EvaluationContext } from '../context.ts';

export type RowEvaluator<Value> = (row: RowValues, context: EvaluationContext) => Value;

/** Computes an expression for one row. */
export type ScalarEvaluator = RowEvaluator<SqlValue>;

/**
 * Computes the selected rows of a batch: a vector of `rowCount` elements of physical kind `physicalKindOf(type)`. It may
 * be a column of the batch itself, or a buffer that the same evaluator's next call overwrites: copy what must last.
 */
export type VectorEvaluator = (batch: Batch, context: EvaluationContext) => ColumnVector;

/** Narrows the rows of a batch to those for which a condition is true. The next call overwrites the selection. */
export type FilterEvaluator = (batch: Batch, context: EvaluationContext) => Selection;
