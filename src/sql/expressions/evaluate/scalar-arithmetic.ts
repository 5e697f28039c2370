import type {
  ArithmeticExpression,
  BitwiseExpression,
  ConcatExpression,
  UnaryExpression,
} from '../bound-expression.ts';
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
  return compileBinary(expression, arithmeticFunction(expression.operator));
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
