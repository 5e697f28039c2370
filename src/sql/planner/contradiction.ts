import type { Collation } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression, ColumnExpression, ComparisonOperator } from '../expressions/bound-expression.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { MIRRORED } from './column-conditions.ts';

/** What conditions leave of a column's values. */
interface Remaining {
  readonly collation: Collation;
  /** The values of equalities and lists; null: no such condition. */
  values: readonly SqlValue[] | null;
  low: Bound | null;
  high: Bound | null;
}

interface Bound {
  readonly value: SqlValue;
  readonly isInclusive: boolean;
}

/**
 * True when comparisons of one column with literals leave no value for it, as in `x = 1 AND x = 2` and `x > 5 AND x < 3`, or
 * when it has to be NULL and to compare with something. Other conditions are taken to hold.
 */
export function areContradictory(conditions: readonly BoundExpression[]): boolean {
  const byColumn = new Map<ColumnId, Remaining>();
  const nulls = new Set<ColumnId>();
  for (const condition of conditions) {
    if (condition.kind === 'is-null' && condition.operand.kind === 'column') {
      if (!condition.negated) nulls.add(condition.operand.index);
      continue;
    }
    const found = comparisonOf(condition);
    if (found === null) continue;
    const { column, operator, values, collation } = found;
    const remaining = byColumn.get(column.index) ?? { collation, values: null, low: null, high: null };
    if (remaining.collation !== collation) continue;
    byColumn.set(column.index, remaining);
    narrow(remaining, operator, values);
  }
  for (const id of nulls) if (byColumn.has(id)) return true;
  for (const remaining of byColumn.values()) if (isNothing(remaining)) return true;
  return false;
}

interface LiteralComparison {
  readonly column: ColumnExpression;
  readonly operator: ComparisonOperator;
  readonly values: readonly SqlValue[];
  readonly collation: Collation;
}

/** `column operator literal`, or a list of literals, where literals and column compare by their values alone. */
function comparisonOf(condition: BoundExpression): LiteralComparison | null {
  if (condition.kind === 'in-list') {
    const { operand, items, negated, collation } = condition;
    if (negated || operand.kind !== 'column') return null;
    const values: SqlValue[] = [];
    for (const item of items) {
      if (item.kind !== 'literal' || !compareByValue(operand, item.value)) return null;
      values.push(item.value);
    }
    return { column: operand, operator: '=', values, collation };
  }
  if (condition.kind !== 'comparison' || !(condition.operator in MIRRORED)) return null;
  const { left, right, collation } = condition;
  const operator = condition.operator as keyof typeof MIRRORED;
  if (left.kind === 'column' && right.kind === 'literal' && compareByValue(left, right.value)) {
    return { column: left, operator, values: [right.value], collation };
  }
  if (right.kind === 'column' && left.kind === 'literal' && compareByValue(right, left.value)) {
    return { column: right, operator: MIRRORED[operator], values: [left.value], collation };
  }
  return null;
}

/** Numbers beside numbers and text beside text: other types have rules of their own. */
function compareByValue(column: ColumnExpression, value: SqlValue): boolean {
  switch (column.type.kind) {
    case 'INTEGER':
    case 'REAL':
      return typeof value === 'bigint' || typeof value === 'number';
    case 'TEXT':
      return typeof value === 'string';
    default:
      return false;
  }
}

function narrow(remaining: Remaining, operator: ComparisonOperator, values: readonly SqlValue[]): void {
  const { collation } = remaining;
  const [value] = values;
  switch (operator) {
    case '=': {
      const isThere = (known: SqlValue) => values.some((other) => compareValues(known, other, collation) === 0);
      remaining.values = remaining.values === null ? values : remaining.values.filter(isThere);
      break;
    }
    case '>':
    case '>=': {
      const order = remaining.low === null ? -1 : compareValues(remaining.low.value, value, collation);
      const isInclusive = operator === '>=';
      if (order < 0 || (order === 0 && !isInclusive)) remaining.low = { value, isInclusive };
      break;
    }
    case '<':
    case '<=': {
      const order = remaining.high === null ? 1 : compareValues(remaining.high.value, value, collation);
      const isInclusive = operator === '<=';
      if (order > 0 || (order === 0 && !isInclusive)) remaining.high = { value, isInclusive };
    }
  }
}

function isNothing({ collation, values, low, high }: Remaining): boolean {
  const isAbove = (value: SqlValue, bound: Bound): boolean => {
    const order = compareValues(value, bound.value, collation);
    return order > 0 || (order === 0 && bound.isInclusive);
  };
  const isBelow = (value: SqlValue, bound: Bound): boolean => {
    const order = compareValues(value, bound.value, collation);
    return order < 0 || (order === 0 && bound.isInclusive);
  };
  if (values !== null) {
    return !values.some((value) => (low === null || isAbove(value, low)) && (high === null || isBelow(value, high)));
  }
  return low !== null && high !== null && !(isBelow(low.value, high) && isAbove(high.value, low));
}
