import type { Collation } from '../../engine/catalog/definitions.ts';
import { foldAscii } from '../../engine/column/compare.ts';
import type { ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression, LikeExpression } from '../expressions/bound-expression.ts';
import { literal } from '../expressions/build.ts';
import type { ColumnCondition, RangeOperator } from './column-conditions.ts';

/**
 * The ranges that follow from `column GLOB 'abc*'` and `column LIKE 'abc%'`: from the prefix up to what comes behind all
 * texts that begin with it. LIKE folds ASCII case, as NOCASE does. The pattern itself is still to be checked.
 */
export function prefixConditions(condition: LikeExpression, scan: ScanNode): readonly ColumnCondition[] {
  const { operand, pattern, operator } = condition;
  if (condition.negated || condition.escape !== null || pattern.kind !== 'literal') return [];
  const id = operand.kind === 'column' ? operand.index : null;
  const column = scan.columns.find((candidate) => candidate.id === id);
  if (column === undefined || column.type.kind !== 'TEXT' || typeof pattern.value !== 'string') return [];
  const written = /^[^%_]*/.exec(pattern.value)?.[0] ?? '';
  const prefix = operator === 'LIKE' ? foldAscii(written) : (/^[^*?[]*/.exec(pattern.value)?.[0] ?? '');
  const end = behind(prefix);
  if (prefix === '' || end === null) return [];
  const range = (side: RangeOperator, bound: string, collation: Collation): ColumnCondition => {
    const value = literal(bound);
    const implied: BoundExpression = {
      kind: 'comparison',
      operator: side,
      left: operand,
      right: value,
      collation,
      type: condition.type,
    };
    return { column: column.column, operator: side, value, collation, condition: implied };
  };
  const within = (collation: Collation) => [range('>=', prefix, collation), range('<', end, collation)];
  if (operator === 'GLOB') return within('BINARY');
  // Without letters there is no case to fold.
  return /[a-z]/i.test(prefix) ? within('NOCASE') : [...within('NOCASE'), ...within('BINARY')];
}

/** The first text behind all that begin with the prefix; null where there is none. */
function behind(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) as number);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Surrogates are no characters.
    const next = last + 1 === 0xd800 ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return null;
}
