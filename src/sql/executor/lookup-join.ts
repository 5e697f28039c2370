import { type Batch, BatchRow, NarrowedBatch } from '../expressions/batch.ts';
import type { LookupJoinPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch } from './gather.ts';
import { IdentifiedRow } from './identified-row.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { rowKey } from './row-key.ts';

/**
 * For each left row, the right side's rows for it: an index lookup by a left column, or a LATERAL subquery. Left rows
 * that read the same values one after the other share one run of the right side.
 */
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
    if (this.batch === null || this.batch.selectedCount === 0) return this.batch;
    return this.lookUp(this.batch);
  }

  /** Looks up left rows until about a batch of results is there. */
  private lookUp(batch: Batch): Batch {
    const found = new FoundRows(inputKinds(this.plan.right));
    const leftRows: number[] = [];
    const rightRows: number[] = [];
    const row = new BatchRow(batch, inputKinds(this.plan.left));
    const { reads } = this.plan;
    while (this.index < batch.selectedCount && leftRows.length < this.context.batchRows) {
      row.row = batch.selection === null ? this.index : batch.selection[this.index];
      this.index++;
      const key = reads === null ? null : rowKey(row, reads);
      if (key === null || key !== found.key) this.run(row, found);
      found.key = key;
      this.emit(row.row, found, leftRows, rightRows);
    }
    return this.joined(batch, found.rows, leftRows, rightRows);
  }

  private run(row: BatchRow, found: FoundRows): void {
    const { right, plan } = this;
    // Subqueries of the right side remember results in the context: it serves one left row.
    right.open(this.context.within(new IdentifiedRow(row, this.slots)));
    const firstIsEnough = plan.join !== 'inner' && plan.join !== 'left';
    found.from = found.rows.length;
    for (let batch = right.next(); batch !== null; batch = right.next()) {
      found.rows.append(batch);
      if (firstIsEnough && found.rows.length > found.from) break;
      this.context.interrupt();
    }
  }

  private emit(row: number, found: FoundRows, leftRows: number[], rightRows: number[]): void {
    const { from, rows } = found;
    const isMatched = rows.length > from;
    switch (this.plan.join) {
      case 'inner':
      case 'left':
        for (let position = from; position < rows.length; position++) {
          leftRows.push(row);
          rightRows.push(position);
        }
        if (isMatched || this.plan.join === 'inner') return;
        break;
      case 'semi':
        if (isMatched) leftRows.push(row);
        return;
      case 'anti':
        if (!isMatched) leftRows.push(row);
        return;
      case 'single':
        break;
      case 'mark':
        leftRows.push(row);
        rightRows.push(isMatched ? 1 : 0);
        return;
    }
    leftRows.push(row);
    rightRows.push(isMatched ? from : -1);
  }

  private joined(batch: Batch, rows: RowBuffer, leftRows: readonly number[], rightRows: readonly number[]): Batch {
    const { join } = this.plan;
    const count = leftRows.length;
    if (join === 'semi' || join === 'anti') return new NarrowedBatch(batch, Uint32Array.from(leftRows), count);
    const left = Int32Array.from(leftRows);
    const width = this.plan.left.columns.length;
    if (join === 'mark') {
      const mark = { kind: 'number' as const, values: Float64Array.from(rightRows), nulls: null };
      return new LazyBatch(count, (i) => (i < width ? gather(batch.column(i), left, count) : mark));
    }
    const right = Int32Array.from(rightRows);
    return new LazyBatch(count, (i) =>
      i < width ? gather(batch.column(i), left, count) : gather(rows.column(i - width), right, count),
    );
  }
}

/** What the right side has yielded: from `from` on, the rows for the left row that was looked up last. */
class FoundRows {
  readonly rows: RowBuffer;
  from = 0;
  /** The values that they were found by; null: not known. */
  key: string | null = null;

  constructor(kinds: ReturnType<typeof inputKinds>) {
    this.rows = new RowBuffer(kinds);
  }
}
