import type { SqlValue } from '../../engine/column/types.ts';
import type { QualifiedName } from '../ast/node.ts';
import { literal } from '../expressions/build.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { Binder } from './binder.ts';
import type { ValuesNode } from './logical-plan.ts';
import { foldName } from './names.ts';

/** Names of SQLite's own table of definitions; the second is the older one. */
const SCHEMA_NAMES: ReadonlySet<string> = new Set(['sqlite_schema', 'sqlite_master']);

/**
 * `sqlite_schema`: one row for each table and index, with the text that created it (NULL for the index of a constraint).
 * The rows are literals of the plan: plans are kept per version of the catalogue, and so are these. Null for other names.
 */
export function catalogueView(binder: Binder, { name }: QualifiedName): ValuesNode | null {
  if (!SCHEMA_NAMES.has(foldName(name))) return null;
  const columns = [
    binder.column('type', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('name', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('tbl_name', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
    binder.column('rootpage', STATIC_TYPES.INTEGER, 'BINARY', 'INTEGER'),
    binder.column('sql', STATIC_TYPES.TEXT, 'BINARY', 'TEXT'),
  ];
  const rows: SqlValue[][] = [];
  for (const table of binder.catalog.tables(binder.at)) {
    rows.push(['table', table.name, table.name, BigInt(table.id), table.sql]);
    for (const index of binder.catalog.indexesOf(binder.at, table.id)) {
      rows.push(['index', index.name, table.name, BigInt(index.id), index.sql]);
    }
  }
  return { kind: 'values', columns, rows: rows.map((row) => row.map((value) => literal(value))) };
}
