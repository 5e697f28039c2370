import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { valueKey } from '../expressions/values/value-key.ts';
import type { Key } from './key.ts';
import type { TableRow } from './row-cache.ts';

export type RowsByKey = ReadonlyMap<Key, readonly TableRow[]>;

/** Rows by what equals a value of theirs, in their order; NULL equals nothing. */
export function rowsByValue(
  rows: readonly TableRow[],
  collation: Collation,
  keyOf: (row: TableRow) => SqlValue,
): RowsByKey {
  const byKey = new Map<Key, TableRow[]>();
  for (const row of rows) {
    const value = keyOf(row);
    if (value === null) continue;
    const key = valueKey(value, collation);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [row]);
    else known.push(row);
  }
  return byKey;
}
