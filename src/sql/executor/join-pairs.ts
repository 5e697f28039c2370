import type { Batch } from '../expressions/batch.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { StoredRows } from './row-store.ts';

/**
 * Finds the pairs of rows that a join looks at: `collect` per batch of the right side, `build` once with all of it,
 * then `probe` per batch of the left side, and `fill` until it returns 0.
 */
export interface PairSource {
  /** Bytes that it keeps for each row of the right side, roughly. */
  readonly rowBytes: number;
  open(): void;
  /** A batch of the right side, not empty, is about to be buffered. */
  collect(batch: Batch, context: ExecutionContext): void;
  build(rows: StoredRows): void;
  probe(batch: Batch, context: ExecutionContext): void;
  /**
   * Fills in rows of the left batch and positions of the right side, left rows ascending; returns how many pairs.
   * Rows whose byte in `settled` is set are passed over.
   */
  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number;
}

/** Every left row with every right row. */
export class AllPairs implements PairSource {
  readonly rowBytes = 0;
  /** True when one partner per left row is enough. */
  private readonly firstOnly: boolean;
  private rightCount = 0;
  private selection: Uint32Array | null = null;
  private leftCount = 0;
  private leftIndex = 0;
  private rightIndex = 0;

  constructor(firstOnly: boolean) {
    this.firstOnly = firstOnly;
  }

  open(): void {
    this.leftCount = 0;
    this.leftIndex = 0;
  }

  collect(): void {
    // The right side's rows are all that counts: build() sees how many there are.
  }

  build(rows: StoredRows): void {
    this.rightCount = this.firstOnly ? Math.min(rows.length, 1) : rows.length;
  }

  probe(batch: Batch): void {
    this.selection = batch.selection;
    this.leftCount = this.rightCount === 0 ? 0 : batch.selectedCount;
    this.leftIndex = 0;
    this.rightIndex = 0;
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    let count = 0;
    while (count < left.length && this.leftIndex < this.leftCount) {
      const row = this.selection === null ? this.leftIndex : this.selection[this.leftIndex];
      if (settled !== null && settled[row] !== 0) this.rightIndex = this.rightCount;
      while (count < left.length && this.rightIndex < this.rightCount) {
        left[count] = row;
        right[count++] = this.rightIndex++;
      }
      if (this.rightIndex < this.rightCount) break;
      this.rightIndex = 0;
      this.leftIndex++;
    }
    return count;
  }
}
