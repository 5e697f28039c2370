import type { PhysicalKind } from '../../engine/column/types.ts';
import type { Batch } from '../expressions/batch.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { SetOperationPlan } from '../planner/physical-plan.ts';
import { convertBatch } from './convert-vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { RowBuffer } from './row-buffer.ts';
import { SetRows } from './set-rows.ts';
import { SortedRows } from './sort.ts';
import { sortedPositions } from './sort-order.ts';
import type { SpilledSetOperation } from './spill/spilled-set-operation.ts';

/** As many distinct rows come in order, as SQLite's do; more are not worth a sort that nobody asked for. */
const ORDERED_ROWS = 4096;

/**
 * UNION, INTERSECT and EXCEPT, each with and without ALL. NULLs are equal here. Without ALL, few rows come in order, and of
 * rows of both sides that are equal but not the same, UNION yields the right one, as SQLite does.
 */
export class SetOperation implements Operator {
  private readonly plan: SetOperationPlan;
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private rows!: SetRows;
  private spilled: SpilledSetOperation | null = null;
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
    this.rows = new SetRows(this.plan);
    this.spilled = null;
    this.phase = this.plan.operator === 'UNION' && this.plan.all ? 'left' : 'right';
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
        return this.takeRight();
      case 'left': {
        const batch = this.left.next();
        if (batch !== null) return this.hold(this.accept(batch, 'left'));
        this.phase = this.plan.operator === 'UNION' && this.plan.all ? 'rest' : 'done';
        return NOT_YET;
      }
      case 'rest': {
        const batch = this.right.next();
        if (batch !== null) return this.hold(this.accept(batch, 'right'));
        this.phase = 'done';
        return NOT_YET;
      }
      case 'done':
        if (this.held !== null) this.handOut(this.held, true);
        else return this.spilled?.next() ?? null;
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

  private takeRight(): Batch {
    const batch = this.right.next();
    if (batch === null) {
      this.phase = 'left';
      return NOT_YET;
    }
    if (this.plan.operator === 'UNION') return this.hold(this.accept(batch, 'right'));
    const converted = this.converted(batch, 'right');
    if (this.spilled !== null) this.spilled.countRight(converted);
    else this.rows.countRight(converted);
    this.keep();
    return NOT_YET;
  }

  /** The rows of a side that belong to the result, as far as it is known. */
  private accept(batch: Batch, side: 'left' | 'right'): Batch {
    const converted = this.converted(batch, side);
    if (this.plan.operator === 'UNION' && this.plan.all) return converted;
    if (this.spilled !== null) return this.spilled.accept(converted, side);
    const accepted = this.rows.accept(converted);
    this.keep();
    return accepted;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  /** Rows that are not known by now are put off where there is no memory for them. */
  private keep(): void {
    const { plan, kinds, rows, memory } = this;
    const bytes = rows.sizeBytes();
    if (this.spilled !== null || memory.hasToGrow(bytes)) return;
    this.spilled = new (memory.spilling(bytes).SpilledSetOperation)(plan, kinds, rows, memory);
  }

  private converted(batch: Batch, side: 'left' | 'right'): Batch {
    const slots = side === 'left' ? this.plan.leftSlots : this.plan.rightSlots;
    return convertBatch(batch, { plan: this.plan[side], slots }, this.plan.columns);
  }
}
