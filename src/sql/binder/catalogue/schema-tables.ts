import type { SqlValue } from '../../../engine/column/types.ts';
import type { Binder, SchemaName } from '../binder.ts';
import type { CatalogueTable } from './catalogue-table.ts';

/**
 * `sqlite_schema`: a row for each table, index, view and trigger, in the order in which they were made, with the text that
 * makes it (NULL for the index of a constraint).
 */
export function schemaTable(schema: SchemaName): CatalogueTable {
  return {
    columns: { type: 'TEXT', name: 'TEXT', tbl_name: 'TEXT', rootpage: 'INTEGER', sql: 'TEXT' },
    maxArguments: 0,
    rows: (binder) => schemaRows(binder, schema),
  };
}

interface SchemaRow {
  readonly id: number;
  readonly values: readonly SqlValue[];
}

function schemaRows({ catalog, at }: Binder, schema: SchemaName): readonly (readonly SqlValue[])[] {
  const rows: SchemaRow[] = [];
  const add = (type: string, { id, name, sql }: { id: number; name: string; sql: string | null }, of: string): void => {
    rows.push({ id, values: [type, name, of, type === 'table' || type === 'index' ? BigInt(id) : 0n, sql] });
  };
  for (const table of catalog.tables(at, schema)) {
    add('table', table, table.name);
    for (const index of catalog.indexesOf(at, table.id)) {
      // In SQLite a table WITHOUT ROWID is its primary key's index.
      if (table.withoutRowid !== true || index.origin !== 'primary-key') add('index', index, table.name);
    }
    for (const { index } of catalog.computedIndexesOf(at, table.id)) add('index', index, table.name);
  }
  // SQLite makes it with the first table that counts.
  const counting = catalog.tables(at, schema).find(({ autoincrement }) => autoincrement);
  const sequence = 'sqlite_sequence';
  if (counting !== undefined) {
    add('table', { id: counting.id, name: sequence, sql: `CREATE TABLE ${sequence}(name,seq)` }, sequence);
  }
  for (const view of catalog.views(at, schema)) add('view', view, view.name);
  for (const relation of [...catalog.tables(at), ...catalog.views(at)]) {
    for (const trigger of catalog.triggersOf(at, relation.id)) {
      if ((trigger.temporary === true) === (schema === 'temp')) add('trigger', trigger, relation.name);
    }
  }
  return rows.sort((a, b) => a.id - b.id).map(({ values }) => values);
}

/** `sqlite_sequence`: how far AUTOINCREMENT has counted. */
export const SEQUENCE: CatalogueTable = {
  columns: { name: 'TEXT', seq: 'INTEGER' },
  maxArguments: 0,
  *rows({ catalog, at }) {
    for (const table of catalog.tables(at)) {
      const { sequence } = catalog.stateOf(table.id);
      if (table.autoincrement && sequence > 0) yield [table.name, BigInt(sequence)];
    }
  },
};
