import { assert } from '../../base/assert.ts';
import type { ColumnId, PlanColumn, Query } from '../binder/logical-plan.ts';
import { isLogicalSubquery, type LogicalSubquery } from '../binder/logical-subquery.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import { columnRef } from '../expressions/build.ts';
import { mapExpression } from '../expressions/inspect.ts';
import type { PlannedSubquery, QueryPlan } from './physical-plan.ts';

/** Where an operator's input has a column. */
export interface Slots {
  get(id: ColumnId): number | undefined;
}

/** Positions of columns in an operator's input, by id; the first of several wins. */
export function slotsOf(columns: readonly PlanColumn[]): Slots {
  return new ListedSlots(columns);
}

/** So many are quicker looked through than put into a map. */
const FEW_COLUMNS = 8;

/** Looks through the list at first, and keeps a map once that would take longer. */
class ListedSlots implements Slots {
  private readonly columns: readonly PlanColumn[];
  private asked = 0;
  private slots: Map<ColumnId, number> | null = null;

  constructor(columns: readonly PlanColumn[]) {
    this.columns = columns;
  }

  get(id: ColumnId): number | undefined {
    const { columns } = this;
    if (columns.length > FEW_COLUMNS && ++this.asked > FEW_COLUMNS) {
      this.slots ??= new Map(columns.map((column, slot) => [column.id, slot] as const).reverse());
      return this.slots.get(id);
    }
    for (let slot = 0; slot < columns.length; slot++) if (columns[slot].id === id) return slot;
    return undefined;
  }
}

/** Plans subqueries where expressions meet them. One that reads no outer row is planned once, and so runs once. */
export class SubqueryPlanner {
  private readonly planQuery: (query: Query) => QueryPlan;
  private readonly uncorrelated = new Map<LogicalSubquery, PlannedSubquery>();

  constructor(planQuery: (query: Query) => QueryPlan) {
    this.planQuery = planQuery;
  }

  plan(handle: SubqueryHandle, slots: Slots): PlannedSubquery {
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
export function toSlots(expression: BoundExpression, slots: Slots, subqueries: SubqueryPlanner): BoundExpression {
  return mapExpression(expression, (node) => {
    switch (node.kind) {
      case 'column': {
        const index = slots.get(node.index);
        assert(index !== undefined, `column ${node.name} is not in the operator's input`);
        return columnRef(index, node.name, node.type, node.collation, node.affinity);
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
