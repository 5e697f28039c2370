import type { ColumnId, DistinctNode } from '../binder/logical-plan.ts';
import type { PhysicalPlan } from './physical-plan.ts';
import { ids, type Planner, union } from './planner.ts';
import { slotsOf } from './slots.ts';

export function planDistinct(node: DistinctNode, required: ReadonlySet<ColumnId>, planner: Planner): PhysicalPlan {
  const input = planner.plan(node.input, union(required, ids(node.columns)), null);
  const slots = slotsOf(input.columns);
  const keys = [...new Set(node.columns.map((column) => slots.get(column.id) as number))];
  return { kind: 'distinct', columns: input.columns, input, keys };
}
