import type { Expression } from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { children, hasSubquery, isDeterministic } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { bindError } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';

/** Functions that read the clock without being asked for 'now'. */
const CLOCK_FUNCTIONS = new Set(['current_timestamp', 'current_date', 'current_time', 'now']);
/** Functions that read it when they have no argument, or the argument 'now'. */
const TIME_FUNCTIONS = new Set(['date', 'time', 'datetime', 'julianday', 'unixepoch', 'strftime', 'timediff']);

/**
 * An expression whose value is stored with a row: of a generated column, or of an index. It looks at its row alone, and
 * gives the same row the same value for ever.
 */
export function bindComputed(node: Expression, context: ExpressionContext): BoundExpression {
  const bound = bindExpression(node, context);
  const refuse = (what: string) => bindError('INVALID_DEFINITION', `${what} prohibited in ${context.place}`, node);
  if (hasSubquery(bound)) throw refuse('subqueries');
  if (hasParameter(bound)) throw refuse('parameters');
  if (!isDeterministic(bound)) throw refuse('non-deterministic functions');
  if (readsClock(bound)) throw refuse("non-deterministic functions ('now')");
  return bound;
}

function hasParameter(expression: BoundExpression): boolean {
  return expression.kind === 'parameter' || children(expression).some(hasParameter);
}

function readsClock(expression: BoundExpression): boolean {
  if (expression.kind === 'function') {
    const { name } = expression.definition;
    if (CLOCK_FUNCTIONS.has(name)) return true;
    if (TIME_FUNCTIONS.has(name) && (expression.arguments.length === 0 || expression.arguments.some(isNow)))
      return true;
  }
  return children(expression).some(readsClock);
}

function isNow(argument: BoundExpression): boolean {
  return argument.kind === 'literal' && typeof argument.value === 'string' && argument.value.toLowerCase() === 'now';
}
