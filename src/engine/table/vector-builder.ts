import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';

/** A vector of the given values of one column. */
export function columnVectorOf(physical: PhysicalKind, values: ColumnValue[]): ColumnVector {
  if (physical !== 'integer' && physical !== 'real') return { kind: 'value', values };
  const rowCount = values.length;
  const numbers = new Float64Array(rowCount);
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < rowCount; i++) {
    const value = values[i];
    if (typeof value === 'number') numbers[i] = value;
    else if (value === null) {
      nulls ??= new Uint8Array(rowCount);
      nulls[i] = 1;
    } else return bigintVectorOf(values);
  }
  return { kind: 'number', values: numbers, nulls };
}

/** A vector of the same value in every row. */
export function constantVector(physical: PhysicalKind, value: ColumnValue, rowCount: number): ColumnVector {
  if (physical !== 'text' || typeof value !== 'string')
    return columnVectorOf(physical, new Array(rowCount).fill(value));
  return { kind: 'dictionary', codes: new Uint32Array(rowCount), dictionary: [value], nulls: null };
}

function bigintVectorOf(values: readonly ColumnValue[]): ColumnVector {
  const bigints = new BigInt64Array(values.length);
  const nulls = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null) nulls[i] = 1;
    else bigints[i] = BigInt(value as number);
  }
  return { kind: 'bigint', values: bigints, nulls };
}
