import type { PhysicalKind } from '../../../engine/column/types.ts';
import { isNullAt } from '../../../engine/column/vector.ts';
import { NarrowedBatch } from '../batch.ts';
import type { CaseExpression, CoalesceExpression } from '../bound-expression.ts';
import { physicalKindOf } from '../static-type.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { compileFilter } from './filter.ts';
import { rowsWithout } from './row-kernels.ts';
import { Scratch } from './scratch.ts';
import { compileVector } from './vector.ts';
import { VectorOutput } from './vector-output.ts';

/** CASE: each condition is computed on the rows that no earlier one took, each result on the rows that it is for. */
export function compileVectorCase(expression: CaseExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  const branches = expression.branches.map(({ when, result }) => ({
    filter: compileFilter(when, inputs),
    result: compileVector(result, inputs),
    physical: physicalKindOf(result.type),
  }));
  const { otherwise } = expression;
  const last =
    otherwise === null ? null : { result: compileVector(otherwise, inputs), physical: physicalKindOf(otherwise.type) };
  const output = new VectorOutput(physicalKindOf(expression.type));
  const scratch = new Scratch();
  return (batch, context) => {
    output.begin(batch.rowCount);
    let remaining = new NarrowedBatch(batch, batch.selection, batch.selectedCount);
    for (const { filter, result, physical } of branches) {
      if (remaining.selectedCount === 0) break;
      const taken = filter(remaining, context);
      if (taken.count === 0) continue;
      const rows = new NarrowedBatch(batch, taken.selection, taken.count);
      output.copy(result(rows, context), physical, rows.selection, rows.selectedCount);
      if (taken.selection === null) return output.finish();
      const left = scratch.rows(batch.rowCount);
      const leftCount = rowsWithout(remaining.selection, remaining.selectedCount, taken.selection, taken.count, left);
      remaining = new NarrowedBatch(batch, left, leftCount);
    }
    if (remaining.selectedCount > 0) {
      if (last === null) output.setNulls();
      else output.copy(last.result(remaining, context), last.physical, remaining.selection, remaining.selectedCount);
    }
    return output.finish();
  };
}

/** COALESCE: each operand is computed on the rows for which all earlier ones are NULL. */
export function compileVectorCoalesce(
  expression: CoalesceExpression,
  inputs: readonly PhysicalKind[],
): VectorEvaluator {
  const operands = expression.operands.map((operand) => ({
    evaluate: compileVector(operand, inputs),
    physical: physicalKindOf(operand.type),
  }));
  const output = new VectorOutput(physicalKindOf(expression.type));
  const scratch = new Scratch();
  return (batch, context) => {
    output.begin(batch.rowCount);
    let remaining = new NarrowedBatch(batch, batch.selection, batch.selectedCount);
    for (const { evaluate, physical } of operands) {
      if (remaining.selectedCount === 0) return output.finish();
      const vector = evaluate(remaining, context);
      const given = scratch.rows(2 * batch.rowCount);
      const open = given.subarray(batch.rowCount);
      let givenCount = 0;
      let openCount = 0;
      for (let i = 0; i < remaining.selectedCount; i++) {
        const row = remaining.selection === null ? i : remaining.selection[i];
        if (isNullAt(vector, row)) open[openCount++] = row;
        else given[givenCount++] = row;
      }
      output.copy(vector, physical, given, givenCount);
      remaining = new NarrowedBatch(batch, open, openCount);
    }
    if (remaining.selectedCount > 0) output.setNulls();
    return output.finish();
  };
}
