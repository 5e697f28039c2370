import type { SqlValue } from '../../engine/column/types.ts';
import type { QualifiedName } from '../ast/node.ts';
import { literal } from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { Binder, SchemaName } from './binder.ts';
import type { ValuesNode } from './logical-plan.ts';
import { foldName } from './names.ts';
import { schemaHolding, schemaOf } from './schema-names.ts';

/** Names of SQLite's own table of definitions, and of the one of temporary objects; the second names are the older ones. */
const SCHEMA_NAMES: ReadonlyMap<string, SchemaName> = new Map([
  ['sqlite_schema', 'main'],
  ['sqlite_master', 'main'],
  ['sqlite_temp_schema', 'temp'],
  ['sqlite_temp_master', 'temp'],
]);

/**
 * `sqlite_schema`: one row for each table, index, view and trigger, with the text that created it (NULL for the index of
 * a constraint). The rows are literals of the plan: plans are kept per version of the catalogue, and so are these. Null
 * for other names.
 */
export function catalogueView(binder: Binder, name: QualifiedName): ValuesNode | null {
  const named = SCHEMA_NAMES.get(foldName(name.name));
  if (named === undefined) return null;
  const schema = name.schema === null ? named : schemaOf(binder, name);
  const columns = [
    binder.column('type', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('name', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('tbl_name', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('rootpage', STATIC_TYPES.INTEGER, 'BINARY', 'INTEGER'),
    binder.column('sql', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
  ];
  const { catalog, at } = binder;
  const rows: SqlValue[][] = [];
  const addTriggers = (id: number, name: string): void => {
    for (const trigger of catalog.triggersOf(at, id)) {
      if (schemaHolding(trigger) === schema) rows.push(['trigger', trigger.name, name, 0n, trigger.sql]);
    }
  };
  for (const table of catalog.tables(at, schema)) {
    rows.push(['table', table.name, table.name, BigInt(table.id), table.sql]);
    for (const index of catalog.indexesOf(at, table.id)) {
      rows.push(['index', index.name, table.name, BigInt(index.id), index.sql]);
    }
    addTriggers(table.id, table.name);
  }
  for (const view of catalog.views(at, schema)) {
    rows.push(['view', view.name, view.name, 0n, view.sql]);
    addTriggers(view.id, view.name);
  }
  if (schema === 'temp') {
    for (const { id, name } of [...catalog.tables(at, 'main'), ...catalog.views(at, 'main')]) addTriggers(id, name);
  }
  return { kind: 'values', columns, rows: rows.map((row) => row.map((value) => literal(value))) };
}
