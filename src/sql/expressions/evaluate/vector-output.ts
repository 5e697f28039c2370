import { NO_BYTES, NO_DOUBLES } from '../../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';

/** Collects the values of a result column row by row, in any order. `begin` again for the next batch. */
export class VectorOutput {
  private readonly physical: PhysicalKind;
  private numbers = NO_DOUBLES;
  private nulls = NO_BYTES;
  private hasNull = false;
  /** Set once an integer beyond 2^53 has come. */
  private bigints: BigInt64Array | null = null;
  private values: SqlValue[] = [];
  private rowCount = 0;

  constructor(physical: PhysicalKind) {
    this.physical = physical;
  }

  /** All rows are NULL until set. */
  begin(rowCount: number): void {
    this.rowCount = rowCount;
    if (this.physical !== 'integer' && this.physical !== 'real') {
      this.values = new Array<SqlValue>(rowCount).fill(null);
      return;
    }
    if (this.numbers.length < rowCount) {
      this.numbers = new Float64Array(rowCount);
      this.nulls = new Uint8Array(rowCount);
    }
    this.nulls.fill(1, 0, rowCount);
    this.hasNull = false;
    this.bigints = null;
  }

  /** Rows that are never set must not count: `finish` tells by this whether the result has NULLs. */
  set(row: number, value: SqlValue): void {
    if (this.physical !== 'integer' && this.physical !== 'real') {
      this.values[row] = value;
      return;
    }
    if (value === null) {
      this.hasNull = true;
      return;
    }
    this.nulls[row] = 0;
    if (typeof value === 'bigint') this.setInteger(row, value);
    else this.numbers[row] = value as number;
  }

  /** Copies rows of a vector whose values have physical kind `physical`. */
  copy(vector: ColumnVector, physical: PhysicalKind, selection: Uint32Array | null, count: number): void {
    if (vector.kind === 'number' && this.bigints === null && physical === this.physical) {
      this.copyNumbers(vector.values, vector.nulls, selection, count);
      return;
    }
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const value = valueAt(vector, physical, row);
      this.set(row, this.physical === 'real' && typeof value === 'bigint' ? Number(value) : value);
    }
  }

  setNulls(): void {
    this.hasNull = true;
  }

  /** The result. Its memory is overwritten after the next `begin`. */
  finish(): ColumnVector {
    if (this.physical !== 'integer' && this.physical !== 'real') return { kind: 'value', values: this.values };
    const nulls = this.hasNull ? this.nulls : null;
    return this.bigints === null
      ? { kind: 'number', values: this.numbers, nulls }
      : { kind: 'bigint', values: this.bigints, nulls };
  }

  private setInteger(row: number, value: bigint): void {
    const number = Number(value);
    if (this.bigints === null) {
      if (Number.isSafeInteger(number)) {
        this.numbers[row] = number;
        return;
      }
      this.bigints = this.widened();
    }
    this.bigints[row] = value;
  }

  private widened(): BigInt64Array {
    const wide = new BigInt64Array(this.rowCount);
    for (let row = 0; row < this.rowCount; row++) if (this.nulls[row] === 0) wide[row] = toBigint(this.numbers[row]);
    return wide;
  }

  private copyNumbers(
    values: Float64Array,
    nulls: Uint8Array | null,
    selection: Uint32Array | null,
    count: number,
  ): void {
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      if (nulls !== null && nulls[row] === 1) {
        this.hasNull = true;
        continue;
      }
      this.nulls[row] = 0;
      this.numbers[row] = values[row];
    }
  }
}

/** The row being set right now may hold a stale number that is no integer. */
function toBigint(value: number): bigint {
  return Number.isSafeInteger(value) ? BigInt(value) : 0n;
}
