import { HeliosError } from '../../base/errors.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import { keyOfRow } from './key.ts';

/** The error about a row that would repeat a key; `index` null: the rowid. */
export function uniqueViolation(
  definition: TableDefinition,
  index: IndexDefinition | null,
  rowid: number | null,
  values: readonly ColumnValue[],
): HeliosError {
  const { name, columns, rowidColumn } = definition;
  const columnNames =
    index === null
      ? [rowidColumn === null ? 'rowid' : columns[rowidColumn].name]
      : index.columns.map((column) => columns[column.column].name);
  const key = index === null ? [rowid] : keyOfRow(index, values);
  const isPlain = index?.columns.every(({ column }) => PLAIN_KINDS.has(columns[column].type.kind)) ?? true;
  const shown = isPlain ? `(${key.map((value) => shortValue(value)).join(', ')})` : 'that key';
  const where = columnNames.map((column) => `${name}.${column}`).join(', ');
  return new HeliosError('UNIQUE_VIOLATION', `UNIQUE constraint failed: ${where}: a row with ${shown} exists already`);
}

/** Kinds whose values can be shown as they are stored. */
const PLAIN_KINDS: ReadonlySet<string> = new Set(['INTEGER', 'REAL', 'TEXT', 'BLOB', 'BOOLEAN', 'JSON', 'UUID', 'ANY']);

function shortValue(value: ColumnValue): string {
  if (value instanceof Uint8Array) return `blob of ${value.length} bytes`;
  if (typeof value !== 'string') return String(value);
  return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`;
}
