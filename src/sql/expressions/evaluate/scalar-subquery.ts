import type { ExistsExpression, InSubqueryExpression, ScalarSubqueryExpression } from '../bound-expression.ts';
import type { ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';
import { truthValue } from './scalar-comparison.ts';

export function compileScalarSubquery(expression: ScalarSubqueryExpression): ScalarEvaluator {
  const { subquery, column } = expression;
  return (row, context) => context.subqueries.scalar(subquery, column, row, context);
}

export function compileExists(expression: ExistsExpression): ScalarEvaluator {
  const { subquery, negated } = expression;
  return (row, context) => truthValue(context.subqueries.exists(subquery, row, context), negated);
}

export function compileInSubquery(expression: InSubqueryExpression): ScalarEvaluator {
  const operands = expression.operands.map(compileScalar);
  const { negated } = expression;
  return (row, context) => {
    const values = operands.map((operand) => operand(row, context));
    return truthValue(context.subqueries.contains(expression, values, row, context), negated);
  };
}
