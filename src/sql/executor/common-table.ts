import type { Batch } from '../expressions/batch.ts';
import type { CommonTablePlan, SharedQuery } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowStore, RowStoreReader } from './row-store.ts';

/** The rows of a WITH table in one execution: whoever reads them first has its query run, batch by batch. */
class SharedRows {
  readonly rows: RowStore;
  /** The positions in the query's plan that the store's columns come from: what nobody reads is not kept. */
  readonly slots: readonly number[];
  private source: Operator | null;

  constructor(
    shared: SharedQuery,
    build: (shared: SharedQuery) => Operator,
    context: ExecutionContext,
    memory: OperatorMemory,
  ) {
    this.slots = [...shared.readSlots];
    const kinds = inputKinds(shared.query.plan);
    memory.open(context);
    this.rows = new RowStore(
      this.slots.map((slot) => kinds[slot]),
      memory,
    );
    this.source = build(shared);
    this.source.open(context);
  }

  get isWhole(): boolean {
    return this.source === null;
  }

  fill(): void {
    const batch = this.source?.next() ?? null;
    if (batch === null) this.source = null;
    else this.rows.append((i) => batch.column(this.slots[i]), batch.selection, batch.selectedCount);
  }
}

/** Reads the rows of a WITH table that several places of a statement refer to; its query runs once per execution. */
export class CommonTable implements Operator {
  private readonly plan: CommonTablePlan;
  private readonly build: (shared: SharedQuery) => Operator;
  /** Of the rows, where this one is the first to ask for them. */
  private readonly memory = new OperatorMemory('WITH table');
  private context!: ExecutionContext;
  private shared: SharedRows | null = null;
  private reader: RowStoreReader | null = null;
  private slots: readonly number[] = [];

  constructor(plan: CommonTablePlan, build: (shared: SharedQuery) => Operator) {
    this.plan = plan;
    this.build = build;
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.shared = null;
    this.reader = null;
  }

  next(): Batch | null {
    if (this.reader !== null) return this.reader.batch(this.context.batchRows, this.slots);
    this.shared ??= this.sharedRows();
    const { shared } = this;
    if (!shared.isWhole) shared.fill();
    else {
      this.slots = this.plan.slots.map((slot) => shared.slots.indexOf(slot));
      this.reader = new RowStoreReader(shared.rows);
    }
    return NOT_YET;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  private sharedRows(): SharedRows {
    const { root } = this.context;
    let shared = root.commonTables.get(this.plan.shared);
    if (shared === undefined) {
      shared = new SharedRows(this.plan.shared, this.build, root, this.memory);
      root.commonTables.set(this.plan.shared, shared);
    }
    return shared as SharedRows;
  }
}
