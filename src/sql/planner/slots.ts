import { assert } from '../../base/assert.ts';
import { isLogicalSubquery, type LogicalSubquery } from '../binder/bind-subquery.ts';
import type { ColumnId, PlanColumn, Query } from '../binder/logical-plan.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import { mapExpression } from '../expressions/inspect.ts';
import type { PlannedSubquery, QueryPlan } from './physical-plan.ts';

/** Lists of columns are frozen, and looked at for each expression over them. */
const SLOTS = new WeakMap<readonly PlanColumn[], ReadonlyMap<ColumnId, number>>();

/** Positions of columns in an operator's input, by id; the first of several wins. */
export function slotsOf(columns: readonly PlanColumn[]): ReadonlyMap<ColumnId, number> {
  const known = SLOTS.get(columns);
  if (known !== undefined) return known;
  const slots = new Map<ColumnId, number>();
  columns.forEach((column, slot) => {
    if (!slots.has(column.id)) slots.set(column.id, slot);
  });
  SLOTS.set(columns, slots);
  return slots;
}

/** Plans subqueries where expressions meet them. One that reads no outer row is planned once, and so runs once. */
export class SubqueryPlanner {
  private readonly planQuery: (query: Query) => QueryPlan;
  private readonly uncorrelated = new Map<LogicalSubquery, PlannedSubquery>();

  constructor(planQuery: (query: Query) => QueryPlan) {
    this.planQuery = planQuery;
  }

  plan(handle: SubqueryHandle, slots: ReadonlyMap<ColumnId, number>): PlannedSubquery {
    assert(isLogicalSubquery(handle), 'a subquery is planned twice');
    const known = this.uncorrelated.get(handle);
    if (known !== undefined) return known;
    const read = new Map<ColumnId, number>();
    for (const id of handle.free.keys()) {
      const slot = slots.get(id);
      if (slot !== undefined) read.set(id, slot);
    }
    const query = this.planQuery(handle.query);
    const planned: PlannedSubquery = { kind: 'planned-subquery', query, slots: read, correlated: handle.correlated };
    if (!handle.correlated) this.uncorrelated.set(handle, planned);
    return planned;
  }
}

/** The expression with positions in the place of column ids, and planned subqueries. */
export function toSlots(
  expression: BoundExpression,
  slots: ReadonlyMap<ColumnId, number>,
  subqueries: SubqueryPlanner,
): BoundExpression {
  return mapExpression(expression, (node) => {
    switch (node.kind) {
      case 'column': {
        const index = slots.get(node.index);
        assert(index !== undefined, `column ${node.name} is not in the operator's input`);
        return { ...node, index };
      }
      case 'scalar-subquery':
      case 'exists':
      case 'in-subquery':
        return { ...node, subquery: subqueries.plan(node.subquery, slots) };
      default:
        return node;
    }
  });
}
