import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { bindEach, bindExpression } from './bind-expression.ts';
import { at, bindError, placedAt } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';
import { INTERVAL_BINDING, RELATIONAL_BINDING } from './late-parts.ts';

/** The items of a row value; any other expression is a row of one. */
export function rowItems(node: Ast.Expression): readonly Ast.Expression[] {
  return node.kind === 'row' ? node.items : [node];
}

/** One bound value per item of a row, or per column of a subquery that stands for one. */
export function bindRow(node: Ast.Expression, context: ExpressionContext): readonly BoundExpression[] {
  if (node.kind === 'subquery') return RELATIONAL_BINDING.get().bindRowSubquery(node, context);
  return node.kind === 'row' ? bindEach(node.items, context) : [bindExpression(node, context)];
}

/** Both sides as rows of one length. */
function bindRows(left: Ast.Expression, right: Ast.Expression, node: Ast.Expression, context: ExpressionContext) {
  const lefts = bindRow(left, context);
  return { lefts, rights: bindRowLike(lefts, right, node, context) };
}

/** A row that is compared with `lefts`, and so is as long. */
function bindRowLike(
  lefts: readonly BoundExpression[],
  right: Ast.Expression,
  node: Ast.Expression,
  context: ExpressionContext,
): readonly BoundExpression[] {
  const rights = bindRow(right, context);
  if (lefts.length === rights.length) return rights;
  const message = `rows of ${lefts.length} and ${rights.length} values cannot be compared`;
  throw bindError('INVALID_STATEMENT', message, node);
}

/** `a < b`, and the same over rows: equality item by item, order by the first item that differs. */
export function bindComparisonOf(node: Ast.ComparisonExpression, context: ExpressionContext): BoundExpression {
  if (isInterval(node.left) || isInterval(node.right)) return INTERVAL_BINDING.get().bindSpanComparison(node, context);
  if (mayBeRow(node.left) || mayBeRow(node.right)) {
    const { lefts, rights } = bindRows(node.left, node.right, node, context);
    if (lefts.length > 1) return at(node, () => compareRows(node.operator, lefts, rights));
    return compareValues(node, lefts[0], rights[0], context);
  }
  return compareValues(node, bindExpression(node.left, context), bindExpression(node.right, context), context);
}

function mayBeRow({ kind }: Ast.Expression): boolean {
  return kind === 'row' || kind === 'subquery';
}

function compareValues(
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

/** `left = right` over rows, as CASE compares them. */
export function bindRowEquality(
  left: Ast.Expression,
  right: Ast.Expression,
  context: ExpressionContext,
): BoundExpression {
  const { lefts, rights } = bindRows(left, right, right, context);
  return at(right, () => compareRows('=', lefts, rights));
}

function compareRows(
  operator: Ast.ComparisonOperator,
  lefts: readonly BoundExpression[],
  rights: readonly BoundExpression[],
): BoundExpression {
  if (lefts.length === 1) return build.bindComparison(operator, lefts[0], rights[0]);
  if (operator === '=') return build.and(lefts.map((left, i) => build.bindComparison('=', left, rights[i])));
  if (operator === '<>') return build.or(lefts.map((left, i) => build.bindComparison('<>', left, rights[i])));
  const strict = operator === '<' || operator === '<=' ? '<' : '>';
  const last = lefts.length - 1;
  let result: BoundExpression = build.bindComparison(operator, lefts[last], rights[last]);
  for (let i = last - 1; i >= 0; i--) {
    const equal = build.bindComparison('=', lefts[i], rights[i]);
    result = build.or([build.bindComparison(strict, lefts[i], rights[i]), build.and([equal, result])]);
  }
  // Follows from the rest, and is a range that an index can be read by.
  return build.and([build.bindComparison(`${strict}=`, lefts[0], rights[0]), result]);
}

/** Over rows, too: not below the low end, and not above the high one. */
export function bindBetweenOf(node: Ast.BetweenExpression, context: ExpressionContext): BoundExpression {
  const operand = bindRow(node.operand, context);
  const low = bindRowLike(operand, node.low, node, context);
  const high = bindRowLike(operand, node.high, node, context);
  return operand.length === 1
    ? between(node, operand[0], low[0], high[0], context)
    : betweenRows(node, operand, low, high);
}

function between(
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

function betweenRows(
  node: Ast.BetweenExpression,
  operand: readonly BoundExpression[],
  low: readonly BoundExpression[],
  high: readonly BoundExpression[],
): BoundExpression {
  return at(node, () => {
    const inside = build.and([compareRows('>=', operand, low), compareRows('<=', operand, high)]);
    return node.negated ? build.not(inside) : inside;
  });
}

export function bindIsOf(node: Ast.IsExpression, context: ExpressionContext): BoundExpression {
  const { lefts, rights } = bindRows(node.left, node.right, node, context);
  const items = lefts.map((left, i) => at(node, () => build.bindIs(left, rights[i], node.negated)));
  return node.negated ? build.or(items) : build.and(items);
}

export function bindInListOf(node: Ast.InListExpression, context: ExpressionContext): BoundExpression {
  const [first] = node.items;
  if (node.items.length === 1 && first.kind === 'subquery') {
    // SQLite reads `x IN ((SELECT …))` as `x IN (SELECT …)`.
    const { position, end, operand, negated } = node;
    const select = { kind: 'in-subquery', position, end, operand, query: first.query, negated } as const;
    return RELATIONAL_BINDING.get().bindInSubqueryOf(select, context);
  }
  const operands = bindRow(node.operand, context);
  if (operands.length > 1) return bindRowIn(node, operands, context);
  const items = bindEach(node.items, context);
  try {
    return bindIn(operands[0], items, node.negated);
  } catch (error) {
    throw placedAt(node, error);
  }
}

function bindRowIn(
  node: Ast.InListExpression,
  operands: readonly BoundExpression[],
  context: ExpressionContext,
): BoundExpression {
  const matches = node.items.map((item) => {
    const values = bindRow(item, context);
    if (values.length !== operands.length) {
      throw bindError('INVALID_STATEMENT', `IN compares ${operands.length} values with ${values.length}`, item);
    }
    return compareRows('=', operands, values);
  });
  const any = build.or(matches);
  return node.negated ? build.not(any) : any;
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
