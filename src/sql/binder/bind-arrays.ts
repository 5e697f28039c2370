import type * as Ast from '../ast/expressions.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { bindExpression } from './bind-expression.ts';
import { at } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';

/** Arrays, their elements and slices, and `x IN ?`. */
export function bindArray(node: ArrayExpression, context: ExpressionContext): BoundExpression {
  return at(node, () => bindArrayOf(node, (child) => bindExpression(child, context)));
}

type ArrayExpression = Extract<Ast.Expression, { readonly kind: 'array' | 'subscript' | 'slice' | 'in-array' }>;

function bindArrayOf(node: ArrayExpression, bind: (child: Ast.Expression) => BoundExpression): BoundExpression {
  switch (node.kind) {
    case 'array':
      return EXTENDED_TYPES.get().arrayCall('[]', node.items.map(bind));
    case 'subscript':
      return EXTENDED_TYPES.get().subscript(bind(node.operand), bind(node.index));
    case 'slice': {
      const bound = (end: Ast.Expression | null) => (end === null ? null : bind(end));
      return EXTENDED_TYPES.get().slice(bind(node.operand), bound(node.from), bound(node.to));
    }
    case 'in-array':
      return bindInArray(node, bind);
  }
}

/** `x IN ?`: the parameter is an array. */
function bindInArray(
  { operand, array, negated }: Ast.InArrayExpression,
  bind: (child: Ast.Expression) => BoundExpression,
): BoundExpression {
  const found = EXTENDED_TYPES.get().bindArrayComparison('=', 'ANY', bind(operand), bind(array));
  return negated ? build.not(found) : found;
}

export function bindContainmentOf(
  node: Ast.BinaryExpression,
  operator: '&&' | '@>' | '<@',
  context: ExpressionContext,
): BoundExpression {
  const left = bindExpression(node.left, context);
  const right = bindExpression(node.right, context);
  return at(node, () => EXTENDED_TYPES.get().bindContainment(operator, left, right));
}
