import { type ColumnType, type SqlValue, toSqlValue, type ValueType } from '../../../engine/column/types.ts';
import { isDecimal, physicalKindOf, STATIC_TYPES, type StaticType } from '../static-type.ts';
import { decodeArray, encodeArray } from '../values/array.ts';
import { castFunction } from '../values/typed-cast.ts';
import { decimalReader, exactDecimalValue, plainDecimal } from '../values/typed-decimal.ts';
import { asColumnValue, type ColumnCoercer, columnCoercer } from './column.ts';
import type { Converter, Mismatch } from './convert.ts';

/** What arrives is a DECIMAL. */
export function coercerFromDecimal(
  type: ColumnType,
  source: StaticType,
  convert: Converter,
  mismatch: Mismatch,
): ColumnCoercer {
  const read = decimalReader(source);
  const text = castFunction(source, 'TEXT');
  const isDecimalColumn = isDecimal(type);
  return (value) => {
    if (value === null) return null;
    if (type.kind === 'TEXT') return text(value as SqlValue) as string;
    const decimal = read(value as Exclude<SqlValue, null>);
    if (decimal === null) return null;
    if (!isDecimalColumn) return convert(plainDecimal(decimal));
    const fitting = exactDecimalValue(decimal, type) ?? mismatch(plainDecimal(decimal));
    return asColumnValue(fitting);
  };
}

/** Times, arrays and JSON: by the cast where there is one that loses nothing, else as the text that they are written as. */
export function coercerByCast(
  type: ColumnType,
  source: StaticType,
  columnName: string,
  convert: Converter,
): ColumnCoercer {
  if (type.kind === 'ARRAY' && source.kind === 'ARRAY') return coercerOfElements(type, source, columnName);
  const isTime = source.kind === 'TIMESTAMP' || source.kind === 'DATE';
  const isNumberOfTime = isTime && (type.kind === 'INTEGER' || type.kind === 'REAL' || isDecimal(type));
  const isOther = isTime && (type.kind === 'TIMESTAMP' || type.kind === 'DATE');
  if (isNumberOfTime || isOther || type.kind === 'JSON' || type.kind === 'ARRAY') {
    const cast = castFunction(source, type.kind, type);
    return (value) => asColumnValue(cast(value as SqlValue));
  }
  const text = castFunction(source, 'TEXT');
  return (value) => convert(text(value as SqlValue));
}

/** Element by element, each as a column of the elements' type would take it. */
function coercerOfElements(type: ColumnType, source: StaticType, columnName: string): ColumnCoercer {
  const to = type.element ?? STATIC_TYPES.ANY;
  const physical = physicalKindOf(to);
  const declared = `an element of ${type.declared}`;
  const coerce = columnCoercer({ ...(to as ValueType), declared }, columnName, source.element ?? STATIC_TYPES.ANY);
  return (value) =>
    value === null
      ? null
      : encodeArray(decodeArray(value as string).map((element) => toSqlValue(physical, coerce(element))));
}
