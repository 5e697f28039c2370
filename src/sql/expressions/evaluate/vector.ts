import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { BoundExpression, FunctionExpression, UnaryExpression } from '../bound-expression.ts';
import { isConstant } from '../inspect.ts';
import { DICTIONARY_EVALUATORS } from '../late-parts.ts';
import { physicalKindOf } from '../static-type.ts';
import { dictionaryColumnOf } from './dictionary-column.ts';
import type { VectorEvaluator } from './evaluator.ts';
import { TRUE, UNKNOWN } from './row-kernels.ts';
import { Scratch } from './scratch.ts';
import { compileTruth, isCondition } from './truth.ts';
import { compileVectorArithmetic, compileVectorNegation, hasArithmeticKernel } from './vector-arithmetic.ts';
import { compileVectorCase, compileVectorCoalesce } from './vector-branches.ts';
import { compileVectorCast } from './vector-cast.ts';
import { compileConstant, compileRowByRow } from './vector-fallback.ts';

/**
 * Compiles to a closure that computes a batch at a time. `inputs` are the physical kinds of the batch's columns. What
 * has no kernel is computed row by row: every expression works.
 */
export function compileVector(expression: BoundExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  if (expression.kind === 'column') {
    const { index } = expression;
    return (batch) => batch.column(index);
  }
  if (isConstant(expression)) return compileConstant(expression);
  if (isCondition(expression)) return compileTruthVector(expression, inputs);
  switch (expression.kind) {
    case 'collate':
      return compileVector(expression.operand, inputs);
    case 'unary':
      return compileVectorUnary(expression, inputs);
    case 'arithmetic':
      return hasArithmeticKernel(expression)
        ? compileVectorArithmetic(expression, inputs)
        : compileRowByRow(expression, inputs);
    case 'case':
      return compileVectorCase(expression, inputs);
    case 'coalesce':
      return compileVectorCoalesce(expression, inputs);
    case 'cast':
      return compileVectorCast(expression, inputs);
    case 'function':
      return compileVectorFunction(expression, inputs);
    default:
      return compileRowByRow(expression, inputs);
  }
}

function compileVectorUnary(expression: UnaryExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  if (expression.operator === '+') return compileVector(expression.operand, inputs);
  const physical = physicalKindOf(expression.type);
  const isNumeric = physical === 'integer' || physical === 'real';
  return expression.operator === '-' && isNumeric
    ? compileVectorNegation(expression, inputs)
    : compileRowByRow(expression, inputs);
}

function compileVectorFunction(expression: FunctionExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  if (expression.definition.yieldsFirstArgument === true) return compileVector(expression.arguments[0], inputs);
  const rowByRow = compileRowByRow(expression, inputs);
  const column = dictionaryColumnOf(expression, inputs);
  if (column !== null) return DICTIONARY_EVALUATORS.get().compileDictionaryMap(expression, column, rowByRow);
  const kernel = expression.definition.vector;
  if (kernel === undefined) return rowByRow;
  const args = expression.arguments.map((argument) => compileVector(argument, inputs));
  const types = expression.arguments.map(({ type }) => type);
  return (batch, context) => {
    const vectors = args.map((arg) => arg(batch, context));
    return kernel(vectors, types, batch) ?? rowByRow(batch, context);
  };
}

/** A condition's truth as INTEGER 0 and 1. */
function compileTruthVector(expression: BoundExpression, inputs: readonly PhysicalKind[]): VectorEvaluator {
  const truths = compileTruth(expression, inputs);
  const scratch = new Scratch();
  return (batch, context) => {
    const mask = truths(batch, context);
    const values = scratch.numbers(batch.rowCount);
    const nulls = scratch.nulls(batch.rowCount);
    let hasNull = false;
    for (let i = 0; i < batch.selectedCount; i++) {
      const row = batch.selection === null ? i : batch.selection[i];
      values[row] = mask[row] === TRUE ? 1 : 0;
      nulls[row] = mask[row] === UNKNOWN ? 1 : 0;
      if (mask[row] === UNKNOWN) hasNull = true;
    }
    return { kind: 'number', values, nulls: hasNull ? nulls : null };
  };
}
