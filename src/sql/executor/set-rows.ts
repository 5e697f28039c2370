import { NO_INTS } from '../../base/empty-arrays.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { SetOperationPlan } from '../planner/physical-plan.ts';
import { RowInterner } from './key-interner.ts';

/** What is kept for each distinct row beside itself. */
const COUNT_BYTES = 16;

/** The distinct rows of a set operation, and which rows of its sides belong to the result. NULLs are equal here. */
export class SetRows {
  private readonly plan: SetOperationPlan;
  private readonly interner: RowInterner;
  private ids = NO_INTS;
  /** Per id: of a union, whether it was yielded; otherwise rows of the right side that are still to be matched. */
  private readonly counts: number[] = [];
  private readonly isYielded: boolean[] = [];

  constructor(plan: SetOperationPlan) {
    this.plan = plan;
    this.interner = new RowInterner(
      plan.collations,
      plan.collations.map(() => true),
    );
  }

  /** Of memory, roughly. */
  sizeBytes(): number {
    return this.interner.sizeBytes() + this.interner.size * COUNT_BYTES;
  }

  /** Takes note of rows of the right side, of anything but a union. */
  countRight(batch: Batch): void {
    const ids = this.assign(batch, true);
    for (let k = 0; k < batch.selectedCount; k++) this.counts[ids[k]] = (this.counts[ids[k]] ?? 0) + 1;
  }

  /** The rows of a side that belong to the result. */
  accept(batch: Batch): Batch {
    const { selection, selectedCount: count } = batch;
    const ids = this.assign(batch, true);
    const kept = new Uint32Array(count);
    let keptCount = 0;
    for (let k = 0; k < count; k++) if (this.belongs(ids[k])) kept[keptCount++] = selection === null ? k : selection[k];
    return new NarrowedBatch(batch, kept, keptCount);
  }

  /** The rows that are known, and the others. */
  divided(batch: Batch): readonly [known: Batch, others: Batch] {
    const { selection, selectedCount: count } = batch;
    const ids = this.assign(batch, false);
    const known = new Uint32Array(count);
    const others = new Uint32Array(count);
    let knownCount = 0;
    for (let k = 0; k < count; k++) {
      const row = selection === null ? k : selection[k];
      if (ids[k] < 0) others[k - knownCount] = row;
      else known[knownCount++] = row;
    }
    return [new NarrowedBatch(batch, known, knownCount), new NarrowedBatch(batch, others, count - knownCount)];
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

  private assign(batch: Batch, insert: boolean): Int32Array {
    const { selection, selectedCount } = batch;
    // An empty batch may come without its columns.
    if (selectedCount === 0) return NO_INTS;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    const vectors = this.plan.collations.map((_, i) => batch.column(i));
    this.interner.assign(vectors, selection, selectedCount, this.ids, insert);
    return this.ids;
  }
}
