import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { valueKey } from '../expressions/values/value-key.ts';

export type Key = number | bigint | string | null;

/** A primitive that is the same for rows whose values are equal, NULL being equal to NULL, and different for others. */
export function rowKey(values: readonly SqlValue[], collations: readonly Collation[]): Key {
  if (values.length === 1) return valueKey(values[0], collations[0]);
  let key = '';
  for (let i = 0; i < values.length; i++) {
    const part = valueKey(values[i], collations[i]);
    key += typeof part === 'string' ? `${part.length}${part}` : `${part},`;
  }
  return key;
}
