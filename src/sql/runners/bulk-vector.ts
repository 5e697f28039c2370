import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import { type ColumnType, type ColumnValue, physicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { columnVectorOf } from '../../engine/table/vector-builder.ts';
import { tableCoercer } from '../binder/table-coercer.ts';

/** Stands in for a value that is undefined: the column's default. */
type MissingValue = () => ColumnValue;

/**
 * Values `from` to `from + count` as a vector of the column's type. Numbers and texts that fit as they are take a short
 * way; everything else goes through the column's coercer. Errors name the row.
 */
export function columnVectorFrom(
  type: ColumnType,
  label: string,
  values: ArrayLike<unknown>,
  from: number,
  count: number,
  missing: MissingValue,
): ColumnVector {
  const kind = type.kind;
  if (kind === 'REAL' || kind === 'INTEGER') {
    const numbers = numberVector(values, from, count, kind === 'INTEGER');
    if (numbers !== null) return numbers;
  }
  if (kind === 'TEXT') {
    const texts = textVector(values, from, count);
    if (texts !== null) return texts;
  }
  return coercedVector(type, label, values, from, count, missing);
}

/** null: some value is no number of the wanted sort. NaN is NULL and goes the long way, -0 is 0. */
function numberVector(values: ArrayLike<unknown>, from: number, count: number, integers: boolean): ColumnVector | null {
  const numbers = new Float64Array(count);
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    if (typeof value === 'number' && (integers ? Number.isSafeInteger(value) : !Number.isNaN(value)))
      numbers[i] = value + 0;
    else if (value === null) {
      nulls ??= new Uint8Array(count);
      nulls[i] = 1;
    } else return null;
  }
  return { kind: 'number', values: numbers, nulls };
}

/** Text as codes of a dictionary of its own; null: some value is no text, or there are too many different ones. */
function textVector(values: ArrayLike<unknown>, from: number, count: number): ColumnVector | null {
  const codes = new Uint32Array(count);
  const codeByText = new Map<string, number>();
  const dictionary: string[] = [];
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    if (typeof value === 'string') {
      let code = codeByText.get(value);
      if (code === undefined) {
        if (dictionary.length >= LIMITS.dictionaryEntries) return null;
        code = dictionary.push(value) - 1;
        codeByText.set(value, code);
      }
      codes[i] = code;
    } else if (value === null) {
      nulls ??= new Uint8Array(count);
      nulls[i] = 1;
    } else return null;
  }
  return { kind: 'dictionary', codes, dictionary, nulls };
}

function coercedVector(
  type: ColumnType,
  label: string,
  values: ArrayLike<unknown>,
  from: number,
  count: number,
  missing: MissingValue,
): ColumnVector {
  const coerce = tableCoercer(type, label, 'javascript');
  const coerced: ColumnValue[] = new Array(count);
  for (let i = 0; i < count; i++) {
    const value = values[from + i];
    try {
      coerced[i] = value === undefined ? missing() : coerce(value);
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      throw new HeliosError(error.code, `${error.message}, in row ${from + i + 1}`, { cause: error });
    }
  }
  return columnVectorOf(physicalKind(type.kind), coerced);
}
