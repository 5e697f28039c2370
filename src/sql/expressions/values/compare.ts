import { compareCollated, compareText, compareValues, foldAscii } from '../../../engine/column/compare.ts';
import type { Collation, SqlValue } from '../../../engine/column/types.ts';

export { compareText, compareValues, foldAscii };

/** True when the values are equal, NULL being equal to NULL. */
export function sameValue(a: SqlValue, b: SqlValue, collation: Collation): boolean {
  return a === b || compareValues(a, b, collation) === 0;
}

/** The order of texts under a collation. */
export function collator(collation: Collation): (a: string, b: string) => number {
  return collation === 'BINARY' ? compareText : (a, b) => compareCollated(a, b, collation);
}
