import { unreachable } from '../../base/assert.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import { shownValue } from '../expressions/values/shown-value.ts';

/** Longer texts are cut: a plan is read, not run. */
const LONGEST_LITERAL = 40;

/** How a subquery is called in the text: what stands for its plan. */
export type NameSubquery = (subquery: SubqueryHandle) => string;

/** A bound expression as people read it: conversions that the binder has put in are left out. */
export function printBound(expression: BoundExpression, nameOf: NameSubquery): string {
  const print = (node: BoundExpression): string => printBound(node, nameOf);
  const list = (nodes: readonly BoundExpression[]): string => nodes.map(print).join(', ');
  const not = (node: { readonly negated: boolean }): string => (node.negated ? 'NOT ' : '');
  switch (expression.kind) {
    case 'literal':
      return shownValue(expression.value, expression.type, LONGEST_LITERAL);
    case 'column':
    case 'outer':
      return expression.name;
    case 'parameter':
      return `?${expression.index + 1}`;
    case 'unary':
      return `${expression.operator}${print(expression.operand)}`;
    case 'arithmetic':
    case 'bitwise':
    case 'comparison':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'concat':
      return `(${print(expression.left)} || ${print(expression.right)})`;
    case 'and':
    case 'or':
      return `(${expression.operands.map(print).join(` ${expression.kind.toUpperCase()} `)})`;
    case 'not':
      return `NOT ${print(expression.operand)}`;
    case 'is-null':
      return `${print(expression.operand)} IS ${not(expression)}NULL`;
    case 'is-truth':
      return `${print(expression.operand)} IS ${not(expression)}${String(expression.truth).toUpperCase()}`;
    case 'in-list':
      return `${print(expression.operand)} ${not(expression)}IN (${list(expression.items)})`;
    case 'like':
      return `${print(expression.operand)} ${not(expression)}${expression.operator} ${print(expression.pattern)}`;
    case 'case': {
      const branches = expression.branches.map(({ when, result }) => `WHEN ${print(when)} THEN ${print(result)}`);
      const otherwise = expression.otherwise === null ? '' : ` ELSE ${print(expression.otherwise)}`;
      return `CASE ${branches.join(' ')}${otherwise} END`;
    }
    case 'coalesce':
      return `coalesce(${list(expression.operands)})`;
    case 'cast':
      return `CAST(${print(expression.operand)} AS ${expression.target})`;
    case 'affinity':
      return print(expression.operand);
    case 'collate':
      return `${print(expression.operand)} COLLATE ${expression.collation}`;
    case 'function':
      return `${expression.definition.name}(${list(expression.arguments)})`;
    case 'scalar-subquery':
      return nameOf(expression.subquery);
    case 'exists':
      return `${not(expression)}EXISTS ${nameOf(expression.subquery)}`;
    case 'in-subquery':
      return `${list(expression.operands)} ${not(expression)}IN ${nameOf(expression.subquery)}`;
    default:
      return unreachable(expression, 'expression');
  }
}
