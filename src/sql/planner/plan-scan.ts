import type { ColumnId, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { type AccessPath, chooseAccessPath, type IndexPath, type WantedOrder } from './access-path.ts';
import type { ColumnCondition } from './column-conditions.ts';
import type { PhysicalPlan, PlanBound, PlanRange } from './physical-plan.ts';
import type { Planner } from './planner.ts';
import { readColumns } from './reads.ts';

/** A scan with the access path that suits its conditions, reading only the columns that somebody needs. */
export function planScan(
  scan: ScanNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan {
  const path: AccessPath = planner.isOn('access-paths')
    ? chooseAccessPath(scan, wanted)
    : { kind: 'scan', conditions: [], ensured: [] };
  const ensured: readonly BoundExpression[] = path.ensured;
  const conditions = scan.conditions.filter((condition) => !ensured.includes(condition));
  const read = readColumns(...conditions);
  const columns = scan.columns.filter((column) => required.has(column.id) || read.has(column.id));
  const access = {
    table: scan.table,
    alias: scan.alias,
    columns,
    tableColumns: columns.map((column) => column.column),
    filter: planner.condition(conditions, columns),
  };
  const constant = (expression: BoundExpression): BoundExpression => planner.expression(expression, []);
  const bound = (condition: ColumnCondition | null): PlanBound | null =>
    condition === null
      ? null
      : {
          expression: constant(condition.value),
          inclusive: condition.operator === '<=' || condition.operator === '>=',
        };
  switch (path.kind) {
    case 'rowid':
      return { kind: 'rowid-lookup', ...access, keys: path.keys.map(constant) };
    case 'index': {
      const { index, equal, direction }: IndexPath = path;
      const range = { low: bound(path.low), high: bound(path.high) };
      return { kind: 'index-scan', ...access, index, equal: equal.map(constant), ...range, direction };
    }
    case 'scan':
      return { kind: 'table-scan', ...access, ranges: rangesOf(path.conditions, constant) };
  }
}

/** One range per condition: the engine skips a block when any of them leaves it out. */
function rangesOf(
  conditions: readonly ColumnCondition[],
  constant: (expression: BoundExpression) => BoundExpression,
): readonly PlanRange[] {
  return conditions.map(({ column, operator, value }) => {
    const bound = { expression: constant(value), inclusive: operator !== '<' && operator !== '>' };
    return {
      column,
      low: operator === '<' || operator === '<=' ? null : bound,
      high: operator === '>' || operator === '>=' ? null : bound,
    };
  });
}
