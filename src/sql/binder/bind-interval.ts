import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import { TIME_SHIFT } from '../functions/datetime/time-shift.ts';
import { bindExpression } from './bind-expression.ts';
import { at, bindError } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';

/** A span in words, and how many times it is taken. */
interface Term {
  readonly span: Ast.Expression;
  readonly times: BoundExpression;
}

/** `t + INTERVAL '1 day'` and `t - …`: t as a TIMESTAMP, moved by the sum of the interval's terms. */
export function bindTimeShift(node: Ast.BinaryExpression, context: ExpressionContext): BoundExpression {
  const isBehind = isInterval(node.right);
  const [time, interval] = isBehind ? [node.left, node.right] : [node.right, node.left];
  if (isInterval(time)) throw alone(node);
  if (!isBehind && node.operator === '-') {
    throw bindError('INVALID_STATEMENT', 'an INTERVAL cannot stand before a minus: only times are moved', node);
  }
  const sign = build.literal(node.operator === '-' ? -1n : 1n);
  const start = at(time, () => build.castTo(bindExpression(time, context), STATIC_TYPES.TIMESTAMP));
  const terms = termsOf(interval, sign, context).flatMap(({ span, times }) => {
    return [build.castTo(bindExpression(span, context), STATIC_TYPES.TEXT), times];
  });
  return build.callOf(TIME_SHIFT, [start, ...terms]);
}

/** Of a sum of intervals each one, with the numbers that it is multiplied with. */
function termsOf(node: Ast.Expression, times: BoundExpression, context: ExpressionContext): readonly Term[] {
  if (node.kind === 'cast') return [{ span: node.operand, times }];
  const product = (operator: '*' | '/', by: BoundExpression) =>
    at(node, () => build.bindArithmetic(operator, times, by));
  if (node.kind === 'unary') {
    const signed = node.operator === '-' ? product('*', build.literal(-1n)) : times;
    return termsOf(node.operand, signed, context);
  }
  const { operator, left, right } = node as Ast.BinaryExpression;
  if (operator === '+' || operator === '-') {
    const behind = operator === '+' ? times : product('*', build.literal(-1n));
    return [...termsOf(left, times, context), ...termsOf(right, behind, context)];
  }
  if (!isInterval(left)) return termsOf(right, product('*', bindExpression(left, context)), context);
  // Of two whole numbers a quotient would be cut.
  const by = build.castTo(bindExpression(right, context), STATIC_TYPES.REAL);
  return termsOf(left, product(operator === '/' ? '/' : '*', by), context);
}

function alone(node: Ast.Expression) {
  return bindError('NOT_SUPPORTED', 'an INTERVAL without a time that it moves is not supported', node);
}
