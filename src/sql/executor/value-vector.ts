import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';

/** Self-typed values as a vector of the given physical kind, which they must fit. */
export function vectorOfValues(values: readonly SqlValue[], physical: PhysicalKind): ColumnVector {
  if (physical === 'integer') return integerVector(values);
  if (physical === 'real') return realVector(values);
  return { kind: 'value', values };
}

function integerVector(values: readonly SqlValue[]): ColumnVector {
  const numbers = new Float64Array(values.length);
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null) {
      nulls ??= new Uint8Array(values.length);
      nulls[i] = 1;
      continue;
    }
    const asNumber = Number(value);
    if (!Number.isSafeInteger(asNumber)) return bigintVector(values);
    numbers[i] = asNumber;
  }
  return { kind: 'number', values: numbers, nulls };
}

function bigintVector(values: readonly SqlValue[]): ColumnVector {
  const bigints = new BigInt64Array(values.length);
  const nulls = new Uint8Array(values.length);
  values.forEach((value, i) => {
    if (value === null) nulls[i] = 1;
    else bigints[i] = BigInt(value as bigint);
  });
  return { kind: 'bigint', values: bigints, nulls };
}

function realVector(values: readonly SqlValue[]): ColumnVector {
  const numbers = new Float64Array(values.length);
  let nulls: Uint8Array | null = null;
  values.forEach((value, i) => {
    if (value === null) {
      nulls ??= new Uint8Array(values.length);
      nulls[i] = 1;
    } else numbers[i] = value as number;
  });
  return { kind: 'number', values: numbers, nulls };
}
