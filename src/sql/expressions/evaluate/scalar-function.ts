import type { SqlValue } from '../../../engine/column/types.ts';
import type { FunctionExpression } from '../bound-expression.ts';
import type { ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';

export function compileFunction(expression: FunctionExpression): ScalarEvaluator {
  const { scalar, nullPropagating } = expression.definition;
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
