import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { bindEach, bindExpression } from './bind-expression.ts';
import { at, placedAt } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';
import { RELATIONAL_BINDING, TYPE_BINDING } from './late-parts.ts';

/** `a < b`, and the same over rows. */
export function bindComparisonOf(node: Ast.ComparisonExpression, context: ExpressionContext): BoundExpression {
  if (isInterval(node.left) || isInterval(node.right)) return TYPE_BINDING.get().bindSpanComparison(node, context);
  if (mayBeRow(node.left) || mayBeRow(node.right)) return RELATIONAL_BINDING.get().bindRowComparison(node, context);
  return compareValues(node, bindExpression(node.left, context), bindExpression(node.right, context), context);
}

/** Over rows, too. */
export function bindBetweenOf(node: Ast.BetweenExpression, context: ExpressionContext): BoundExpression {
  const { operand, low, high } = node;
  if (mayBeRow(operand) || mayBeRow(low) || mayBeRow(high)) {
    return RELATIONAL_BINDING.get().bindRowBetween(node, context);
  }
  const value = bindExpression(operand, context);
  return between(node, value, bindExpression(low, context), bindExpression(high, context), context);
}

export function bindIsOf(node: Ast.IsExpression, context: ExpressionContext): BoundExpression {
  if (mayBeRow(node.left) || mayBeRow(node.right)) return RELATIONAL_BINDING.get().bindRowIs(node, context);
  const left = bindExpression(node.left, context);
  const right = bindExpression(node.right, context);
  return at(node, () => build.bindIs(left, right, node.negated));
}

export function bindInListOf(node: Ast.InListExpression, context: ExpressionContext): BoundExpression {
  const isOfQuery = node.items.length === 1 && node.items[0].kind === 'subquery';
  if (isOfQuery || mayBeRow(node.operand)) return RELATIONAL_BINDING.get().bindRowIn(node, context);
  return inList(node, bindExpression(node.operand, context), context);
}

function mayBeRow({ kind }: Ast.Expression): boolean {
  return kind === 'row' || kind === 'subquery';
}

/** Of two values. */
export function compareValues(
  node: Ast.ComparisonExpression,
  left: BoundExpression,
  right: BoundExpression,
  context: ExpressionContext,
): BoundExpression {
  const { literals } = context.binder;
  const first = literals === null ? left : literals.beside(node.left, left, right.type, context);
  const second = literals === null ? right : literals.beside(node.right, right, left.type, context);
  try {
    return build.bindComparison(node.operator, first, second);
  } catch (error) {
    throw placedAt(node, error);
  }
}

/** Of three values. */
export function between(
  node: Ast.BetweenExpression,
  operand: BoundExpression,
  low: BoundExpression,
  high: BoundExpression,
  context: ExpressionContext,
): BoundExpression {
  const { literals } = context.binder;
  const from = literals === null ? low : literals.beside(node.low, low, operand.type, context);
  const to = literals === null ? high : literals.beside(node.high, high, operand.type, context);
  try {
    return build.bindBetween(operand, from, to, node.negated);
  } catch (error) {
    throw placedAt(node, error);
  }
}

/** Of one value among others. */
export function inList(
  node: Ast.InListExpression,
  operand: BoundExpression,
  context: ExpressionContext,
): BoundExpression {
  const items = bindEach(node.items, context);
  try {
    return bindIn(operand, items, node.negated);
  } catch (error) {
    throw placedAt(node, error);
  }
}

/** `x IN (array)` looks among its elements, as `x IN ?` does. */
function bindIn(operand: BoundExpression, items: readonly BoundExpression[], negated: boolean): BoundExpression {
  const [only] = items;
  if (items.length !== 1 || only.type.kind !== 'ARRAY' || operand.type.kind === 'ARRAY') {
    return build.bindIn(operand, items, negated);
  }
  const found = EXTENDED_TYPES.get().bindArrayComparison('=', 'ANY', operand, only);
  return negated ? build.not(found) : found;
}
