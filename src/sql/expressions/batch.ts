import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';

/**
 * Rows that operators hand on at once. Every `ScanBatch` is one. Columns may be decoded lazily; asking twice returns
 * the same vector. A batch and its vectors are valid until the operator that yielded it is asked for the next one.
 */
export interface Batch {
  readonly rowCount: number;
  /** Rows that count, ascending: the first `selectedCount` elements. null when all rowCount rows do. */
  readonly selection: Uint32Array | null;
  readonly selectedCount: number;
  column(i: number): ColumnVector;
}

/** The rows of a batch that pass a filter. null: all rows of the batch (then count is its rowCount). */
export interface Selection {
  readonly selection: Uint32Array | null;
  readonly count: number;
}

/** A batch over vectors that exist already. */
export class VectorBatch implements Batch {
  readonly rowCount: number;
  readonly selection: Uint32Array | null;
  readonly selectedCount: number;
  private readonly vectors: readonly ColumnVector[];

  constructor(
    vectors: readonly ColumnVector[],
    rowCount: number,
    selection: Uint32Array | null = null,
    selectedCount = rowCount,
  ) {
    this.vectors = vectors;
    this.rowCount = rowCount;
    this.selection = selection;
    this.selectedCount = selectedCount;
  }

  column(i: number): ColumnVector {
    return this.vectors[i];
  }
}

/** The rows of `inner` that `selection` names; columns stay as lazy as they were. */
export class NarrowedBatch implements Batch {
  readonly rowCount: number;
  readonly selection: Uint32Array | null;
  readonly selectedCount: number;
  private readonly inner: Batch;

  constructor(inner: Batch, selection: Uint32Array | null, selectedCount: number) {
    this.inner = inner;
    this.rowCount = inner.rowCount;
    this.selection = selection;
    this.selectedCount = selectedCount;
  }

  column(i: number): ColumnVector {
    return this.inner.column(i);
  }
}

/** One row, as the scalar evaluator sees it. */
export interface RowValues {
  column(i: number): SqlValue;
}

/** A row of values that are at hand. */
export class ArrayRow implements RowValues {
  values: readonly SqlValue[];

  constructor(values: readonly SqlValue[]) {
    this.values = values;
  }

  column(i: number): SqlValue {
    return this.values[i];
  }
}

/** A cursor over a batch: set `row`, read columns. One object serves all rows. */
export class BatchRow implements RowValues {
  batch: Batch;
  row = 0;
  private readonly physical: readonly PhysicalKind[];

  /** `physical`: one kind per column of the batch. */
  constructor(batch: Batch, physical: readonly PhysicalKind[]) {
    this.batch = batch;
    this.physical = physical;
  }

  column(i: number): SqlValue {
    return valueAt(this.batch.column(i), this.physical[i], this.row);
  }
}

export const EMPTY_ROW: RowValues = new ArrayRow([]);
