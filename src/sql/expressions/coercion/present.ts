import { type ColumnValue, type SqlValue, toSqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf, STATIC_TYPES, type StaticType } from '../static-type.ts';
import { decodeArray } from '../values/array.ts';
import { formatDate, formatTimestamp, splitMicros } from '../values/time.ts';
import { decimalText } from '../values/typed-decimal.ts';

export interface PresentOptions {
  /** 'number' (the default): a number while it is a safe integer, a bigint beyond. 'bigint': always a bigint. */
  readonly integers?: 'number' | 'bigint' | undefined;
  /** 'date' (the default): a Date, cut to milliseconds. 'text': ISO text with microseconds. */
  readonly timestamps?: 'date' | 'text' | undefined;
  /** 'text' (the default): all digits, '10.50'. 'number': the nearest number. */
  readonly decimals?: 'text' | 'number' | undefined;
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
    case 'DECIMAL':
    case 'BIGDECIMAL':
      return presentDecimal(type, options.decimals === 'number');
    case 'JSON':
      return (value) => (value === null ? null : JSON.parse(value as string));
    case 'ARRAY':
      return presentArray(type, options);
    case 'INTEGER':
      return asBigint ? (value) => (typeof value === 'number' ? BigInt(value) : value) : presentInteger;
    default:
      return asBigint ? (value) => value : presentInteger;
  }
}

function presentDecimal(type: StaticType, asNumber: boolean): Presenter {
  const text = decimalText(type);
  return (value) => {
    if (value === null) return null;
    const shown = text(toSqlValue(physicalKindOf(type), value) as Exclude<SqlValue, null>);
    return asNumber ? Number(shown) : shown;
  };
}

function presentArray({ element }: StaticType, options: PresentOptions): Presenter {
  const present = presenter(element ?? STATIC_TYPES.ANY, options);
  return (value) => (value === null ? null : decodeArray(value as string).map(present));
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
