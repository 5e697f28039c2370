import { LIMITS } from '../../base/limits.ts';
import { type Batch, BatchRow } from '../expressions/batch.ts';
import type { LookupJoinPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch } from './gather.ts';
import { IdentifiedRow } from './identified-row.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';

/** For each left row, the right side's rows for it: worth it where the right side is an index lookup by a left column. */
export class LookupJoin implements Operator {
  private readonly plan: LookupJoinPlan;
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly slots: ReadonlyMap<number, number>;
  private context!: ExecutionContext;
  private batch: Batch | null = null;
  private index = 0;

  constructor(plan: LookupJoinPlan, left: Operator, right: Operator) {
    this.plan = plan;
    this.left = left;
    this.right = right;
    this.slots = new Map(plan.left.columns.map((column, slot) => [column.id, slot]));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.batch = null;
    this.left.open(context);
  }

  next(): Batch | null {
    if (this.batch === null || this.index >= this.batch.selectedCount) {
      this.batch = this.left.next();
      this.index = 0;
    }
    return this.batch === null || this.batch.selectedCount === 0 ? this.batch : this.lookUp(this.batch);
  }

  /** Looks up left rows until about a batch of results is there. */
  private lookUp(batch: Batch): Batch {
    const rows = new RowBuffer(inputKinds(this.plan.right));
    const leftRows: number[] = [];
    const rightRows: number[] = [];
    const row = new BatchRow(batch, inputKinds(this.plan.left));
    const context = this.context.within(new IdentifiedRow(row, this.slots));
    while (this.index < batch.selectedCount && leftRows.length < LIMITS.batchRows) {
      row.row = batch.selection === null ? this.index : batch.selection[this.index];
      this.index++;
      const before = rows.length;
      this.right.open(context);
      for (let found = this.right.next(); found !== null; found = this.right.next()) rows.append(found);
      for (let position = before; position < rows.length; position++) {
        leftRows.push(row.row);
        rightRows.push(position);
      }
      if (rows.length === before && this.plan.join === 'left') {
        leftRows.push(row.row);
        rightRows.push(-1);
      }
    }
    return this.joined(batch, rows, Int32Array.from(leftRows), Int32Array.from(rightRows));
  }

  private joined(batch: Batch, rows: RowBuffer, left: Int32Array, right: Int32Array): Batch {
    const leftCount = this.plan.left.columns.length;
    const count = left.length;
    return new LazyBatch(count, (i) =>
      i < leftCount ? gather(batch.column(i), left, count) : gather(rows.column(i - leftCount), right, count),
    );
  }
}
