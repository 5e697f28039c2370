import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { BoundExpression } from '../bound-expression.ts';
import { hasSubquery, isDeterministic, soleColumn } from '../inspect.ts';
import { DICTIONARY_EVALUATORS } from '../late-parts.ts';

/**
 * The one text column that an expression depends on: then it can be computed once per dictionary entry. Else null, and as long
 * as what does so is not loaded.
 */
export function dictionaryColumnOf(expression: BoundExpression, inputs: readonly PhysicalKind[]): number | null {
  if (!DICTIONARY_EVALUATORS.isLoaded) return null;
  const column = soleColumn(expression);
  if (column === null || inputs[column] !== 'text') return null;
  return isDeterministic(expression) && !hasSubquery(expression) ? column : null;
}
