import { type Batch, NarrowedBatch } from '../expressions/batch.ts';

/** Cuts batches that hold more rows than are handed on at once. */
export class BatchSlices {
  private batch: Batch | null = null;
  private done = 0;

  /** Some rows of a batch are left. */
  get isCut(): boolean {
    return this.batch !== null;
  }

  /** Forgets what is left of a batch. */
  clear(): void {
    this.batch = null;
  }

  /** The next rows of the batch that was cut last; null when none are left. */
  rest(rows: number): Batch | null {
    const { batch } = this;
    if (batch === null) return null;
    const from = this.done;
    const count = Math.min(rows, batch.selectedCount - from);
    this.done += count;
    if (this.done === batch.selectedCount) this.batch = null;
    return rowsOf(batch, from, count);
  }

  /** The batch, or the first rows of it. */
  first(batch: Batch, rows: number): Batch {
    if (batch.selectedCount <= rows) return batch;
    this.batch = batch;
    this.done = rows;
    return rowsOf(batch, 0, rows);
  }
}

/** Some of the rows that count. */
export function rowsOf(batch: Batch, from: number, count: number): Batch {
  const selection = batch.selection?.subarray(from, from + count) ?? consecutive(from, count);
  return new NarrowedBatch(batch, selection, count);
}

/** A loop: `Uint32Array.from` with a function took two fifths of a scan of versions. */
function consecutive(from: number, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let k = 0; k < count; k++) rows[k] = from + k;
  return rows;
}
