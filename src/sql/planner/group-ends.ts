import type { IndexDefinition } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { GroupEnd } from '../../engine/table/group-ends.ts';
import type { AggregateCall, AggregateNode, ColumnId, ScanColumn, ScanNode } from '../binder/logical-plan.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { GroupEndScanPlan } from './physical-plan.ts';
import type { Planner } from './planner.ts';

/** Searching where a group ends costs as much as reading so many rows. */
const GROUP_COST = 500;

/**
 * `SELECT a, max(b) FROM t GROUP BY a` by an index over (a, b): the aggregate gets the row at one end of each group only. null
 * where there is no such index, or where groups are small.
 */
export function planGroupEnds(
  node: AggregateNode,
  calls: readonly AggregateCall[],
  read: ReadonlySet<ColumnId>,
  planner: Planner,
): GroupEndScanPlan | null {
  const { input, keys, bare, bareFrom } = node;
  if (input.kind !== 'scan' || keys.length !== 1 || bare.length > 0 || bareFrom !== null) return null;
  if (!planner.isOn('group-ends') || input.conditions.length > 0 || input.since !== null) return null;
  const key = plainColumn(keys[0].expression, input);
  if (key === null || keys[0].collation !== 'BINARY') return null;
  const found = endOfCalls(calls, key, input);
  const rows = planner.estimator.tableRows(input);
  if (found === null || planner.estimator.rows(node) * GROUP_COST > rows) return null;
  const { table, instant, alias } = input;
  const columns = input.columns.filter(({ id }) => read.has(id));
  const tableColumns = columns.map(({ column }) => column);
  const keyKind = physicalKindOf(key.type);
  return { kind: 'group-end-scan', table, instant, alias, columns, tableColumns, filter: null, keyKind, ...found };
}

/** The end of the groups, in some index, at which all calls find their extreme. */
function endOfCalls(
  calls: readonly AggregateCall[],
  key: ScanColumn,
  scan: ScanNode,
): { readonly index: IndexDefinition; readonly end: GroupEnd } | null {
  if (scan.indexedBy !== null) return null;
  for (const index of scan.indexes) {
    const [first, second] = index.columns;
    if (first.column !== key.column || first.collation !== 'BINARY') continue;
    if (calls.length === 0) return { index, end: 'first' };
    if (second === undefined || second.collation !== 'BINARY') continue;
    const ends = calls.map((call) => endOfCall(call, second, scan));
    const [end] = ends;
    if (end !== null && ends.every((other) => other === end)) return { index, end };
  }
  return null;
}

/** NULLs lie where the least values do: a least value is only where it is looked for if there are none. */
function endOfCall(call: AggregateCall, second: IndexDefinition['columns'][number], scan: ScanNode): GroupEnd | null {
  const { definition, arguments: args, distinct, filter, collation } = call;
  const extreme = definition.overRanges;
  if ((extreme !== 'min' && extreme !== 'max') || args.length !== 1) return null;
  if (distinct || filter !== null || collation !== 'BINARY') return null;
  const column = plainColumn(args[0], scan);
  if (column === null || column.column !== second.column) return null;
  if (extreme === 'min' && scan.table.columns[column.column].notNull !== true) return null;
  return (extreme === 'max') === second.descending ? 'first' : 'last';
}

/** A stored column of whose values equal ones are the same: it does not matter which of them is found. */
function plainColumn(expression: AggregateNode['keys'][number]['expression'], scan: ScanNode): ScanColumn | null {
  if (expression.kind !== 'column') return null;
  const column = scan.columns.find(({ id }) => id === expression.index) ?? null;
  if (column === null || column.column < 0) return null;
  const kind: PhysicalKind = physicalKindOf(column.type);
  return kind === 'integer' || kind === 'text' ? column : null;
}
