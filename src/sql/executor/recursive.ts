import { NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { QueryPlan, RecursivePlan, WorkingTablePlan } from '../planner/physical-plan.ts';
import { convertBatch } from './convert-vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { OrderedRows } from './ordered-rows.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowStore, RowStoreReader } from './row-store.ts';

const NAME = 'recursive query';

/** Where the steps of a recursive query find the rows of the round before; null: it has not begun. */
export interface RoundRows {
  current: RowStore | null;
}

/** The rows of the round before, as the steps of a recursive query read them. */
export class WorkingTable implements Operator {
  private readonly rows: RoundRows;
  private readonly slots: readonly number[];
  private reader: RowStoreReader | null = null;
  private batchRows = 0;

  constructor(plan: WorkingTablePlan, rows: RoundRows) {
    this.rows = rows;
    this.slots = [...plan.columns.keys()];
  }

  open({ batchRows }: ExecutionContext): void {
    const { current } = this.rows;
    this.batchRows = batchRows;
    this.reader = current === null ? null : new RowStoreReader(current);
  }

  next(): Batch | null {
    return this.reader?.batch(this.batchRows, this.slots) ?? null;
  }
}

/** WITH RECURSIVE: rounds of steps over the rows that the round before has added; each row is handed out as it comes. */
export class Recursive implements Operator {
  private readonly plan: RecursivePlan;
  private readonly anchor: Operator;
  private readonly steps: readonly Operator[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly slots: readonly number[];
  private readonly working: RoundRows;
  /** Of the rows that are not to come twice. */
  private readonly memory = new OperatorMemory(NAME);
  /** Of the rows of a round and of those of the next one, in turns. */
  private readonly accounts = [new OperatorMemory(NAME), new OperatorMemory(NAME)];
  private context!: ExecutionContext;
  private interner!: RowInterner;
  /** Rows that no step has seen yet. */
  private waiting!: RowStore | OrderedRows;
  /** -1: the anchor is running. */
  private step = -1;
  private ids = NO_INTS;

  constructor(plan: RecursivePlan, anchor: Operator, steps: readonly Operator[], working: RoundRows) {
    this.plan = plan;
    this.anchor = anchor;
    this.steps = steps;
    this.working = working;
    this.kinds = inputKinds(plan);
    this.slots = [...this.kinds.keys()];
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.working.current?.release();
    this.working.current = null;
    for (const account of [this.memory, ...this.accounts]) account.open(context);
    this.interner = new RowInterner(this.plan.collations);
    const [memory] = this.accounts;
    this.waiting = this.isOrdered
      ? new OrderedRows(this.plan.terms, this.kinds, memory)
      : new RowStore(this.kinds, memory);
    this.step = -1;
    this.anchor.open(context);
  }

  next(): Batch | null {
    const { plan, steps } = this;
    const isAnchor = this.step < 0;
    const source: QueryPlan = isAnchor ? plan.anchor : plan.steps[this.step];
    const batch = (isAnchor ? this.anchor : steps[this.step]).next();
    if (batch !== null) return this.accept(batch, source);
    if (isAnchor || this.step === steps.length - 1) {
      if (this.waiting.length === 0) return null;
      this.beginRound();
      this.step = 0;
    } else this.step++;
    steps[this.step].open(this.context);
    return this.isOrdered && this.step === 0 ? this.rowInTurn() : NOT_YET;
  }

  spilledBytes(): number {
    return this.accounts[0].spilledBytes + this.accounts[1].spilledBytes;
  }

  /** With ORDER BY a row is handed out when its turn comes. */
  private get isOrdered(): boolean {
    return this.plan.terms.length > 0;
  }

  private accept(batch: Batch, source: QueryPlan): Batch {
    if (batch.selectedCount === 0) return NOT_YET;
    const { plan } = this;
    const converted = convertBatch(batch, source, plan.columns);
    const added = plan.distinct ? this.newRows(converted) : converted;
    this.waiting.append((i) => added.column(i), added.selection, added.selectedCount);
    return this.isOrdered ? NOT_YET : added;
  }

  private newRows(batch: Batch): Batch {
    const { selection, selectedCount } = batch;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    let seen = this.interner.size;
    const vectors = this.kinds.map((_, i) => batch.column(i));
    this.interner.assign(vectors, selection, selectedCount, this.ids, true);
    this.needForSeen(this.interner.sizeBytes());
    const rows = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      if (this.ids[k] !== seen) continue;
      rows[count++] = selection === null ? k : selection[k];
      seen++;
    }
    return new NarrowedBatch(batch, rows, count);
  }

  /** What has been seen has to stay in memory, unlike what waits. */
  private needForSeen(bytes: number): void {
    if (this.memory.has(bytes)) return;
    this.waiting.spill();
    this.memory.needAll(bytes);
  }

  /** All waiting rows, or with ORDER BY the first of them, are what the steps see next. */
  private beginRound(): void {
    const { waiting, working, kinds } = this;
    working.current?.release();
    if (waiting instanceof RowStore) {
      this.accounts.reverse();
      working.current = waiting;
      this.waiting = new RowStore(kinds, this.accounts[0]);
      return;
    }
    const first = waiting.takeFirst();
    working.current = new RowStore(kinds, this.accounts[1]);
    working.current.append((i) => first.column(i), null, 1);
  }

  /** The one row of a round, where rows are ordered. */
  private rowInTurn(): Batch | null {
    return new RowStoreReader(this.working.current as RowStore).batch(1, this.slots);
  }
}
