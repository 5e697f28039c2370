import { type Batch, NarrowedBatch } from '../../expressions/batch.ts';
import type { ExternalSort } from './external-sort.ts';

/** Rows `from` to `to` - 1 of a sort. */
export class FirstRows {
  private readonly source: ExternalSort;
  private readonly from: number;
  private readonly to: number;
  private done = 0;

  constructor(source: ExternalSort, from: number, to: number) {
    this.source = source;
    this.from = from;
    this.to = to;
  }

  next(): Batch | null {
    if (this.done >= this.to) return null;
    const batch = this.source.next();
    if (batch === null) return null;
    const first = Math.max(0, this.from - this.done);
    const end = Math.min(batch.rowCount, this.to - this.done);
    this.done += batch.rowCount;
    if (first === 0 && end === batch.rowCount) return batch;
    const rows = Uint32Array.from({ length: Math.max(0, end - first) }, (_, k) => first + k);
    return new NarrowedBatch(batch, rows, rows.length);
  }
}
