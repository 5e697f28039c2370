import { define } from '../functions/define.ts';
import type { ScalarFunctionDefinition } from '../functions/definition.ts';
import type { BoundExpression } from './bound-expression.ts';
import { callOf } from './build-function.ts';

/** Its argument, as a plain value. */
const PLAIN: ScalarFunctionDefinition = {
  ...define(
    'plain',
    1,
    (types) => types[0],
    ([value]) => value,
    { nullPropagating: false, temporal: 'keep' },
  ),
  yieldsFirstArgument: true,
};

/**
 * An expression whose value is not JSON to a function that takes JSON, although it was made by one: what a query yields
 * is plain to the query around it, even where a rule moves the expression there.
 */
export function plainJson(expression: BoundExpression): BoundExpression {
  return mayBeJson(expression) ? callOf(PLAIN, [expression]) : expression;
}

function mayBeJson(expression: BoundExpression): boolean {
  switch (expression.kind) {
    case 'function':
      return expression.definition.tagged !== undefined;
    case 'case':
      return [
        ...expression.branches.map(({ result }) => result),
        ...(expression.otherwise === null ? [] : [expression.otherwise]),
      ].some(mayBeJson);
    case 'coalesce':
      return expression.operands.some(mayBeJson);
    case 'collate':
    case 'cast':
    case 'unary':
      return mayBeJson(expression.operand);
    default:
      return false;
  }
}
