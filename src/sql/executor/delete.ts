import type { NumberVector } from '../../engine/column/vector.ts';
import type { RowLocation } from '../../engine/table/access.ts';
import type { DeletePlan } from '../planner/plan-statement.ts';
import { type Change, type ChangeContext, type ChangeResult, INTERRUPT_ROWS } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { PointLookup } from './point-lookup.ts';
import { positionsByRowid } from './rowid-order.ts';
import { TableWriter } from './table-writer.ts';

/** DELETE: finds its rows, then ends them. */
export class Delete implements Change {
  private readonly rows: RowCollector;
  private readonly point: PointLookup | null;
  private readonly tableId: number;
  private readonly writer: TableWriter;
  private readonly others: readonly Delete[];

  constructor(plan: DeletePlan) {
    this.rows = new RowCollector(plan.query);
    this.point = PointLookup.of(plan.query);
    this.tableId = plan.target.table.id;
    this.writer = new TableWriter(plan.target);
    this.others = plan.others.map((other) => new Delete(other));
  }

  run(change: ChangeContext, result: ChangeResult): void {
    const { interrupt } = change;
    const locations = this.locations(change);
    const table = change.transaction.table(this.tableId);
    const isUnsteady = this.writer.mayTouchOthers(null);
    // USING may find a row more than once.
    for (const found of new Set(locations)) {
      const location = isUnsteady ? TableWriter.relocate(table, found) : found;
      if (location < 0) continue;
      this.writer.delete(location, change, result);
      if (result.changes % INTERRUPT_ROWS === 0) interrupt();
    }
    for (const other of this.others) other.run(change, result);
  }

  private locations(change: ChangeContext): readonly RowLocation[] {
    if (this.point !== null) {
      const location = this.point.find(change.context);
      return location < 0 ? [] : [location];
    }
    const found = this.rows.collect(change);
    if (found.length === 0) return [];
    const table = change.transaction.table(this.tableId);
    const locations = (found.column(0) as NumberVector).values;
    return Array.from(positionsByRowid(table, locations, found.length), (i) => locations[i]);
  }
}
