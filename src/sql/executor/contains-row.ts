import type { SqlValue } from '../../engine/column/types.ts';
import type { InSubqueryExpression } from '../expressions/bound-expression.ts';
import { sameValue } from '../expressions/values/compare.ts';

/** IN over rows: true when one is equal, unknown when one might be. */
export function containsRow(
  rows: readonly (readonly SqlValue[])[],
  operands: readonly SqlValue[],
  node: InSubqueryExpression,
): boolean | null {
  let isOpen = false;
  for (const row of rows) {
    let matches: boolean | null = true;
    for (let i = 0; i < operands.length && matches !== false; i++) {
      if (operands[i] === null || row[i] === null) matches = null;
      else if (!sameValue(operands[i], row[i], node.collations[i])) matches = false;
    }
    if (matches === true) return true;
    if (matches === null) isOpen = true;
  }
  return isOpen ? null : false;
}
