import type { SqlValue } from '../../../engine/column/types.ts';
import { JsonValue, type TaggedValue, untagged } from '../../functions/json/value.ts';
import type { BoundExpression, FunctionExpression } from '../bound-expression.ts';
import { castFunction } from '../values/cast.ts';
import type { RowEvaluator, ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { compileCase, compileCoalesce } from './scalar-logic.ts';

export function compileFunction(expression: FunctionExpression): ScalarEvaluator {
  const { scalar, nullPropagating, tagged, yieldsFirstArgument } = expression.definition;
  if (yieldsFirstArgument === true) return compileScalar(expression.arguments[0]);
  if (tagged !== undefined) {
    const evaluate = compileTaggedFunction(expression);
    return (row, context) => untagged(evaluate(row, context));
  }
  const { collation } = expression;
  const args = expression.arguments.map(compileScalar);
  return (row, context) => {
    const values: SqlValue[] = [];
    for (const arg of args) {
      const value = arg(row, context);
      if (value === null && nullPropagating) return null;
      values.push(value);
    }
    return scalar(values, context, collation);
  };
}

/** An argument of a function that takes JSON: a value that is JSON arrives as such, through all that hands values on. */
function compileTagged(expression: BoundExpression): RowEvaluator<TaggedValue> {
  switch (expression.kind) {
    case 'function':
      return expression.definition.tagged === undefined ? compileScalar(expression) : compileTaggedFunction(expression);
    case 'case':
      return compileCase(expression, compileTagged);
    case 'coalesce':
      return compileCoalesce(expression, compileTagged);
    case 'collate':
      return compileTagged(expression.operand);
    case 'unary':
      return expression.operator === '+' ? compileTagged(expression.operand) : compileScalar(expression);
    case 'cast':
      return expression.target === 'TEXT' ? compileTextCast(expression.operand) : compileScalar(expression);
    default:
      return compileScalar(expression);
  }
}

function compileTaggedFunction({ definition, ...expression }: FunctionExpression): RowEvaluator<TaggedValue> {
  const { nullPropagating } = definition;
  const tagged = definition.tagged as NonNullable<typeof definition.tagged>;
  const args = expression.arguments.map(compileTagged);
  return (row, context) => {
    const values: TaggedValue[] = [];
    for (const arg of args) {
      const value = arg(row, context);
      if (value === null && nullPropagating) return null;
      values.push(value);
    }
    return tagged(values, context);
  };
}

/** JSON that is a text already stays JSON. */
function compileTextCast(operand: BoundExpression): RowEvaluator<TaggedValue> {
  const evaluate = compileTagged(operand);
  const convert = castFunction(operand.type, 'TEXT');
  return (row, context) => {
    const value = evaluate(row, context);
    return value instanceof JsonValue && !value.isBinary ? value : convert(untagged(value));
  };
}
