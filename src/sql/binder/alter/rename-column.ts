import type { CatalogEntry } from '../../../engine/catalog/catalog.ts';
import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction } from '../../ast/ddl.ts';
import type { SourceRange } from '../../ast/node.ts';
import { targetColumn } from '../bind-target.ts';
import { type Binder, bindError } from '../binder.ts';
import type { BoundAlter } from '../bound-statement.ts';
import { everyIndexOf } from '../every-index.ts';
import { columnNamed } from '../names.ts';
import { schemaHolding } from '../schema-names.ts';
import { bindDependents, indexFromText, inObject, parseIndex, parseTable, tableFromText } from './dependents.ts';
import { applyEdits, nameParts, renamed } from './edits.ts';
import { columnNamesIn, columnNamesInDependent, parentColumnsIn } from './rename.ts';

type RenameColumn = Extract<AlterTableAction, { readonly kind: 'rename-column' }>;

export function bindRenameColumn(action: RenameColumn, table: TableDefinition, binder: Binder): BoundAlter {
  const { catalog, at } = binder;
  const column = alteredColumn(action.column, table);
  const { name } = table.columns[column];
  const other = columnNamed(table.columns, action.name);
  if (other >= 0 && other !== column) {
    throw bindError('COLUMN_EXISTS', `table "${table.name}" has a column "${action.name}" already`, action);
  }
  const last = nameParts(binder.sql, action).at(-1) as SourceRange;
  const written = binder.sql.slice(last.position, last.end);
  const edited = (sql: string, places: readonly SourceRange[]): string =>
    applyEdits(
      sql,
      places.map((place) => renamed(sql, place, written, action.name)),
    );
  const when = ' after rename';
  const ownSql = edited(table.sql, columnNamesIn(table.sql, parseTable(table.sql), table.name, name));
  const renamedTable = inObject(
    'table',
    table.name,
    when,
    () => tableFromText(table, ownSql, table.columns, binder).definition,
  );
  const definitions: CatalogEntry['definition'][] = [renamedTable];
  for (const child of catalog.tables(at, schemaHolding(table))) {
    const places = child.id === table.id ? [] : parentColumnsIn(parseTable(child.sql), table.name, name);
    if (places.length > 0) {
      definitions.push(tableFromText(child, edited(child.sql, places), child.columns, binder).definition);
    }
  }
  for (const { index } of everyIndexOf(binder, table)) {
    if (index.sql === null) continue;
    const sql = edited(index.sql, columnNamesIn(index.sql, parseIndex(index.sql), table.name, name));
    if (sql !== index.sql) definitions.push(...indexFromText(index, sql, renamedTable, binder));
  }
  for (const dependent of bindDependents(binder, '')) {
    const { definition } = dependent;
    const places = columnNamesInDependent(dependent, table, column);
    if (places.length > 0) definitions.push({ ...definition, sql: edited(definition.sql, places) });
  }
  return { kind: 'alter', definitions, indexes: [], drops: [], review: null, added: null, verify: when };
}

/** A column that has a name of its own: not the hidden rowid. */
export function alteredColumn(name: RenameColumn['column'], table: TableDefinition): number {
  const column = targetColumn(table, name);
  if (columnNamed(table.columns, name.name) >= 0) return column;
  throw bindError('COLUMN_NOT_FOUND', `table "${table.name}" has no column "${name.name}"`, name);
}
