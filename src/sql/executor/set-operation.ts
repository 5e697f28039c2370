import { NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { SetOperationPlan } from '../planner/physical-plan.ts';
import { convertBatch } from './convert-vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { RowBuffer } from './row-buffer.ts';
import { SortedRows } from './sort.ts';
import { sortedPositions } from './sort-order.ts';

/** As many distinct rows come in order, as SQLite's do; more are not worth a sort that nobody asked for. */
const ORDERED_ROWS = 4096;

/** What is kept for each distinct row beside itself. */
const COUNT_BYTES = 16;

/** UNION, INTERSECT and EXCEPT, each with and without ALL. NULLs are equal here. Without ALL, few rows come in order. */
export class SetOperation implements Operator {
  private readonly plan: SetOperationPlan;
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private interner!: RowInterner;
  private ids = NO_INTS;
  /** Per id: of a union, whether it was yielded; otherwise rows of the right side that are still to be matched. */
  private counts: number[] = [];
  private isYielded: boolean[] = [];
  private phase: 'right' | 'left' | 'rest' | 'done' = 'done';
  private readonly memory = new OperatorMemory('set operation');
  private context!: ExecutionContext;
  /** Rows that are to be sorted; null: they are handed on as they come. */
  private held: RowBuffer | null = null;
  private output: SortedRows | null = null;

  constructor(plan: SetOperationPlan, left: Operator, right: Operator) {
    this.plan = plan;
    this.left = left;
    this.right = right;
    this.kinds = plan.columns.map((column) => physicalKindOf(column.type));
  }

  open(context: ExecutionContext): void {
    this.interner = new RowInterner(this.plan.collations);
    this.counts = [];
    this.isYielded = [];
    this.phase = this.plan.operator === 'UNION' ? 'left' : 'right';
    this.context = context;
    this.memory.open(context);
    this.held = this.plan.all ? null : new RowBuffer(this.kinds);
    this.output = null;
    this.left.open(context);
    this.right.open(context);
  }

  next(): Batch | null {
    if (this.output !== null) {
      const rows = this.output.next();
      if (rows !== null) return rows;
      this.output = null;
    }
    switch (this.phase) {
      case 'right':
        return this.countRight();
      case 'left': {
        const batch = this.left.next();
        if (batch !== null) return this.hold(this.accept(this.converted(batch, 'left')));
        this.phase = this.plan.operator === 'UNION' ? 'rest' : 'done';
        return NOT_YET;
      }
      case 'rest': {
        const batch = this.right.next();
        if (batch !== null) return this.hold(this.accept(this.converted(batch, 'right')));
        this.phase = 'done';
        return NOT_YET;
      }
      case 'done':
        if (this.held === null) return null;
        this.handOut(this.held, true);
        return NOT_YET;
    }
  }

  /** Keeps rows back to be sorted, until they are too many. */
  private hold(batch: Batch): Batch {
    const { held } = this;
    if (held === null) return batch;
    held.append(batch);
    if (held.length > ORDERED_ROWS) this.handOut(held, false);
    return NOT_YET;
  }

  private handOut(rows: RowBuffer, sorted: boolean): void {
    const terms = sorted
      ? this.plan.collations.map((collation, position) => ({
          position,
          collation,
          descending: false,
          nullsFirst: true,
        }))
      : [];
    const positions = sortedPositions(rows.length, terms, (i) => rows.column(i), this.kinds);
    this.output = new SortedRows(rows, positions, this.context.batchRows);
    this.held = null;
  }

  private countRight(): Batch {
    const batch = this.right.next();
    if (batch === null) {
      this.phase = 'left';
      return NOT_YET;
    }
    const count = this.assign(this.converted(batch, 'right'));
    for (let k = 0; k < count; k++) this.counts[this.ids[k]] = (this.counts[this.ids[k]] ?? 0) + 1;
    return NOT_YET;
  }

  /** The rows of a side that belong to the result. */
  private accept(batch: Batch): Batch {
    if (this.plan.operator === 'UNION' && this.plan.all) return batch;
    const count = this.assign(batch);
    const kept = new Uint32Array(count);
    let keptCount = 0;
    for (let k = 0; k < count; k++) {
      if (this.belongs(this.ids[k])) kept[keptCount++] = batch.selection === null ? k : batch.selection[k];
    }
    return new NarrowedBatch(batch, kept, keptCount);
  }

  private belongs(id: number): boolean {
    const { operator, all } = this.plan;
    const matches = this.counts[id] ?? 0;
    if (all) {
      if (matches > 0) this.counts[id] = matches - 1;
      return operator === 'INTERSECT' ? matches > 0 : matches === 0;
    }
    if (this.isYielded[id] === true) return false;
    this.isYielded[id] = true;
    return operator === 'UNION' || matches > 0 === (operator === 'INTERSECT');
  }

  private assign(batch: Batch): number {
    const { selection, selectedCount } = batch;
    // An empty batch may come without its columns.
    if (selectedCount === 0) return 0;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    const vectors = this.kinds.map((_, i) => batch.column(i));
    this.interner.assign(vectors, selection, selectedCount, this.ids, true);
    this.memory.need(this.interner.sizeBytes() + this.interner.size * COUNT_BYTES);
    return selectedCount;
  }

  private converted(batch: Batch, side: 'left' | 'right'): Batch {
    const slots = side === 'left' ? this.plan.leftSlots : this.plan.rightSlots;
    return convertBatch(batch, { plan: this.plan[side], slots }, this.plan.columns);
  }
}
