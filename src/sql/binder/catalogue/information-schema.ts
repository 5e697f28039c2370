import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { bindView } from '../bind-view.ts';
import type { Binder } from '../binder.ts';
import { schemaHolding } from '../schema-names.ts';
import type { CatalogueTable } from './catalogue-table.ts';
import { primaryKey, visibleColumns } from './pragma-tables.ts';

type Row = readonly SqlValue[];

const CATALOG = 'helios';

/** The standard's `information_schema`, by name, in PostgreSQL's columns. */
export const INFORMATION_SCHEMA: Readonly<Record<string, CatalogueTable>> = {
  schemata: table({ catalog_name: 'TEXT', schema_name: 'TEXT' }, () => [
    [CATALOG, 'main'],
    [CATALOG, 'temp'],
  ]),
  tables: table(
    { table_catalog: 'TEXT', table_schema: 'TEXT', table_name: 'TEXT', table_type: 'TEXT' },
    ({ catalog, at }) => [
      ...catalog
        .tables(at)
        .map((definition): Row => [...placeOf(definition), definition.temporary ? 'LOCAL TEMPORARY' : 'BASE TABLE']),
      ...catalog.views(at).map((definition): Row => [...placeOf(definition), 'VIEW']),
    ],
  ),
  columns: table(
    {
      table_catalog: 'TEXT',
      table_schema: 'TEXT',
      table_name: 'TEXT',
      column_name: 'TEXT',
      ordinal_position: 'INTEGER',
      column_default: 'TEXT',
      is_nullable: 'TEXT',
      data_type: 'TEXT',
      is_generated: 'TEXT',
      generation_expression: 'TEXT',
      is_identity: 'TEXT',
    },
    columnRows,
  ),
  views: table(
    { table_catalog: 'TEXT', table_schema: 'TEXT', table_name: 'TEXT', view_definition: 'TEXT' },
    ({ catalog, at }) => catalog.views(at).map((view): Row => [...placeOf(view), view.sql]),
  ),
  table_constraints: table(
    {
      constraint_catalog: 'TEXT',
      constraint_schema: 'TEXT',
      constraint_name: 'TEXT',
      table_catalog: 'TEXT',
      table_schema: 'TEXT',
      table_name: 'TEXT',
      constraint_type: 'TEXT',
    },
    (binder) =>
      constraintsOf(binder).map(({ of, name, type }): Row => [CATALOG, schemaHolding(of), name, ...placeOf(of), type]),
  ),
  key_column_usage: table(
    {
      constraint_catalog: 'TEXT',
      constraint_schema: 'TEXT',
      constraint_name: 'TEXT',
      table_catalog: 'TEXT',
      table_schema: 'TEXT',
      table_name: 'TEXT',
      column_name: 'TEXT',
      ordinal_position: 'INTEGER',
    },
    (binder) =>
      constraintsOf(binder).flatMap(({ of, name, columns }) =>
        columns.map((column, i): Row => {
          const { name: columnName } = of.columns[column];
          return [CATALOG, schemaHolding(of), name, ...placeOf(of), columnName, BigInt(i + 1)];
        }),
      ),
  ),
};

function table(columns: CatalogueTable['columns'], rows: (binder: Binder) => readonly Row[]): CatalogueTable {
  return { columns, maxArguments: 0, rows };
}

function placeOf(definition: { readonly name: string; readonly temporary?: true }): Row {
  return [CATALOG, schemaHolding(definition), definition.name];
}

function columnRows(binder: Binder): readonly Row[] {
  const { catalog, at } = binder;
  const ofTables = catalog.tables(at).flatMap((definition) => {
    const key = primaryKey(binder, definition);
    return visibleColumns(definition).map(({ definition: column, number }, i): Row => {
      const { name, defaultSql, notNull, type, generated } = column;
      const nullable = notNull || (number === definition.rowidColumn && key.includes(number)) ? 'NO' : 'YES';
      const isGenerated = generated === undefined ? 'NEVER' : 'ALWAYS';
      const place = [...placeOf(definition), name, BigInt(i + 1)];
      const kind = type.declared || type.kind;
      // A rowid is given where none is written.
      const isIdentity = number === definition.rowidColumn ? 'YES' : 'NO';
      return [...place, defaultSql, nullable, kind, isGenerated, generated?.sql ?? null, isIdentity];
    });
  });
  const ofViews = catalog.views(at).flatMap((view) => {
    const { columns } = bindView(view, { position: 0, end: 0 }, binder);
    return columns.map(
      ({ name, type }, i): Row => [...placeOf(view), name, BigInt(i + 1), null, 'YES', type.kind, 'NEVER', null, 'NO'],
    );
  });
  return [...ofTables, ...ofViews];
}

interface Constraint {
  readonly of: TableDefinition;
  readonly name: string;
  readonly type: 'PRIMARY KEY' | 'UNIQUE' | 'FOREIGN KEY' | 'CHECK';
  /** Numbers; of CHECK none. */
  readonly columns: readonly number[];
}

/** Constraints without a name get one from the table's. */
function constraintsOf(binder: Binder): readonly Constraint[] {
  const { catalog, at } = binder;
  return catalog.tables(at).flatMap((of) => {
    const key = primaryKey(binder, of);
    const found: Constraint[] =
      key.length === 0 ? [] : [{ of, name: `${of.name}_pkey`, type: 'PRIMARY KEY', columns: key }];
    for (const { origin, name, columns } of catalog.indexesOf(at, of.id)) {
      if (origin === 'unique') found.push({ of, name, type: 'UNIQUE', columns: columns.map(({ column }) => column) });
    }
    (of.foreignKeys ?? []).forEach(({ name, columns }, i) => {
      found.push({ of, name: name ?? `${of.name}_fkey_${i + 1}`, type: 'FOREIGN KEY', columns });
    });
    of.checks.forEach(({ name }, i) => {
      found.push({ of, name: name ?? `${of.name}_check_${i + 1}`, type: 'CHECK', columns: [] });
    });
    return found;
  });
}
