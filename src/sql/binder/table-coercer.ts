import type { ColumnType } from '../../engine/column/types.ts';
import { type ColumnCoercer, columnCoercer } from '../expressions/coercion/column.ts';
import type { StaticType } from '../expressions/static-type.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { isNumeric } from './bind-type.ts';

/** What makes values fit a table's column: of a NUMERIC one, those that look like numbers are made numbers. */
export function tableCoercer(type: ColumnType, label: string, source?: StaticType | 'javascript'): ColumnCoercer {
  const coerce = columnCoercer(type, label, source);
  if (!isNumeric(type)) return coerce;
  return (value) => {
    const coerced = coerce(value);
    if (typeof coerced === 'string') return applyAffinity(coerced, 'NUMERIC');
    return typeof coerced === 'number' && Number.isSafeInteger(coerced) ? BigInt(coerced) : coerced;
  };
}
