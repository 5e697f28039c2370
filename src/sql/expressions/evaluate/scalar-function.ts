import type { SqlValue } from '../../../engine/column/types.ts';
import { JsonValue, type TaggedValue } from '../../functions/json/json-value.ts';
import type { BoundExpression, FunctionExpression } from '../bound-expression.ts';
import { castFunction } from '../values/typed-cast.ts';
import type { RowEvaluator, ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { compileCase, compileCoalesce } from './scalar-logic.ts';

export function compileFunction(expression: FunctionExpression): ScalarEvaluator {
  const { scalar, tagged, yieldsFirstArgument } = expression.definition;
  if (yieldsFirstArgument === true) return compileScalar(expression.arguments[0]);
  const { collation } = expression;
  const values =
    tagged === undefined
      ? compileArguments(expression, compileScalar)
      : (compileArguments(expression, compileTagged) as RowEvaluator<readonly SqlValue[] | null>);
  return (row, context) => {
    const args = values(row, context);
    return args === null ? null : scalar(args, context, collation);
  };
}

/** The values of the arguments; null: one of them is NULL, and so is the result. */
function compileArguments<Value>(
  { definition: { nullPropagating }, arguments: args }: FunctionExpression,
  compile: (argument: BoundExpression) => RowEvaluator<Value>,
): RowEvaluator<readonly Value[] | null> {
  const compiled = args.map(compile);
  return (row, context) => {
    const values: Value[] = [];
    for (const evaluate of compiled) {
      const value = evaluate(row, context);
      if (value === null && nullPropagating) return null;
      values.push(value);
    }
    return values;
  };
}

/** An argument of a function that takes JSON: a value that is JSON arrives as such, through all that hands values on. */
function compileTagged(expression: BoundExpression): RowEvaluator<TaggedValue> {
  switch (expression.kind) {
    case 'function':
      return compileTaggedFunction(expression);
    case 'case':
      return compileCase(expression, compileTagged);
    case 'coalesce':
      return compileCoalesce(expression, compileTagged);
    case 'collate':
      return compileTagged(expression.operand);
    case 'unary':
      return expression.operator === '+' ? compileTagged(expression.operand) : compileScalar(expression);
    case 'cast':
      return expression.target === 'TEXT' ? compileTextCast(expression, expression.operand) : compileScalar(expression);
    default:
      return compileScalar(expression);
  }
}

function compileTaggedFunction(expression: FunctionExpression): RowEvaluator<TaggedValue> {
  const { tagged } = expression.definition;
  if (tagged === undefined) return compileScalar(expression);
  const values = compileArguments(expression, compileTagged);
  return (row, context) => {
    const args = values(row, context);
    return args === null ? null : tagged(args, context);
  };
}

/** JSON that is a text already stays JSON. */
function compileTextCast(cast: BoundExpression, operand: BoundExpression): RowEvaluator<TaggedValue> {
  const plain = compileScalar(cast);
  const tagged = compileTagged(operand);
  const convert = castFunction(operand.type, 'TEXT');
  return (row, context) => {
    const value = tagged(row, context);
    if (!(value instanceof JsonValue)) return convert(value);
    return value.isBinary ? plain(row, context) : value;
  };
}
