import type { PhysicalKind } from '../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { SortTermPlan } from '../planner/physical-plan.ts';
import { rowsOf } from './batch-slices.ts';
import { RowBuffer } from './row-buffer.ts';
import { rowComparator } from './sort-order.ts';

/** Rows of a sorted input that the sort terms cannot tell from one row, the last that LIMIT lets through. */
export class Ties {
  private readonly terms: readonly SortTermPlan[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly row: RowBuffer;

  /** `batch`: its row `k`, counted among those selected, is the one to compare with. */
  constructor(terms: readonly SortTermPlan[], kinds: readonly PhysicalKind[], batch: Batch, k: number) {
    this.terms = terms;
    this.kinds = kinds;
    this.row = new RowBuffer(kinds);
    const row = batch.selection === null ? k : batch.selection[k];
    this.row.append(new NarrowedBatch(batch, Uint32Array.of(row), 1));
  }

  /** How many of the batch's rows from `from` on are ties. */
  count(batch: Batch, from: number): number {
    const rows = this.row.subset(Int32Array.of(0));
    const candidates = batch.selectedCount - from;
    if (candidates > 0) rows.append(rowsOf(batch, from, candidates));
    const compare = rowComparator(this.terms, (i) => rows.column(i), this.kinds);
    let count = 0;
    while (count < candidates && compare(0, count + 1) === 0) count++;
    return count;
  }
}
