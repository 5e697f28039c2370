import { NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { QueryPlan, RecursivePlan } from '../planner/physical-plan.ts';
import { convertBatch } from './convert-vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { SORT_BYTES } from './sort.ts';
import { sortedPositions } from './sort-order.ts';

const FIRST_ROW = Int32Array.of(0);

/** The rows of the round before, as the steps of a recursive query read them. */
export class WorkingTable implements Operator {
  private readonly rows: { current: RowBuffer };
  private isDone = true;

  constructor(rows: { current: RowBuffer }) {
    this.rows = rows;
  }

  open(): void {
    this.isDone = false;
  }

  next(): Batch | null {
    if (this.isDone) return null;
    this.isDone = true;
    const { current } = this.rows;
    return current.length === 0
      ? null
      : current.rows(
          Int32Array.from({ length: current.length }, (_, i) => i),
          current.length,
        );
  }
}

/** WITH RECURSIVE: rounds of steps over the rows that the round before has added; each row is handed out as it comes. */
export class Recursive implements Operator {
  private readonly plan: RecursivePlan;
  private readonly anchor: Operator;
  private readonly steps: readonly Operator[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly working: { current: RowBuffer };
  private readonly memory = new OperatorMemory('recursive query');
  private context!: ExecutionContext;
  private interner!: RowInterner;
  /** Rows that no step has seen yet. */
  private waiting!: RowBuffer;
  /** -1: the anchor is running. */
  private step = -1;
  private ids = NO_INTS;

  constructor(plan: RecursivePlan, anchor: Operator, steps: readonly Operator[], working: { current: RowBuffer }) {
    this.plan = plan;
    this.anchor = anchor;
    this.steps = steps;
    this.working = working;
    this.kinds = inputKinds(plan);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.interner = new RowInterner(this.plan.collations);
    this.waiting = new RowBuffer(this.kinds);
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
    return this.isOrdered && this.step === 0 ? this.working.current.rows(FIRST_ROW, 1) : NOT_YET;
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
    const { current } = this.working;
    const bytes = this.waiting.bytesWith(added.selectedCount, SORT_BYTES) + current.bytesWith(0);
    this.memory.need(bytes + (plan.distinct ? this.interner.sizeBytes() : 0));
    this.waiting.append(added);
    return this.isOrdered ? NOT_YET : added;
  }

  private newRows(batch: Batch): Batch {
    const { selection, selectedCount } = batch;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    let seen = this.interner.size;
    const vectors = this.kinds.map((_, i) => batch.column(i));
    this.interner.assign(vectors, selection, selectedCount, this.ids, true);
    const rows = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      if (this.ids[k] !== seen) continue;
      rows[count++] = selection === null ? k : selection[k];
      seen++;
    }
    return new NarrowedBatch(batch, rows, count);
  }

  /** All waiting rows, or with ORDER BY the first of them, are what the steps see next. */
  private beginRound(): void {
    const { waiting, plan, kinds } = this;
    this.waiting = new RowBuffer(kinds);
    if (!this.isOrdered) {
      this.working.current = waiting;
      return;
    }
    const order = sortedPositions(waiting.length, plan.terms, (i) => waiting.column(i), kinds);
    this.working.current = waiting.subset(order.subarray(0, 1));
    if (order.length > 1) this.waiting = waiting.subset(order.subarray(1));
  }
}
