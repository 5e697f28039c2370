import type { RowValues } from '../expressions/batch.ts';
import { valueKey } from '../expressions/values/value-key.ts';

/** The values at some positions of a row as one text, which is the same for equal values of the same type. */
export function rowKey(row: RowValues, positions: Iterable<number>): string {
  let key = '';
  for (const position of positions) {
    const value = row.column(position);
    key += value === null ? '|n' : `|${typeof value}:${String(valueKey(value, 'BINARY'))}`.replaceAll('|', '||');
  }
  return key;
}
