import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../batch.ts';
import type { CastExpression } from '../bound-expression.ts';
import { physicalKindOf, sameType } from '../static-type.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { Scratch } from './scratch.ts';
import { compileVector } from './vector.ts';
import { compileRowByRow } from './vector-fallback.ts';

/** Casts that change nothing pass the vector on; INTEGER to REAL and back have loops; the rest goes row by row. */
export function compileVectorCast(expression: CastExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  const from = expression.operand.type.kind;
  const to = expression.target;
  const rowByRow = compileRowByRow(expression, inputs);
  if (from === 'NULL' || to === 'NUMERIC' || to === 'ANY') return rowByRow;
  const operand = compileVector(expression.operand, inputs);
  if (sameType(expression.operand.type, expression.type) || (from === 'BOOLEAN' && to === 'INTEGER')) return operand;
  const isInteger = from === 'INTEGER' || from === 'BOOLEAN';
  if (isInteger && to === 'REAL') {
    return (batch, context) => {
      const vector = operand(batch, context);
      return vector.kind === 'number' ? vector : rowByRow(batch, context);
    };
  }
  if (from !== 'REAL' || physicalKindOf(expression.type) !== 'integer' || to !== 'INTEGER') return rowByRow;
  const scratch = new Scratch();
  return (batch, context) => {
    const vector = operand(batch, context);
    if (vector.kind !== 'number') return rowByRow(batch, context);
    const out = scratch.numbers(batch.rowCount);
    const safe = truncateNumbers(vector.values, out, batch);
    return safe ? { kind: 'number', values: out, nulls: vector.nulls } : rowByRow(batch, context);
  };
}

/** False when some result is not a safe integer. */
function truncateNumbers(values: Float64Array, out: Float64Array, { selection, selectedCount }: Batch): boolean {
  let safe = true;
  for (let i = 0; i < selectedCount; i++) {
    const row = selection === null ? i : selection[i];
    const whole = Math.trunc(values[row]) + 0;
    out[row] = whole;
    if (!(whole <= Number.MAX_SAFE_INTEGER && whole >= Number.MIN_SAFE_INTEGER)) safe = false;
  }
  return safe;
}
