import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression, ComparisonOperator } from '../expressions/bound-expression.ts';
import { prefixConditions } from './prefix-conditions.ts';
import { isRunConstant } from './reads.ts';

export type RangeOperator = '=' | '<' | '<=' | '>' | '>=';

/** A condition of the form `column operator value` on a table's own column. */
export interface ColumnCondition {
  /** Number in the table, or ROWID_COLUMN. */
  readonly column: number;
  readonly operator: RangeOperator;
  /** Has one value while the scan is open. */
  readonly value: BoundExpression;
  readonly collation: Collation;
  readonly condition: BoundExpression;
}

/** `column IN (values)`. */
export interface ColumnList {
  readonly column: number;
  readonly values: readonly BoundExpression[];
  readonly collation: Collation;
  readonly condition: BoundExpression;
}

export const MIRRORED: { readonly [Operator in RangeOperator]: RangeOperator } = {
  '=': '=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

export function isRangeOperator(operator: ComparisonOperator): operator is RangeOperator {
  return operator in MIRRORED;
}

/** The number in the table of the column that an expression is. */
function tableColumn(expression: BoundExpression, scan: ScanNode): number | undefined {
  if (expression.kind !== 'column') return undefined;
  return scan.columns.find(({ id }) => id === expression.index)?.column;
}

/** The conditions of a scan that an access path or a zone map can use. */
export function conditionsOnColumns(scan: ScanNode): readonly ColumnCondition[] {
  const found: ColumnCondition[] = [];
  for (const condition of scan.conditions) {
    if (condition.kind === 'like') found.push(...prefixConditions(condition, scan));
    if (condition.kind !== 'comparison' || !isRangeOperator(condition.operator)) continue;
    const { left, right, operator, collation } = condition;
    const leftColumn = tableColumn(left, scan);
    const rightColumn = tableColumn(right, scan);
    if (leftColumn !== undefined && isRunConstant(right)) {
      found.push({ column: leftColumn, operator, value: right, collation, condition });
    } else if (rightColumn !== undefined && isRunConstant(left)) {
      found.push({ column: rightColumn, operator: MIRRORED[operator], value: left, collation, condition });
    }
  }
  return found;
}

/** The IN lists of a scan over one of its columns. */
export function listsOnColumns(scan: ScanNode): readonly ColumnList[] {
  return scan.conditions.flatMap((condition) => {
    if (condition.kind !== 'in-list' || condition.negated) return [];
    const column = tableColumn(condition.operand, scan);
    if (column === undefined || !condition.items.every(isRunConstant)) return [];
    return [{ column, values: condition.items, collation: condition.collation, condition }];
  });
}

/** `column IS NULL` or `column IS NOT NULL`. */
export interface NullTest {
  readonly column: number;
  readonly isNull: boolean;
  readonly condition: BoundExpression;
}

export function nullTestsOnColumns(scan: ScanNode): readonly NullTest[] {
  return scan.conditions.flatMap((condition) => {
    if (condition.kind !== 'is-null') return [];
    const column = tableColumn(condition.operand, scan);
    return column === undefined ? [] : [{ column, isNull: !condition.negated, condition }];
  });
}
