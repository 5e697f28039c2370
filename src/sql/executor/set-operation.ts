import type { PhysicalKind } from '../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { SetOperationPlan } from '../planner/physical-plan.ts';
import { convertBatch } from './convert-vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';

/** UNION, INTERSECT and EXCEPT, each with and without ALL. NULLs are equal here. */
export class SetOperation implements Operator {
  private readonly plan: SetOperationPlan;
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private interner!: RowInterner;
  private ids = new Int32Array(0);
  /** Per id: of a union, whether it was yielded; otherwise rows of the right side that are still to be matched. */
  private counts: number[] = [];
  private isYielded: boolean[] = [];
  private phase: 'right' | 'left' | 'rest' | 'done' = 'done';

  constructor(plan: SetOperationPlan, left: Operator, right: Operator) {
    this.plan = plan;
    this.left = left;
    this.right = right;
    this.kinds = plan.columns.map((column) => physicalKindOf(column.type));
  }

  open(context: ExecutionContext): void {
    this.interner = new RowInterner(this.plan.columns.map((column) => column.collation));
    this.counts = [];
    this.isYielded = [];
    this.phase = this.plan.operator === 'UNION' ? 'left' : 'right';
    this.left.open(context);
    this.right.open(context);
  }

  next(): Batch | null {
    switch (this.phase) {
      case 'right':
        return this.countRight();
      case 'left': {
        const batch = this.left.next();
        if (batch !== null) return this.accept(this.converted(batch, 'left'));
        this.phase = this.plan.operator === 'UNION' ? 'rest' : 'done';
        return NOT_YET;
      }
      case 'rest': {
        const batch = this.right.next();
        if (batch !== null) return this.accept(this.converted(batch, 'right'));
        this.phase = 'done';
        return null;
      }
      case 'done':
        return null;
    }
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
    return selectedCount;
  }

  private converted(batch: Batch, side: 'left' | 'right'): Batch {
    const slots = side === 'left' ? this.plan.leftSlots : this.plan.rightSlots;
    return convertBatch(batch, { plan: this.plan[side], slots }, this.plan.columns);
  }
}
