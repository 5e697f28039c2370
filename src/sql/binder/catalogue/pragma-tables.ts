import type { ColumnDefinition, TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { bindView } from '../bind-view.ts';
import type { Binder, SchemaName } from '../binder.ts';
import { everyIndexOf, indexKey } from '../every-index.ts';
import type { PlanColumn } from '../logical-plan.ts';
import { sameName } from '../names.ts';
import { schemaNamed } from '../schema-names.ts';
import { type CatalogueTable, flag, nameArgument } from './catalogue-table.ts';
import { FUNCTION_LIST } from './function-list.ts';
import { schemaTable } from './schema-tables.ts';

type Row = readonly SqlValue[];

const NO_PLACE = { position: 0, end: 0 };

/** What PRAGMA and the functions `pragma_…` tell about the catalogue, by name, in SQLite's columns. */
export const PRAGMA_TABLES: Readonly<Record<string, CatalogueTable>> = {
  table_info: {
    columns: { cid: 'INTEGER', name: 'TEXT', type: 'TEXT', notnull: 'INTEGER', dflt_value: 'TEXT', pk: 'INTEGER' },
    maxArguments: 2,
    rows: plainColumnRows,
  },
  table_xinfo: {
    columns: {
      cid: 'INTEGER',
      name: 'TEXT',
      type: 'TEXT',
      notnull: 'INTEGER',
      dflt_value: 'TEXT',
      pk: 'INTEGER',
      hidden: 'INTEGER',
    },
    maxArguments: 2,
    rows: columnRows,
  },
  table_list: {
    columns: { schema: 'TEXT', name: 'TEXT', type: 'TEXT', ncol: 'INTEGER', wr: 'INTEGER', strict: 'INTEGER' },
    maxArguments: 2,
    rows: tableListRows,
  },
  index_list: {
    columns: { seq: 'INTEGER', name: 'TEXT', unique: 'INTEGER', origin: 'TEXT', partial: 'INTEGER' },
    maxArguments: 2,
    rows: indexListRows,
  },
  index_info: {
    columns: { seqno: 'INTEGER', cid: 'INTEGER', name: 'TEXT' },
    maxArguments: 2,
    rows: (binder, args) => indexColumnRows(binder, args).flatMap((row) => (row[5] === 1n ? [row.slice(0, 3)] : [])),
  },
  index_xinfo: {
    columns: { seqno: 'INTEGER', cid: 'INTEGER', name: 'TEXT', desc: 'INTEGER', coll: 'TEXT', key: 'INTEGER' },
    maxArguments: 2,
    rows: indexColumnRows,
  },
  foreign_key_list: {
    columns: {
      id: 'INTEGER',
      seq: 'INTEGER',
      table: 'TEXT',
      from: 'TEXT',
      to: 'TEXT',
      on_update: 'TEXT',
      on_delete: 'TEXT',
      match: 'TEXT',
    },
    maxArguments: 2,
    rows: foreignKeyRows,
  },
  database_list: {
    columns: { seq: 'INTEGER', name: 'TEXT', file: 'TEXT' },
    maxArguments: 0,
    rows: ({ catalog, at }) => [
      [0n, 'main', ''],
      ...(catalog.tables(at, 'temp').length + catalog.views(at, 'temp').length > 0 ? [[1n, 'temp', '']] : []),
    ],
  },
  function_list: FUNCTION_LIST,
  collation_list: {
    columns: { seq: 'INTEGER', name: 'TEXT' },
    maxArguments: 0,
    rows: () => ['RTRIM', 'NOCASE', 'BINARY'].map((name, i) => [BigInt(i), name]),
  },
};

/** The second argument of a call names the schema. */
function schemaArgument(args: readonly SqlValue[]): SchemaName | null {
  const schema = nameArgument(args, 1);
  return schema === null ? null : schemaNamed(schema);
}

function tableArgument({ catalog, at }: Binder, args: readonly SqlValue[]): TableDefinition | null {
  const name = nameArgument(args);
  return name === null ? null : catalog.table(at, name, schemaArgument(args));
}

function columnRows(binder: Binder, args: readonly SqlValue[]): readonly Row[] {
  const name = nameArgument(args);
  const relation = name === null ? null : binder.catalog.relation(binder.at, name, schemaArgument(args));
  if (relation === null) return /^sqlite_(temp_)?(schema|master)$/i.test(name ?? '') ? SCHEMA_COLUMNS : [];
  if (relation.kind === 'table') return tableColumnRows(binder, relation.definition);
  const columns: readonly PlanColumn[] = bindView(relation.definition, NO_PLACE, binder).columns;
  return columns.map(({ name: column, affinity }, i) => [
    BigInt(i),
    column,
    affinity === 'NONE' ? '' : affinity,
    0n,
    null,
    0n,
    0n,
  ]);
}

/** Those of `sqlite_schema`, which is in no catalogue. */
const SCHEMA_COLUMNS: readonly Row[] = Object.entries(schemaTable('main').columns).map(
  ([name, type], i): Row => [BigInt(i), name, type === 'INTEGER' ? 'INT' : type, 0n, null, 0n, 0n],
);

/** Without generated columns, which do not count. */
function plainColumnRows(binder: Binder, args: readonly SqlValue[]): readonly Row[] {
  const plain = columnRows(binder, args).filter((row) => row[6] === 0n);
  return plain.map((row, i) => [BigInt(i), ...row.slice(1, 6)]);
}

function tableColumnRows(binder: Binder, table: TableDefinition): readonly Row[] {
  const key = primaryKey(binder, table);
  return visibleColumns(table).map(({ definition, number }, i): Row => {
    const { name, type, notNull, defaultSql, generated } = definition;
    const hidden = generated === undefined ? 0n : generated.stored ? 3n : 2n;
    const place = BigInt(key.indexOf(number) + 1);
    return [BigInt(i), name, shownType(type.declared), flag(notNull), defaultSql, place, hidden];
  });
}

/** SQLite shows its own types in capitals, however they are written. */
function shownType(declared: string): string {
  return /^(any|blob|int|integer|real|text)$/i.test(declared) ? declared.toUpperCase() : declared;
}

interface VisibleColumn {
  readonly definition: ColumnDefinition;
  readonly number: number;
}

/** The columns that are there, with their numbers. */
export function visibleColumns(table: TableDefinition): readonly VisibleColumn[] {
  return table.columns
    .map((definition, number) => ({ definition, number }))
    .filter(({ definition }) => !definition.dropped);
}

/** The numbers of the primary key's columns, in its order. */
export function primaryKey({ catalog, at }: Binder, table: TableDefinition): readonly number[] {
  if (table.rowidColumn !== null) return [table.rowidColumn];
  const index = catalog.indexesOf(at, table.id).find(({ origin }) => origin === 'primary-key');
  return index === undefined ? [] : index.columns.map(({ column }) => column);
}

/** Where a column stands among those that are there, as PRAGMA counts them. */
function columnPlace(table: TableDefinition, column: number): number {
  return visibleColumns(table).findIndex(({ number }) => number === column);
}

function tableListRows({ catalog, at }: Binder, args: readonly SqlValue[]): readonly Row[] {
  const wanted = nameArgument(args);
  const rows: Row[] = [];
  for (const schema of ['main', 'temp'] as const) {
    for (const table of catalog.tables(at, schema)) {
      const count = BigInt(visibleColumns(table).length);
      rows.push([schema, table.name, 'table', count, flag(table.withoutRowid), flag(hasOption(table, 'strict'))]);
    }
    for (const view of catalog.views(at, schema)) rows.push([schema, view.name, 'view', 0n, 0n, 0n]);
    rows.push([schema, schema === 'main' ? 'sqlite_schema' : 'sqlite_temp_schema', 'table', 5n, 0n, 0n]);
  }
  return wanted === null ? rows : rows.filter((row) => sameName(row[1] as string, wanted));
}

/** An option behind the columns: the text ends with them. */
function hasOption(table: TableDefinition, option: string): boolean {
  const tail = table.sql.slice(table.sql.lastIndexOf(')') + 1);
  return tail.toLowerCase().replace(/\s+/g, ' ').includes(option);
}

const ORIGINS = { index: 'c', unique: 'u', 'primary-key': 'pk' } as const;

/** The newest first, as in SQLite. */
function indexListRows(binder: Binder, args: readonly SqlValue[]): readonly Row[] {
  const table = tableArgument(binder, args);
  if (table === null) return [];
  return [...everyIndexOf(binder, table)]
    .reverse()
    .map(({ index: { name, unique, origin }, keysOf }, i) => [
      BigInt(i),
      name,
      flag(unique),
      ORIGINS[origin],
      flag(keysOf !== null && keysOf.where !== null),
    ]);
}

function indexColumnRows(binder: Binder, args: readonly SqlValue[]): readonly Row[] {
  const { catalog, at } = binder;
  const name = nameArgument(args);
  if (name === null) return [];
  for (const table of catalog.tables(at, schemaArgument(args))) {
    const described = everyIndexOf(binder, table).find(({ index }) => sameName(index.name, name));
    if (described === undefined) continue;
    const rows = described.index.columns.map((column, i): Row => {
      const key = indexKey(described, column, i, table);
      const place = typeof key === 'string' ? -1 : columnPlace(table, key);
      const shown = typeof key === 'string' || place < 0 ? null : table.columns[key].name;
      const { descending, collation } = column;
      return [BigInt(i), BigInt(place >= 0 ? place : -2), shown, flag(descending), collation, 1n];
    });
    return [...rows, [BigInt(rows.length), -1n, null, 0n, 'BINARY', 0n]];
  }
  return [];
}

/** The newest first, as in SQLite. */
function foreignKeyRows(binder: Binder, args: readonly SqlValue[]): readonly Row[] {
  const table = tableArgument(binder, args);
  const keys = [...(table?.foreignKeys ?? [])].reverse();
  return keys.flatMap(({ columns, parent, parentColumns, onUpdate, onDelete }, id) =>
    columns.map((column, seq): Row => {
      const from = (table as TableDefinition).columns[column].name;
      return [
        BigInt(id),
        BigInt(seq),
        parent,
        from,
        parentColumns[seq] ?? null,
        word(onUpdate),
        word(onDelete),
        'NONE',
      ];
    }),
  );
}

function word(action: string): string {
  return action.toUpperCase().replaceAll('-', ' ');
}
