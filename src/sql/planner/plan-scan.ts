import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import {
  type AccessPath,
  chooseAccessPath,
  type IndexPath,
  type ScanPath,
  type TableFacts,
  type WantedOrder,
} from './access-path.ts';
import type { ColumnCondition } from './column-conditions.ts';
import type { KeyBound } from './computed-path.ts';
import { ALTERNATIVES } from './late-parts.ts';
import type { IndexStretchPlan, PhysicalPlan, PlanBound, PlanRange, TableAccess } from './physical-plan.ts';
import { withConditions } from './plan-tree.ts';
import type { Planner } from './planner.ts';
import { readColumns } from './reads.ts';

/** A scan with the access path that suits its conditions, reading only the columns that somebody needs. */
export function planScan(
  scan: ScanNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan {
  const wantedOfIndex = wanted?.isStable === true ? null : wanted;
  const path: AccessPath = planner.isOn('access-paths')
    ? chooseAccessPath(scan, wantedOfIndex, factsOf(scan, planner))
    : { kind: 'scan', conditions: [], ensured: [] };
  if (path.kind === 'scan' && planner.isOn('access-paths') && ALTERNATIVES.isLoaded) {
    const alternatives = ALTERNATIVES.get().planAlternatives(scan, required, planner);
    if (alternatives !== null) return alternatives;
  }
  const ensured: readonly BoundExpression[] = path.ensured;
  const conditions =
    ensured.length === 0 ? scan.conditions : scan.conditions.filter((condition) => !ensured.includes(condition));
  const read = conditions.length === 0 ? required : readColumns(...conditions);
  const columns = scan.columns.filter((column) => required.has(column.id) || read.has(column.id));
  const { table, instant, alias } = scan;
  const tableColumns = columns.map((column) => column.column);
  const filter = planner.condition(conditions, columns);
  const constant = (expression: BoundExpression): BoundExpression => planner.expression(expression, []);
  const bound = (condition: KeyBound | null): PlanBound | null =>
    condition === null
      ? null
      : {
          expression: constant(condition.value),
          inclusive: condition.operator === '<=' || condition.operator === '>=',
        };
  switch (path.kind) {
    case 'rowid':
      return {
        kind: 'rowid-lookup',
        table,
        instant,
        alias,
        columns,
        tableColumns,
        filter,
        keys: path.keys.map(constant),
        through: null,
      };
    case 'computed': {
      const { computed, equal } = path;
      const { index, keyTable } = computed;
      const range = { low: bound(path.low), high: bound(path.high) };
      const through = { index, instant, keyTable, equal: equal.map(constant), ...range };
      return { kind: 'rowid-lookup', table, instant, alias, columns, tableColumns, filter, keys: [], through };
    }
    case 'index':
      return planIndexScan(path, { table, instant, alias, columns, tableColumns, filter }, constant, bound);
    case 'scan':
      return {
        kind: 'table-scan',
        table,
        instant,
        since: scan.since,
        alias,
        columns,
        tableColumns,
        filter,
        ranges: rangesOf(path.conditions, constant),
        isFilterOfRanges: planner.isOn('zone-map-answers') && conditions.every((condition) => isRange(condition, path)),
        order: wanted !== null && isRowidOrder(scan, wanted, planner) ? 'rowid' : 'any',
      };
  }
}

/** Property by property: most statements make one of these, and a copy by spread is slow. */
function planIndexScan(
  path: IndexPath,
  { table, instant, alias, columns, tableColumns, filter }: TableAccess,
  constant: (expression: BoundExpression) => BoundExpression,
  bound: (condition: KeyBound | null) => PlanBound | null,
): PhysicalPlan {
  const stretch = ({ index, equal, nulls, skipsNulls, low, high }: IndexPath): IndexStretchPlan => ({
    index,
    equal: equal.map(constant),
    nulls,
    skipsNulls,
    low: bound(low),
    high: bound(high),
  });
  const { index, equal, nulls, skipsNulls, low, high } = stretch(path);
  return {
    kind: 'index-scan',
    table,
    instant,
    alias,
    columns,
    tableColumns,
    filter,
    index,
    equal,
    nulls,
    skipsNulls,
    low,
    high,
    also: path.also.map(stretch),
    anyOf: path.anyOf === null ? null : path.anyOf.map(constant),
    direction: path.direction,
  };
}

/** The prefix of a LIKE is no more than a part of it. */
function isRange(condition: BoundExpression, { conditions }: ScanPath): boolean {
  return condition.kind === 'comparison' && conditions.some((range) => range.condition === condition);
}

/** Terms behind the rowid decide nothing. */
function isRowidOrder(scan: ScanNode, { terms: [first] }: WantedOrder, planner: Planner): boolean {
  if (first === undefined || first.descending || !planner.isOn('rowid-order')) return false;
  const column = scan.columns.find(({ id }) => id === first.column.id);
  return column?.column === ROWID_COLUMN && planner.estimator.isInRowidOrder(scan);
}

export function factsOf(scan: ScanNode, { estimator }: Planner): TableFacts {
  const rows = estimator.tableRows(scan);
  return { rows, share: (conditions) => estimator.rows(withConditions(scan, conditions)) / Math.max(1, rows) };
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
