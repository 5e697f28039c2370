import type { NumberVector } from '../../engine/column/vector.ts';
import type { RowLocation } from '../../engine/table/access.ts';
import type { DeletePlan } from '../planner/plan-statement.ts';
import {
  type Change,
  type ChangeContext,
  type ChangeResult,
  emptyResult,
  INTERRUPT_ROWS,
  Returning,
} from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { PointLookup } from './point-lookup.ts';
import { TableRow } from './table-row.ts';

/** DELETE: finds its rows, then ends them. */
export class Delete implements Change {
  private readonly plan: DeletePlan;
  private readonly rows: RowCollector;
  private readonly point: PointLookup | null;
  private readonly returning: Returning;

  constructor(plan: DeletePlan) {
    this.plan = plan;
    this.rows = new RowCollector(plan.query);
    this.point = PointLookup.of(plan.query);
    this.returning = new Returning(plan.target.returning);
  }

  run(change: ChangeContext): ChangeResult {
    const { context, transaction, interrupt } = change;
    const result = emptyResult();
    const locations = this.locations(change);
    if (locations.length === 0) return result;
    const table = transaction.table(this.plan.target.table.id);
    const row = new TableRow(this.plan.target.table);
    // USING may find a row more than once.
    for (const location of new Set(locations)) {
      if (!this.returning.isEmpty) row.load(table, location);
      table.end(transaction, location);
      this.returning.add(row, context, result);
      if (++result.changes % INTERRUPT_ROWS === 0) interrupt();
    }
    return result;
  }

  private locations(change: ChangeContext): ArrayLike<RowLocation> & Iterable<RowLocation> {
    if (this.point !== null) {
      const location = this.point.find(change.context);
      return location < 0 ? [] : [location];
    }
    const found = this.rows.collect(change);
    return found.length === 0 ? [] : (found.column(0) as NumberVector).values;
  }
}
