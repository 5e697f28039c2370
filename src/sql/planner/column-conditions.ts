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

/** The conditions of a scan that an access path or a zone map can use. */
export function conditionsOnColumns(scan: ScanNode): readonly ColumnCondition[] {
  const tableColumns = new Map(scan.columns.map((column) => [column.id, column.column]));
  const found: ColumnCondition[] = [];
  for (const condition of scan.conditions) {
    if (condition.kind === 'like') found.push(...prefixConditions(condition, scan));
    if (condition.kind !== 'comparison' || !isRangeOperator(condition.operator)) continue;
    const { left, right, operator, collation } = condition;
    const leftColumn = left.kind === 'column' ? tableColumns.get(left.index) : undefined;
    const rightColumn = right.kind === 'column' ? tableColumns.get(right.index) : undefined;
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
  const tableColumns = new Map(scan.columns.map((column) => [column.id, column.column]));
  return scan.conditions.flatMap((condition) => {
    if (condition.kind !== 'in-list' || condition.negated || condition.operand.kind !== 'column') return [];
    const column = tableColumns.get(condition.operand.index);
    if (column === undefined || !condition.items.every(isRunConstant)) return [];
    return [{ column, values: condition.items, collation: condition.collation }];
  });
}
