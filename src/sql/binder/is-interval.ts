import type * as Ast from '../ast/expressions.ts';

/** True for what is written as an INTERVAL, and for sums, multiples and parts of it. */
export function isInterval(node: Ast.Expression): boolean {
  switch (node.kind) {
    case 'cast':
      return node.type.name === 'INTERVAL';
    case 'unary':
      return node.operator !== '~' && isInterval(node.operand);
    case 'binary': {
      const { operator, left, right } = node;
      if (operator === '*') return isInterval(left) || isInterval(right);
      if (operator === '/') return isInterval(left);
      return (operator === '+' || operator === '-') && isInterval(left) && isInterval(right);
    }
    default:
      return false;
  }
}
