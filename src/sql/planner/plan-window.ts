import type { ColumnId, WindowNode } from '../binder/logical-plan.ts';
import type { PhysicalPlan } from './physical-plan.ts';
import { ids, type Planner, sortTerms, union } from './planner.ts';
import { columnsOfCall } from './required.ts';
import { slotsOf } from './slots.ts';

/** A window operator with those of its calls that somebody reads. */
export function planWindow(node: WindowNode, required: ReadonlySet<ColumnId>, planner: Planner): PhysicalPlan {
  const calls = node.calls.filter((call) => required.has(call.column.id));
  const read = calls.flatMap(columnsOfCall);
  const order = node.order.map((term) => term.column);
  const input = planner.plan(node.input, union(required, ids([...read, ...node.partition, ...order])), null);
  const slots = slotsOf(input.columns);
  const partition = node.partition.map((column) => ({
    column,
    collation: column.collation,
    descending: false,
    nullsFirst: true,
  }));
  return {
    kind: 'window',
    columns: [...input.columns, ...calls.map((call) => call.column)],
    input,
    terms: sortTerms([...partition, ...node.order], input.columns),
    partitionTerms: partition.length,
    calls: calls.map((call) => ({
      column: call.column,
      function: call.function,
      arguments: call.arguments.map((column) => slots.get(column.id) as number),
      filter: call.filter === null ? null : (slots.get(call.filter.id) as number),
      collation: call.collation,
      orderBy: sortTerms(call.orderBy, input.columns),
      ignoresNulls: call.ignoresNulls,
      frame: {
        ...call.frame,
        start: edge(call.frame.start, planner),
        end: edge(call.frame.end, planner),
      },
    })),
  };
}

function edge(node: WindowNode['calls'][number]['frame']['start'], planner: Planner) {
  return { bound: node.bound, offset: node.offset === null ? null : planner.expression(node.offset, []) };
}
