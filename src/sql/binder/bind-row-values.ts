import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { bindEach, bindExpression } from './bind-expression.ts';
import { between, compareValues, inList } from './bind-row.ts';
import { bindInSubqueryOf, bindRowSubquery } from './bind-subquery.ts';
import { at, bindError } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';

/** One bound value per item of a row, or per column of a subquery that stands for one. */
export function bindRow(node: Ast.Expression, context: ExpressionContext): readonly BoundExpression[] {
  if (node.kind === 'subquery') return bindRowSubquery(node, context);
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

/** `a < b` over rows: equality item by item, order by the first item that differs. */
export function bindRowComparison(node: Ast.ComparisonExpression, context: ExpressionContext): BoundExpression {
  const { lefts, rights } = bindRows(node.left, node.right, node, context);
  if (lefts.length > 1) return at(node, () => compareRows(node.operator, lefts, rights));
  return compareValues(node, lefts[0], rights[0], context);
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

/** Not below the low end, and not above the high one. */
export function bindRowBetween(node: Ast.BetweenExpression, context: ExpressionContext): BoundExpression {
  const operand = bindRow(node.operand, context);
  const low = bindRowLike(operand, node.low, node, context);
  const high = bindRowLike(operand, node.high, node, context);
  if (operand.length === 1) return between(node, operand[0], low[0], high[0], context);
  return at(node, () => {
    const inside = build.and([compareRows('>=', operand, low), compareRows('<=', operand, high)]);
    return node.negated ? build.not(inside) : inside;
  });
}

export function bindRowIs(node: Ast.IsExpression, context: ExpressionContext): BoundExpression {
  const { lefts, rights } = bindRows(node.left, node.right, node, context);
  const items = lefts.map((left, i) => at(node, () => build.bindIs(left, rights[i], node.negated)));
  return node.negated ? build.or(items) : build.and(items);
}

export function bindRowIn(node: Ast.InListExpression, context: ExpressionContext): BoundExpression {
  const [first] = node.items;
  if (node.items.length === 1 && first.kind === 'subquery') {
    // SQLite reads `x IN ((SELECT …))` as `x IN (SELECT …)`.
    const { position, end, operand, negated } = node;
    const select = { kind: 'in-subquery', position, end, operand, query: first.query, negated } as const;
    return bindInSubqueryOf(select, context);
  }
  const operands = bindRow(node.operand, context);
  if (operands.length === 1) return inList(node, operands[0], context);
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
