import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, isNullAt, type NumberVector, valueAt } from '../../../engine/column/vector.ts';

/** Rows that lie in several vectors of one column: row k is element `rows[k]` of vector `sources[k]`. */
export function gatherAcross(
  vectors: readonly ColumnVector[],
  kind: PhysicalKind,
  sources: Uint32Array,
  rows: Uint32Array,
  count: number,
): ColumnVector {
  if (vectors.every(isNumbers)) return numbersAcross(vectors, sources, rows, count);
  if (vectors.every(({ kind: each }) => each === 'number' || each === 'bigint')) {
    return bigintsAcross(vectors, kind, sources, rows, count);
  }
  const values: SqlValue[] = new Array(count);
  for (let k = 0; k < count; k++) values[k] = valueAt(vectors[sources[k]], kind, rows[k]);
  return { kind: 'value', values };
}

function isNumbers(vector: ColumnVector): vector is NumberVector {
  return vector.kind === 'number';
}

function numbersAcross(
  vectors: readonly NumberVector[],
  sources: Uint32Array,
  rows: Uint32Array,
  count: number,
): NumberVector {
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) values[k] = vectors[sources[k]].values[rows[k]];
  return { kind: 'number', values, nulls: nullsAcross(vectors, sources, rows, count) };
}

function bigintsAcross(
  vectors: readonly ColumnVector[],
  kind: PhysicalKind,
  sources: Uint32Array,
  rows: Uint32Array,
  count: number,
): ColumnVector {
  const values = new BigInt64Array(count);
  for (let k = 0; k < count; k++) {
    const value = valueAt(vectors[sources[k]], kind, rows[k]);
    if (value !== null) values[k] = value as bigint;
  }
  return { kind: 'bigint', values, nulls: nullsAcross(vectors, sources, rows, count) };
}

function nullsAcross(
  vectors: readonly ColumnVector[],
  sources: Uint32Array,
  rows: Uint32Array,
  count: number,
): Uint8Array | null {
  if (vectors.every((vector) => vector.kind !== 'value' && vector.nulls === null)) return null;
  const nulls = new Uint8Array(count);
  for (let k = 0; k < count; k++) if (isNullAt(vectors[sources[k]], rows[k])) nulls[k] = 1;
  return nulls;
}
