import type { Collation } from '../../engine/catalog/definitions.ts';
import type { Expression } from '../ast/expressions.ts';
import { collationNamed } from './bind-type.ts';
import { bindError } from './binder.ts';

/** `ORDER BY 2`, `GROUP BY 1`: the index of the result column, from 0; null when the term is no integer literal. */
export function orderPosition(expression: Expression, columnCount: number, clause: string): number | null {
  if (expression.kind !== 'literal' || typeof expression.value !== 'bigint' || expression.literalType !== 'integer') {
    return null;
  }
  const position = Number(expression.value);
  if (position >= 1 && position <= columnCount) return position - 1;
  throw bindError(
    'INVALID_STATEMENT',
    `${clause} position ${position} is not among the ${columnCount} result columns`,
    expression,
  );
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
