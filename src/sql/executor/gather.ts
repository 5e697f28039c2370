import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';

/** Elements of a vector at the given positions; -1 yields NULL, as for the missing side of an outer join. */
export function gather(vector: ColumnVector, positions: Int32Array, count: number): ColumnVector {
  switch (vector.kind) {
    case 'number': {
      const values = new Float64Array(count);
      for (let k = 0; k < count; k++) values[k] = vector.values[positions[k]];
      return { kind: 'number', values, nulls: gatherNulls(vector.nulls, positions, count) };
    }
    case 'bigint': {
      const values = new BigInt64Array(count);
      for (let k = 0; k < count; k++) if (positions[k] >= 0) values[k] = vector.values[positions[k]];
      return { kind: 'bigint', values, nulls: gatherNulls(vector.nulls, positions, count) };
    }
    case 'dictionary': {
      const codes = new Uint32Array(count);
      for (let k = 0; k < count; k++) codes[k] = vector.codes[positions[k]];
      const nulls = gatherNulls(vector.nulls, positions, count);
      return { kind: 'dictionary', codes, dictionary: vector.dictionary, nulls };
    }
    case 'value': {
      const values: SqlValue[] = new Array(count);
      for (let k = 0; k < count; k++) values[k] = positions[k] < 0 ? null : vector.values[positions[k]];
      return { kind: 'value', values };
    }
  }
}

function gatherNulls(nulls: Uint8Array | null, positions: Int32Array, count: number): Uint8Array | null {
  if (nulls === null && !hasMissing(positions, count)) return null;
  const result = new Uint8Array(count);
  for (let k = 0; k < count; k++) {
    const position = positions[k];
    result[k] = position < 0 ? 1 : nulls === null ? 0 : nulls[position];
  }
  return result;
}

function hasMissing(positions: Int32Array, count: number): boolean {
  for (let k = 0; k < count; k++) if (positions[k] < 0) return true;
  return false;
}

/** A batch whose columns are computed when asked for, and once. All of its rows count. */
export class LazyBatch implements Batch {
  readonly rowCount: number;
  readonly selection: Uint32Array | null;
  readonly selectedCount: number;
  private readonly load: (i: number) => ColumnVector;
  private readonly loaded: (ColumnVector | undefined)[] = [];

  constructor(
    rowCount: number,
    load: (i: number) => ColumnVector,
    selection: Uint32Array | null = null,
    selectedCount = rowCount,
  ) {
    this.rowCount = rowCount;
    this.load = load;
    this.selection = selection;
    this.selectedCount = selectedCount;
  }

  column(i: number): ColumnVector {
    const known = this.loaded[i];
    if (known !== undefined) return known;
    const vector = this.load(i);
    this.loaded[i] = vector;
    return vector;
  }
}

/** "Not done yet, call again." */
export const NOT_YET: Batch = new LazyBatch(0, () => ({ kind: 'value', values: [] }));

/** A vector of NULLs. */
export function nullVector(physical: PhysicalKind, rowCount: number): ColumnVector {
  if (physical === 'integer' || physical === 'real') {
    return { kind: 'number', values: new Float64Array(rowCount), nulls: new Uint8Array(rowCount).fill(1) };
  }
  return { kind: 'value', values: new Array<SqlValue>(rowCount).fill(null) };
}
