import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../../engine/column/vector.ts';
import type { Batch } from '../../expressions/batch.ts';
import { compareValues } from '../../expressions/values/compare.ts';
import type { SortTermPlan } from '../../planner/physical-plan.ts';
import { LazyBatch } from '../gather.ts';
import { gatherAcross } from './gather-across.ts';
import type { SpilledRows } from './spilled-rows.ts';

/** Compares element i of one vector with element j of another. */
type ElementOrder = (a: ColumnVector, i: number, b: ColumnVector, j: number) => number;

/** Where a merge stands in one of its runs. */
interface Head {
  readonly run: SpilledRows;
  block: number;
  batch: Batch;
  row: number;
  /** Of the batch, by term. */
  keys: readonly ColumnVector[];
  /** The batch's number among those that the rows that are being collected come from; -1: none of them does. */
  source: number;
}

/** Merges sorted runs. Of rows that compare equal, those of the earlier run come first, as a stable sort has them. */
export class MergedRuns {
  private readonly kinds: readonly PhysicalKind[];
  private readonly terms: readonly SortTermPlan[];
  private readonly orders: readonly ElementOrder[];
  /** By run; null: it is at its end. */
  private readonly heads: (Head | null)[];
  /** The numbers of the runs that are not at their end: a heap, the one with the first row at its root. */
  private readonly heap: number[] = [];

  constructor(runs: readonly SpilledRows[], terms: readonly SortTermPlan[], kinds: readonly PhysicalKind[]) {
    this.kinds = kinds;
    this.terms = terms;
    this.orders = terms.map((term) => elementOrder(term, kinds[term.position]));
    this.heads = runs.map((run) => this.headOf(run, 0));
    for (let run = 0; run < runs.length; run++) if (this.heads[run] !== null) this.push(run);
  }

  /** The next rows, at most `count`; null at the end. */
  next(count: number): Batch | null {
    const { heap, heads } = this;
    if (heap.length === 0) return null;
    const batches: Batch[] = [];
    const sources = new Uint32Array(count);
    const rows = new Uint32Array(count);
    for (const head of heads) if (head !== null) head.source = -1;
    let found = 0;
    while (found < count && heap.length > 0) {
      const head = heads[heap[0]] as Head;
      if (head.source < 0) head.source = batches.push(head.batch) - 1;
      sources[found] = head.source;
      rows[found++] = head.row++;
      if (head.row === head.batch.rowCount) this.advance(heap[0]);
      else this.sink();
    }
    return new LazyBatch(found, (i) => {
      const vectors = batches.map((batch) => batch.column(i));
      return gatherAcross(vectors, this.kinds[i], sources, rows, found);
    });
  }

  private headOf(run: SpilledRows, block: number): Head | null {
    if (block === run.blockCount) return null;
    const batch = run.block(block);
    return { run, block, batch, row: 0, keys: this.terms.map(({ position }) => batch.column(position)), source: -1 };
  }

  /** The root's run has come to the end of a block. */
  private advance(run: number): void {
    const { heap, heads } = this;
    const before = heads[run] as Head;
    heads[run] = this.headOf(before.run, before.block + 1);
    if (heads[run] === null) {
      before.run.release();
      const last = heap.pop() as number;
      if (heap.length === 0) return;
      heap[0] = last;
    }
    this.sink();
  }

  private push(run: number): void {
    const { heap } = this;
    let at = heap.push(run) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(heap[at], heap[parent])) break;
      [heap[at], heap[parent]] = [heap[parent], heap[at]];
      at = parent;
    }
  }

  /** Puts the root, whose row has changed, in its place. */
  private sink(): void {
    const { heap } = this;
    const run = heap[0];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(heap[child + 1], heap[child])) child++;
      if (!this.isBefore(heap[child], run)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = run;
  }

  private isBefore(a: number, b: number): boolean {
    const { heads, orders } = this;
    const first = heads[a] as Head;
    const second = heads[b] as Head;
    for (let t = 0; t < orders.length; t++) {
      const order = orders[t](first.keys[t], first.row, second.keys[t], second.row);
      if (order !== 0) return order < 0;
    }
    return a < b;
  }
}

function elementOrder(term: SortTermPlan, kind: PhysicalKind): ElementOrder {
  const sign = term.descending ? -1 : 1;
  const nullOrder = term.nullsFirst ? -1 : 1;
  return (a, i, b, j) => {
    const aIsNull = isNullAt(a, i);
    const bIsNull = isNullAt(b, j);
    if (aIsNull || bIsNull) return aIsNull === bIsNull ? 0 : aIsNull ? nullOrder : -nullOrder;
    if (a.kind === 'number' && b.kind === 'number') {
      const [x, y] = [a.values[i], b.values[j]];
      return x < y ? -sign : x > y ? sign : 0;
    }
    return sign * compareValues(valueAt(a, kind, i), valueAt(b, kind, j), term.collation);
  };
}
