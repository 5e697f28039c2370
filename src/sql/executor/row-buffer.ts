import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { gather, LazyBatch } from './gather.ts';

/** Whole rows, collected from many batches. */
export class RowBuffer {
  length = 0;
  private readonly columns: readonly ColumnBuffer[];
  private readonly kinds: readonly PhysicalKind[];

  constructor(kinds: readonly PhysicalKind[]) {
    this.kinds = kinds;
    this.columns = kinds.map((kind) => new ColumnBuffer(kind));
  }

  /** Forgets all rows, and keeps the memory for the next ones: vectors that were handed out are overwritten. */
  clear(): void {
    this.length = 0;
    for (const column of this.columns) column.clear();
  }

  /** Bytes of memory, roughly, when it has so many more rows; `more`: what each row takes beside that. */
  bytesWith(count: number, more = 0): number {
    let bytes = (this.length + count) * more;
    for (const column of this.columns) bytes += column.bytesWith(count);
    return bytes;
  }

  append(batch: Batch): void {
    this.appendRows((i) => batch.column(i), batch.selection, batch.selectedCount);
  }

  appendRows(column: (i: number) => ColumnVector, selection: Uint32Array | null, count: number): void {
    if (count === 0) return;
    for (let i = 0; i < this.columns.length; i++) this.columns[i].append(column(i), selection, count);
    this.length += count;
  }

  column(i: number): ColumnVector {
    return this.columns[i].vector();
  }

  /** The rows at these positions as a batch; -1 is a row of NULLs. */
  rows(positions: Int32Array, count: number): Batch {
    return new LazyBatch(count, (i) => gather(this.column(i), positions, count));
  }

  /** The rows at these positions as a buffer of their own. */
  subset(positions: Int32Array): RowBuffer {
    const result = new RowBuffer(this.kinds);
    result.append(this.rows(positions, positions.length));
    return result;
  }
}
