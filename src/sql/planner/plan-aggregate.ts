import type { AggregateNode, ColumnId } from '../binder/logical-plan.ts';
import { collationOf } from '../expressions/inspect.ts';
import type { WantedOrder } from './access-path.ts';
import { GROUP_ORDER } from './late-parts.ts';
import type { AggregateCallPlan, PhysicalPlan } from './physical-plan.ts';
import { ids, type Planner, union } from './planner.ts';
import { groupingColumn, readColumns } from './reads.ts';
import { slotsOf } from './slots.ts';

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
  // Asked for with GROUPING SETS as well: the operator's hash tables are in the same file.
  const groups = node.keys.length === 0 ? null : GROUP_ORDER.get();
  const { input, streams } =
    groups === null || node.sets !== undefined
      ? { input: planner.plan(node.input, inputColumns, null), streams: null }
      : groups.planGroups(node, calls, inputColumns, wanted, planner);
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
