import type { ColumnDefinition, IndexDefinition, TableDefinition } from '../catalog/definitions.ts';

/** Ids below are the system's own tables and their indexes; users' objects begin here. */
export const FIRST_USER_OBJECT_ID = 16;

/** A table of the database's own, and what finds its rows. */
export interface SystemTable {
  readonly definition: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
}

/** A definition that is in no catalogue. Columns keep their places for good; later versions add theirs at the end. */
export function systemTable(id: number, name: string, columns: readonly ColumnDefinition[]): TableDefinition {
  return { id, name, columns, rowidColumn: null, autoincrement: false, checks: [], sql: '' };
}

export function systemColumn(
  name: string,
  kind: 'INTEGER' | 'TEXT' | 'TIMESTAMP' | 'BLOB',
  notNull: boolean,
): ColumnDefinition {
  return { name, type: { kind, declared: kind }, notNull, defaultSql: null, collation: 'BINARY' };
}

/** An index of one column. `id` is below {@link FIRST_USER_OBJECT_ID}, and no other object's. */
export function systemIndex(
  id: number,
  { id: tableId, name, columns }: TableDefinition,
  column: number,
  { unique }: { readonly unique: boolean },
): IndexDefinition {
  const key = { column, descending: false, collation: columns[column].collation };
  const indexName = `${name}_${columns[column].name}`;
  return { id, name: indexName, tableId, columns: [key], unique, origin: 'index', sql: null };
}

export function isSystemTable({ id }: TableDefinition): boolean {
  return id < FIRST_USER_OBJECT_ID;
}
