import { HeliosError, isHeliosError } from '../../../base/errors.ts';
import type {
  ArithmeticExpression,
  BitwiseExpression,
  ConcatExpression,
  UnaryExpression,
} from '../bound-expression.ts';
import { typeName } from '../static-type.ts';
import {
  arithmeticFunction,
  type BinaryFunction,
  bitNotValue,
  bitwiseFunction,
  concatValues,
  negateValue,
} from '../values/arithmetic.ts';
import type { ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';

export function compileUnary(expression: UnaryExpression): ScalarEvaluator {
  const operand = compileScalar(expression.operand);
  switch (expression.operator) {
    case '+':
      return operand;
    case '-':
      return (row, context) => negateValue(operand(row, context));
    case '~':
      return (row, context) => bitNotValue(operand(row, context));
  }
}

export function compileArithmetic(expression: ArithmeticExpression): ScalarEvaluator {
  return compileBinary(expression, arithmeticOf(expression));
}

/** DECIMALs are computed as the integers that they lie in: only what overflows has another name. */
export function arithmeticOf({ operator, type }: ArithmeticExpression): BinaryFunction {
  const compute = arithmeticFunction(operator);
  if (type.kind !== 'DECIMAL') return compute;
  return (left, right) => {
    try {
      return compute(left, right);
    } catch (error) {
      if (!isHeliosError(error, 'NUMERIC_OVERFLOW')) throw error;
      throw new HeliosError(
        'NUMERIC_OVERFLOW',
        `the result of ${operator} has more than the 18 digits of ${typeName(type)}`,
        {
          hint: `Cast one side to more digits: CAST(… AS DECIMAL(38,${type.scale ?? 0})).`,
          cause: error,
        },
      );
    }
  };
}

export function compileBitwise(expression: BitwiseExpression): ScalarEvaluator {
  return compileBinary(expression, bitwiseFunction(expression.operator));
}

export function compileConcat(expression: ConcatExpression): ScalarEvaluator {
  return compileBinary(expression, concatValues);
}

function compileBinary(
  expression: ArithmeticExpression | BitwiseExpression | ConcatExpression,
  compute: BinaryFunction,
): ScalarEvaluator {
  const left = compileScalar(expression.left);
  const right = compileScalar(expression.right);
  return (row, context) => compute(left(row, context), right(row, context));
}
