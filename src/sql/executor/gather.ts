import { NO_BYTES, NO_DOUBLES, NO_UINTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';

// Shared: most of a join's columns never need them.

/** Memory for the elements that {@link gather} collects: each use overwrites the one before. */
export class GatherScratch {
  private numberSpace = NO_DOUBLES;
  private codeSpace = NO_UINTS;
  private nullSpace = NO_BYTES;

  numbers(count: number): Float64Array {
    if (this.numberSpace.length < count) this.numberSpace = new Float64Array(count);
    return fitting(this.numberSpace, count);
  }

  codes(count: number): Uint32Array {
    if (this.codeSpace.length < count) this.codeSpace = new Uint32Array(count);
    return fitting(this.codeSpace, count);
  }

  nulls(count: number): Uint8Array {
    if (this.nullSpace.length < count) this.nullSpace = new Uint8Array(count);
    return fitting(this.nullSpace, count);
  }
}

function fitting<Space extends Float64Array | Uint32Array | Uint8Array>(space: Space, count: number): Space {
  return space.length === count ? space : (space.subarray(0, count) as Space);
}

/**
 * Elements of a vector at the given positions; -1 yields NULL, as for the missing side of an outer join. The result lies
 * in `scratch` where one is given, otherwise in memory of its own. `mayMiss`: whether some position may be -1.
 */
export function gather(
  vector: ColumnVector,
  positions: Int32Array,
  count: number,
  scratch: GatherScratch = new GatherScratch(),
  mayMiss = true,
): ColumnVector {
  if (vector.kind === 'value') {
    const values: SqlValue[] = new Array(count);
    for (let k = 0; k < count; k++) values[k] = positions[k] < 0 ? null : vector.values[positions[k]];
    return { kind: 'value', values };
  }
  const missing = mayMiss && hasMissing(positions, count);
  const nulls = vector.nulls === null && !missing ? null : gatherNulls(vector.nulls, positions, scratch.nulls(count));
  switch (vector.kind) {
    case 'number': {
      const values = scratch.numbers(count);
      if (missing) copyPresent(vector.values, positions, values);
      else copyAll(vector.values, positions, values);
      return { kind: 'number', values, nulls };
    }
    case 'bigint': {
      const values = new BigInt64Array(count);
      for (let k = 0; k < count; k++) if (positions[k] >= 0) values[k] = vector.values[positions[k]];
      return { kind: 'bigint', values, nulls };
    }
    case 'dictionary': {
      const codes = scratch.codes(count);
      if (missing) copyPresent(vector.codes, positions, codes);
      else copyAll(vector.codes, positions, codes);
      return { kind: 'dictionary', codes, dictionary: vector.dictionary, nulls };
    }
  }
}

function copyAll<Space extends Float64Array | Uint32Array>(from: Space, positions: Int32Array, to: Space): void {
  for (let k = 0; k < to.length; k++) to[k] = from[positions[k]];
}

function copyPresent<Space extends Float64Array | Uint32Array>(from: Space, positions: Int32Array, to: Space): void {
  for (let k = 0; k < to.length; k++) to[k] = positions[k] < 0 ? 0 : from[positions[k]];
}

function gatherNulls(nulls: Uint8Array | null, positions: Int32Array, to: Uint8Array): Uint8Array {
  for (let k = 0; k < to.length; k++) {
    const position = positions[k];
    to[k] = position < 0 ? 1 : nulls === null ? 0 : nulls[position];
  }
  return to;
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
