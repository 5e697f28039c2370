import type { NumberVector } from '../../engine/column/vector.ts';
import type { RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { DeletePlan } from '../planner/plan-statement.ts';
import { type Change, type ChangeContext, type ChangeResult, INTERRUPT_ROWS } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { PointLookup } from './point-lookup.ts';
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
    const table = change.transaction.table(this.tableId);
    const isUnsteady = this.writer.mayTouchOthers(null);
    for (const found of this.locations(change, table)) {
      const location = isUnsteady ? TableWriter.relocate(table, found) : found;
      if (location < 0) continue;
      this.writer.delete(location, change, result);
      if (result.changes % INTERRUPT_ROWS === 0) interrupt();
    }
    for (const other of this.others) other.run(change, result);
  }

  private *locations(change: ChangeContext, table: Table): Generator<RowLocation> {
    if (this.point !== null) {
      const location = this.point.find(change.context);
      if (location >= 0) yield location;
      return;
    }
    let before: RowLocation = -1;
    for (const found of this.rows.byRowid(change, table)) {
      const locations = (found.column(0) as NumberVector).values;
      for (let k = 0; k < found.length; k++) {
        // USING may find a row more than once.
        if (locations[k] !== before) yield locations[k];
        before = locations[k];
      }
    }
  }
}
