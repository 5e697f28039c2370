import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../batch.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { isConstant } from '../inspect.ts';
import { DICTIONARY_EVALUATORS } from '../late-parts.ts';
import { compileComparisonFilter } from './comparison.ts';
import { dictionaryColumnOf } from './dictionary-column.ts';
import type { FilterEvaluator } from './evaluator.ts';
import { rowsWhere, TRUE } from './row-kernels.ts';
import { Scratch } from './scratch.ts';
import { compileTruth } from './truth.ts';

/** Compiles a condition to a closure that narrows a batch's rows to those for which it is true. */
export function compileFilter(expression: BoundExpression, inputs: readonly PhysicalKind[]): FilterEvaluator {
  if (expression.kind === 'and') return compileConjunction(expression.operands, inputs);
  const direct = compileDirectFilter(expression, inputs);
  const column = dictionaryColumnOf(expression, inputs);
  return column === null ? direct : DICTIONARY_EVALUATORS.get().compileDictionaryFilter([expression], column, direct);
}

function compileDirectFilter(expression: BoundExpression, inputs: readonly PhysicalKind[]): FilterEvaluator {
  if (expression.kind === 'comparison' && !isConstant(expression)) return compileComparisonFilter(expression, inputs);
  const truths = compileTruth(expression, inputs);
  const scratch = new Scratch();
  return (batch, context) => {
    if (batch.selectedCount === 0) return { selection: batch.selection, count: 0 };
    const mask = truths(batch, context);
    const out = scratch.rows(batch.rowCount);
    return { selection: out, count: rowsWhere(mask, TRUE, batch.selection, batch.selectedCount, out) };
  };
}

/** Conditions on one text column that follow each other are answered together, once per dictionary entry. */
function compileConjunction(operands: readonly BoundExpression[], inputs: readonly PhysicalKind[]): FilterEvaluator {
  const filters: FilterEvaluator[] = [];
  for (let i = 0; i < operands.length; ) {
    const column = dictionaryColumnOf(operands[i], inputs);
    let end = i + 1;
    if (column !== null) while (end < operands.length && dictionaryColumnOf(operands[end], inputs) === column) end++;
    const together = operands.slice(i, end);
    const direct = together.map((operand) => compileFilter(operand, inputs));
    if (column === null || together.length === 1) filters.push(...direct);
    else filters.push(DICTIONARY_EVALUATORS.get().compileDictionaryFilter(together, column, inTurn(direct)));
    i = end;
  }
  return inTurn(filters);
}

/** One filter after the other, each on the rows that the ones before have left. */
function inTurn(filters: readonly FilterEvaluator[]): FilterEvaluator {
  if (filters.length === 1) return filters[0];
  return (batch, context) => {
    let rows: Batch = batch;
    for (const filter of filters) {
      const { selection, count } = filter(rows, context);
      if (count === 0) return { selection, count };
      rows = new NarrowedBatch(batch, selection, count);
    }
    return { selection: rows.selection, count: rows.selectedCount };
  };
}
