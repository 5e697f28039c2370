import type { ColumnValue, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, type StaticType } from '../static-type.ts';
import { formatDate, formatTimestamp, splitMicros } from '../values/time.ts';

export interface PresentOptions {
  /** 'number' (the default): a number while it is a safe integer, a bigint beyond. 'bigint': always a bigint. */
  readonly integers?: 'number' | 'bigint' | undefined;
  /** 'date' (the default): a Date, cut to milliseconds. 'text': ISO text with microseconds. */
  readonly timestamps?: 'date' | 'text' | undefined;
}

/** What users see of a value: takes self-typed values, and those of a column of that type. */
export type Presenter = (value: SqlValue | ColumnValue) => unknown;

export function presenter(type: StaticType, options: PresentOptions): Presenter {
  const asBigint = options.integers === 'bigint';
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => (value === null ? null : Number(value) !== 0);
    case 'TIMESTAMP':
      return options.timestamps === 'text' ? presentTimeText : presentDate;
    case 'DATE':
      return (value) => (value === null ? null : formatDate(Number(value)));
    case 'INTEGER':
      return asBigint ? (value) => (typeof value === 'number' ? BigInt(value) : value) : presentInteger;
    default:
      return asBigint ? (value) => value : presentInteger;
  }
}

function presentInteger(value: SqlValue): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function presentTimeText(value: SqlValue): unknown {
  return value === null ? null : formatTimestamp(value as number | bigint);
}

function presentDate(value: SqlValue): unknown {
  if (value === null) return null;
  const { seconds, fraction } = splitMicros(value as number | bigint);
  return new Date(seconds * 1000 + Math.floor(fraction / 1000));
}

/** Reads a vector's elements as users see them, without a bigint in between where none is due. */
export type VectorPresenter = (vector: ColumnVector, row: number) => unknown;

export function vectorPresenter(type: StaticType, options: PresentOptions): VectorPresenter {
  const present = presenter(type, options);
  const physical = physicalKindOf(type);
  const passesNumbers = type.kind === 'REAL' || (type.kind === 'INTEGER' && options.integers !== 'bigint');
  return (vector, row) => {
    if (vector.kind === 'number') {
      if (vector.nulls !== null && vector.nulls[row] === 1) return null;
      return passesNumbers ? vector.values[row] : present(vector.values[row]);
    }
    return present(valueAt(vector, physical, row));
  };
}
