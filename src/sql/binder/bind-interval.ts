import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import { SPAN_SECONDS, TIME_SHIFT } from '../functions/datetime/time-shift.ts';
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
  const start = at(time, () => build.castTo(bindExpression(time, context), STATIC_TYPES.TIMESTAMP));
  return build.callOf(TIME_SHIFT, [start, ...boundTerms(interval, node.operator === '-' ? -1n : 1n, context)]);
}

/** `a - b > INTERVAL '1 day'`: the difference of two times and the interval, both in seconds. */
export function bindSpanComparison(node: Ast.ComparisonExpression, context: ExpressionContext): BoundExpression {
  const seconds = (side: Ast.Expression): BoundExpression =>
    isInterval(side) ? build.callOf(SPAN_SECONDS, boundTerms(side, 1n, context)) : difference(side, context);
  return at(node, () => build.bindComparison(node.operator, seconds(node.left), seconds(node.right)));
}

function difference(node: Ast.Expression, context: ExpressionContext): BoundExpression {
  if (node.kind === 'binary' && node.operator === '-') {
    const sides = [node.left, node.right].map((side) => bindExpression(side, context).type.kind);
    const areTimes = sides.every((kind) => kind === 'TIMESTAMP' || kind === 'DATE');
    // Two DATEs differ by days.
    if (areTimes && sides.includes('TIMESTAMP')) return bindExpression(node, context);
  }
  const message = 'an INTERVAL is compared with the difference of two TIMESTAMPs: anything else is not supported';
  throw bindError('NOT_SUPPORTED', message, node);
}

/** The terms as arguments: words, and how many times they are taken. */
function boundTerms(interval: Ast.Expression, sign: bigint, context: ExpressionContext): readonly BoundExpression[] {
  return termsOf(interval, build.literal(sign), context).flatMap(({ span, times }) => {
    return [build.castTo(bindExpression(span, context), STATIC_TYPES.TEXT), times];
  });
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
