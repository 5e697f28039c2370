import type { Expression } from '../ast/expressions.ts';
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
