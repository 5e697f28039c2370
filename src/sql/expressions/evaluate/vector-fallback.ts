import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import { type Batch, BatchRow, EMPTY_ROW, VectorBatch } from '../batch.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { physicalKindOf } from '../static-type.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { VectorOutput } from './vector-output.ts';

/** Any expression, one row after the other. */
export function compileRowByRow(expression: BoundExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  const evaluate = compileScalar(expression);
  const physical = physicalKindOf(expression.type);
  const output = new VectorOutput(physical);
  const row = new BatchRow(new VectorBatch([], 0), inputs);
  return (batch, context) => {
    row.batch = batch;
    output.begin(batch.rowCount);
    const { selection, selectedCount } = batch;
    for (let i = 0; i < selectedCount; i++) {
      row.row = selection === null ? i : selection[i];
      output.set(row.row, evaluate(row, context));
    }
    return output.finish();
  };
}

/** An expression that has one value for all rows: computed once per batch, and not at all for an empty one. */
export function compileConstant(expression: BoundExpression): VectorEvaluator {
  const evaluate = compileScalar(expression);
  const physical = physicalKindOf(expression.type);
  let last: ColumnVector | null = null;
  let lastValue: SqlValue = null;
  let lastCount = 0;
  return (batch: Batch, context) => {
    const value = batch.selectedCount === 0 ? null : evaluate(EMPTY_ROW, context);
    if (last === null || value !== lastValue || batch.rowCount > lastCount) {
      last = repeated(value, physical, batch.rowCount);
      lastValue = value;
      lastCount = batch.rowCount;
    }
    return last;
  };
}

/** A vector of `rowCount` equal values. */
export function repeated(value: SqlValue, physical: PhysicalKind, rowCount: number): ColumnVector {
  if (physical === 'text' && typeof value === 'string') {
    return { kind: 'dictionary', codes: new Uint32Array(rowCount), dictionary: [value], nulls: null };
  }
  if (physical !== 'integer' && physical !== 'real') {
    return { kind: 'value', values: new Array<SqlValue>(rowCount).fill(value) };
  }
  if (value === null)
    return { kind: 'number', values: new Float64Array(rowCount), nulls: new Uint8Array(rowCount).fill(1) };
  const number = Number(value);
  if (typeof value === 'bigint' && !Number.isSafeInteger(number)) {
    return { kind: 'bigint', values: new BigInt64Array(rowCount).fill(value), nulls: null };
  }
  return { kind: 'number', values: new Float64Array(rowCount).fill(number), nulls: null };
}
