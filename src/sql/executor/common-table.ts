import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import type { CommonTablePlan, SharedQuery } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { gather, LazyBatch, NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';

/** The rows of a WITH table in one execution: whoever reads them first has its query run, batch by batch. */
class SharedRows {
  private readonly memory = new OperatorMemory('WITH table');
  private readonly rows: RowBuffer;
  /** The positions in the query's plan that the buffer's columns come from: what nobody reads is not kept. */
  private readonly slots: readonly number[];
  private source: Operator | null;

  constructor(shared: SharedQuery, build: (shared: SharedQuery) => Operator, context: ExecutionContext) {
    this.memory.open(context);
    this.slots = [...shared.readSlots];
    const kinds = inputKinds(shared.query.plan);
    this.rows = new RowBuffer(this.slots.map((slot) => kinds[slot]));
    this.source = build(shared);
    this.source.open(context);
  }

  get isWhole(): boolean {
    return this.source === null;
  }

  fill(): void {
    const batch = this.source?.next() ?? null;
    if (batch === null) {
      this.source = null;
      return;
    }
    this.memory.need(this.rows.bytesWith(batch.selectedCount));
    this.rows.appendRows((i) => batch.column(this.slots[i]), batch.selection, batch.selectedCount);
  }

  get length(): number {
    return this.rows.length;
  }

  column(slot: number): ColumnVector {
    return this.rows.column(this.slots.indexOf(slot));
  }
}

/** Reads the rows of a WITH table that several places of a statement refer to; its query runs once per execution. */
export class CommonTable implements Operator {
  private readonly plan: CommonTablePlan;
  private readonly build: (shared: SharedQuery) => Operator;
  private context!: ExecutionContext;
  private shared: SharedRows | null = null;
  private position = 0;

  constructor(plan: CommonTablePlan, build: (shared: SharedQuery) => Operator) {
    this.plan = plan;
    this.build = build;
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.shared = null;
    this.position = 0;
  }

  next(): Batch | null {
    this.shared ??= this.sharedRows();
    const { shared } = this;
    if (!shared.isWhole) {
      shared.fill();
      return NOT_YET;
    }
    const from = this.position;
    const count = Math.min(this.context.batchRows, shared.length - from);
    if (count <= 0) return null;
    this.position += count;
    const positions = Int32Array.from({ length: count }, (_, i) => from + i);
    return new LazyBatch(count, (i) => gather(shared.column(this.plan.slots[i]), positions, count));
  }

  private sharedRows(): SharedRows {
    const { root } = this.context;
    let shared = root.commonTables.get(this.plan.shared);
    if (shared === undefined) {
      shared = new SharedRows(this.plan.shared, this.build, root);
      root.commonTables.set(this.plan.shared, shared);
    }
    return shared as SharedRows;
  }
}
