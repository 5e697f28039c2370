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
  throw refusedRowid(table, converted);
}

/** The rowid that an assignment gives: NULL is none. */
export function requiredRowid(rowid: number | null, { table }: { readonly table: TableDefinition }): number {
  if (rowid !== null) return rowid;
  throw new HeliosError('TYPE_MISMATCH', `the rowid of table ${table.name} cannot be NULL`);
}

/** The error about a value that no rowid can be. */
export function refusedRowid(table: TableDefinition, value: unknown): HeliosError {
  const column = `${table.name}.${table.rowidColumn === null ? 'rowid' : table.columns[table.rowidColumn].name}`;
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) {
    return new HeliosError('NUMERIC_OVERFLOW', `column ${column} cannot take ${value}: rowids stay within 2^53`);
  }
  return new HeliosError('TYPE_MISMATCH', `column ${column} is INTEGER and cannot take ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return `the text '${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  return value instanceof Uint8Array ? 'a BLOB' : `a value of type ${typeof value}`;
}
