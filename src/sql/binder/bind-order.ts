import type { Collation } from '../../engine/catalog/definitions.ts';
import type { Expression } from '../ast/expressions.ts';
import { collationNamed } from './bind-type.ts';
import { bindError } from './binder.ts';

/** `ORDER BY 2`, `GROUP BY 1`: the index of the result column, from 0; null when the term is no integer literal. */
export function orderPosition(expression: Expression, columnCount: number, clause: string): number | null {
  const position = writtenInteger(expression);
  if (position === null) return null;
  if (position >= 1 && position <= columnCount) return position - 1;
  throw bindError(
    'INVALID_STATEMENT',
    `${clause} position ${position} is not among the ${columnCount} result columns`,
    expression,
  );
}

/** The integer that an expression is: a literal, with signs or without. */
function writtenInteger(expression: Expression): number | null {
  if (expression.kind === 'unary' && (expression.operator === '+' || expression.operator === '-')) {
    const operand = writtenInteger(expression.operand);
    return operand === null || expression.operator === '+' ? operand : -operand;
  }
  if (expression.kind !== 'literal' || typeof expression.value !== 'bigint') return null;
  return expression.literalType === 'integer' ? Number(expression.value) : null;
}

/** A term without the COLLATEs around it, and what the outermost of them says. */
export function withoutCollate(expression: Expression): {
  readonly inner: Expression;
  readonly collation: Collation | null;
} {
  let inner = expression;
  let collation: Collation | null = null;
  while (inner.kind === 'collate') {
    collation ??= collationNamed(inner.collation, inner);
    inner = inner.operand;
  }
  return { inner, collation };
}
