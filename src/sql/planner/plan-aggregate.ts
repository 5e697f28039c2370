import type { AggregateNode, ColumnId, SortTerm } from '../binder/logical-plan.ts';
import { collationOf } from '../expressions/inspect.ts';
import type { WantedOrder } from './access-path.ts';
import { isSortedAs, yieldsOrder } from './order.ts';
import type { AggregateCallPlan, PhysicalPlan } from './physical-plan.ts';
import { ids, type Planner, union } from './planner.ts';
import { groupingColumn, readColumns } from './reads.ts';
import { slotsOf } from './slots.ts';

/** Groups from which on a reader of the first few is better served by an index than by hashing all rows. */
const MANY_GROUPS = 1000;

/** Groups by hashing, or one after the other where the input comes in the order of the keys. */
export function planAggregate(
  node: AggregateNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan {
  const calls = node.calls.filter((call) => required.has(call.column.id) || call.column.id === node.bareFrom);
  const reads = [
    ...node.keys.map((key) => key.expression),
    ...calls.flatMap((call) => call.arguments),
    ...calls.flatMap((call) => call.filter ?? []),
    ...calls.flatMap((call) => call.orderBy.map((order) => order.expression)),
  ];
  const inputColumns = union(readColumns(...reads), ids(node.bare));
  const order = planner.isOn('ordered-aggregate') ? orderOfInput(node, wanted, planner) : null;
  const input = planner.plan(node.input, inputColumns, order);
  const streams = order !== null && (yieldsOrder(input) || isSortedAs(node.input, order)) ? order.serves : null;
  const slots = slotsOf(input.columns);
  const bareFrom = calls.findIndex((call) => call.column.id === node.bareFrom);
  const plannedCalls: readonly AggregateCallPlan[] = calls.map((call) => ({
    definition: call.definition,
    arguments: call.arguments.map((argument) => planner.expression(argument, input.columns)),
    distinct: call.distinct,
    collation: call.collation,
    filter: call.filter === null ? null : planner.expression(call.filter, input.columns),
    orderBy: call.orderBy.map(({ expression, descending, nullsFirst }) => ({
      expression: planner.expression(expression, input.columns),
      collation: collationOf(expression)?.collation ?? 'BINARY',
      descending,
      nullsFirst,
    })),
  }));
  return {
    kind: 'aggregate',
    columns: [...node.keys, ...calls.map((call) => call.column), ...node.bare, ...groupingColumn(node)],
    input,
    sets: node.sets ?? null,
    keys: node.keys.map((key) => planner.expression(key.expression, input.columns)),
    calls: plannedCalls,
    bare: node.bare.map((column) => slots.get(column.id) as number),
    bareFrom: bareFrom < 0 ? null : bareFrom,
    streams,
    isOfZoneMaps: planner.isOn('zone-map-answers') && isOfZoneMaps(node, plannedCalls, input),
  };
}

function isOfZoneMaps(
  { keys, bare, sets }: AggregateNode,
  calls: readonly AggregateCallPlan[],
  input: PhysicalPlan,
): boolean {
  if (keys.length > 0 || bare.length > 0 || sets !== undefined || input.kind !== 'table-scan') return false;
  return calls.every(({ definition: { name }, arguments: args, distinct, filter, orderBy }) => {
    const isPlain = !distinct && filter === null && orderBy.length === 0;
    const isColumn = args.length === 1 && args[0].kind === 'column';
    return (
      isPlain && (name === 'count' ? args.length === 0 || isColumn : isColumn && (name === 'min' || name === 'max'))
    );
  });
}

interface InputOrder extends WantedOrder {
  readonly serves: 'keys' | 'wanted';
}

/** The order of the input in which groups are whole: the one that is wanted of them, or that of the keys. */
function orderOfInput(node: AggregateNode, wanted: WantedOrder | null, planner: Planner): InputOrder | null {
  if (node.keys.length === 0 || node.sets !== undefined) return null;
  const below = new Map<ColumnId, SortTerm>();
  for (const { expression, id, name, type, collation, affinity } of node.keys) {
    if (expression.kind !== 'column') return null;
    const column = { id: expression.index, name, type, collation, affinity };
    below.set(id, { column, collation, descending: false, nullsFirst: true });
  }
  const isStable = isOrderSensitive(node) ? ({ isStable: true } as const) : {};
  const asWanted = wanted === null ? null : wantedBelow(wanted, below);
  if (asWanted === null || wanted === null) {
    return { terms: [...below.values()], stopsEarly: false, serves: 'keys', ...isStable };
  }
  const stopsEarly = wanted.stopsEarly && planner.estimator.rows(node) >= MANY_GROUPS;
  return { terms: asWanted, stopsEarly, serves: 'wanted', ...isStable };
}

/** The terms over the input, and behind them the keys that they leave open; null where they are not all of keys. */
function wantedBelow({ terms }: WantedOrder, below: ReadonlyMap<ColumnId, SortTerm>): readonly SortTerm[] | null {
  const open = new Map(below);
  const found: SortTerm[] = [];
  for (const term of terms) {
    const key = below.get(term.column.id);
    if (key === undefined || key.collation !== term.collation) return null;
    if (open.delete(term.column.id)) found.push({ ...term, column: key.column });
  }
  const last = found.at(-1);
  // The rest in the direction in which an index goes on.
  const descending = last?.descending === true;
  return [...found, ...[...open.values()].map((key) => ({ ...key, descending, nullsFirst: !descending }))];
}

/** True when the order of rows within a group shows in a result: values of the first row, lists of values. */
function isOrderSensitive({ bare, bareFrom, calls }: AggregateNode): boolean {
  if (bare.length > 0 || bareFrom !== null) return true;
  return calls.some((call) => call.definition.overRanges === undefined && call.orderBy.length === 0);
}
