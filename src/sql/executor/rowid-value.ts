import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { rowidOf } from './rowid-lookup.ts';

/** A value for the rowid: NULL stands for the next one; anything but an integer is an error. */
export function rowidFrom(value: SqlValue, table: TableDefinition): number | null {
  if (value === null) return null;
  const converted = applyAffinity(value, 'INTEGER');
  const rowid = rowidOf(converted);
  if (rowid !== null) return rowid;
  const column = table.rowidColumn === null ? 'rowid' : table.columns[table.rowidColumn].name;
  if (typeof converted === 'bigint') {
    throw new HeliosError('NUMERIC_OVERFLOW', `${table.name}.${column} is beyond 2^53: rowids are kept below`);
  }
  const shown = value instanceof Uint8Array ? 'a BLOB' : `'${String(value).slice(0, 40)}'`;
  throw new HeliosError('TYPE_MISMATCH', `${table.name}.${column} is the rowid and takes integers, not ${shown}`);
}
