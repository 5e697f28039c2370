import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression, ColumnExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
import { bindComparison } from '../expressions/build.ts';

/** `a = b` of two columns whose values are the same wherever they are equal. */
export type ColumnEquality = ComparisonExpression & {
  readonly left: ColumnExpression;
  readonly right: ColumnExpression;
};

/** Types of which equal values cannot be told apart. Of ANY, 1 equals 1.0 and is another value; TEXT depends on the collation. */
const SAME_WHERE_EQUAL: ReadonlySet<string> = new Set('INTEGER REAL BOOLEAN DATE TIMESTAMP BLOB UUID TEXT'.split(' '));

/**
 * Equality is transitive, and one column may stand for the other, where both have one type and, being text, are compared
 * byte by byte. `1 = '1'` and `'a' = 'A'` are true of some columns and collations, and say nothing of a third value.
 */
export function columnEquality(condition: BoundExpression): ColumnEquality | null {
  if (condition.kind !== 'comparison' || condition.operator !== '=') return null;
  const { left, right, collation } = condition;
  if (left.kind !== 'column' || right.kind !== 'column' || left.index === right.index) return null;
  if (left.type.kind !== right.type.kind || !SAME_WHERE_EQUAL.has(left.type.kind)) return null;
  return left.type.kind !== 'TEXT' || collation === 'BINARY' ? (condition as ColumnEquality) : null;
}

/** The equality of two columns of a class: byte by byte, whatever collations the columns have. */
export function classEquality(left: ColumnExpression, right: ColumnExpression): ComparisonExpression {
  return { ...bindComparison('=', left, right), collation: 'BINARY' };
}

/** True when rows with equal values of a column (as grouping compares them) have the very same value. */
export function isSameWhereEqual(column: {
  readonly type: { readonly kind: string };
  readonly collation: string;
}): boolean {
  return SAME_WHERE_EQUAL.has(column.type.kind) && (column.type.kind !== 'TEXT' || column.collation === 'BINARY');
}

/** Columns that are known to be equal, in classes. */
export class EquivalenceClasses {
  private readonly classes = new Map<ColumnId, ColumnExpression[]>();

  add({ left, right }: ColumnEquality): void {
    const ofLeft = this.classes.get(left.index) ?? [left];
    const ofRight = this.classes.get(right.index) ?? [right];
    if (ofLeft === ofRight) return;
    ofLeft.push(...ofRight);
    for (const column of ofLeft) this.classes.set(column.index, ofLeft);
  }

  /** The columns equal to this one, itself among them; empty when it is in no class. */
  of(id: ColumnId): readonly ColumnExpression[] {
    return this.classes.get(id) ?? [];
  }

  all(): readonly (readonly ColumnExpression[])[] {
    return [...new Set(this.classes.values())];
  }
}
