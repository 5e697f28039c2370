import { GroupEnds } from '../../engine/table/group-ends.ts';
import { assertReadable } from '../../engine/table/readable.ts';
import type { Batch } from '../expressions/batch.ts';
import type { GroupEndScanPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';

/** The row at one end of each group of an index, at least: what an aggregate of extremes needs. */
export class GroupEndScan implements Operator {
  private readonly plan: GroupEndScanPlan;
  private ends: GroupEnds | null = null;
  private batchRows = 0;

  constructor(plan: GroupEndScanPlan) {
    this.plan = plan;
  }

  open(context: ExecutionContext): void {
    const { plan } = this;
    const { index, keyKind, end, tableColumns } = plan;
    const at = context.pointOf(plan.instant);
    const table = context.tables.table(plan.table.id);
    assertReadable(table, at);
    this.batchRows = context.batchRows;
    this.ends = new GroupEnds(table, at, index, keyKind, end, tableColumns, inputKinds(plan));
  }

  next(): Batch | null {
    const rows = this.ends?.next(this.batchRows) ?? null;
    return rows === null ? null : new LazyBatch(rows.rowCount, (i) => rows.column(i));
  }
}
