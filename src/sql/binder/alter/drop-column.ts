import type { CatalogEntry } from '../../../engine/catalog/catalog.ts';
import { droppedColumn, type TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction } from '../../ast/ddl.ts';
import type { Binder } from '../binder.ts';
import { bindError } from '../binder.ts';
import type { BoundAlter, BoundNothing } from '../bound-statement.ts';
import { everyIndexOf } from '../every-index.ts';
import { columnNamed } from '../names.ts';
import { bindDependents, indexFromText, inObject, parseTable, tableFromText } from './dependents.ts';
import { applyEdits, nextToken } from './edits.ts';
import { alteredColumn } from './rename-column.ts';

type DropColumn = Extract<AlterTableAction, { readonly kind: 'drop-column' }>;

/** What else names the column, a table constraint, index, view or trigger, keeps it from being dropped, as in SQLite. */
export function bindDropColumn(action: DropColumn, table: TableDefinition, binder: Binder): BoundAlter | BoundNothing {
  const { catalog, at } = binder;
  if (action.ifExists && columnNamed(table.columns, action.column.name) < 0) return { kind: 'nothing' };
  const column = alteredColumn(action.column, table);
  const { name } = table.columns[column];
  const refuse = (message: string) => bindError('INVALID_DEFINITION', message, action.column);
  for (const index of catalog.indexesOf(at, table.id)) {
    const isKey = index.columns.some((part) => part.column === column);
    if (index.origin === 'primary-key' && isKey) throw refuse(`cannot drop PRIMARY KEY column: "${name}"`);
    if (index.origin === 'unique' && isKey && index.columns.length === 1) {
      throw refuse(`cannot drop UNIQUE column: "${name}"`);
    }
  }
  if (column === table.rowidColumn) throw refuse(`cannot drop PRIMARY KEY column: "${name}"`);
  if (table.columns.filter(({ dropped }) => !dropped).length === 1) {
    throw refuse(`cannot drop column "${name}": no other columns exist`);
  }
  bindDependents(binder, '');
  const when = ' after drop column';
  const places = table.columns.map((definition, i) => (i === column ? droppedColumn(definition) : definition));
  const changed = inObject(
    'table',
    table.name,
    when,
    () => tableFromText(table, withoutColumn(table, column), places, binder).definition,
  );
  const definitions: CatalogEntry['definition'][] = [changed];
  for (const { index } of everyIndexOf(binder, table)) {
    const { sql } = index;
    if (sql === null) continue;
    definitions.push(...inObject('index', index.name, when, () => indexFromText(index, sql, changed, binder)));
  }
  return { kind: 'alter', definitions, indexes: [], drops: [], review: null, added: null, verify: when };
}

/** The table's text without the column, and without the comma behind it, or before it when it is the last one. */
function withoutColumn(table: TableDefinition, column: number): string {
  const { columns } = parseTable(table.sql);
  const i = table.columns.slice(0, column).filter(({ dropped }) => !dropped).length;
  const { position, end } = columns[i];
  const cut =
    i + 1 < columns.length
      ? { position, end: columns[i + 1].position }
      : { position: nextToken(table.sql, columns[i - 1].end).position, end };
  return applyEdits(table.sql, [{ ...cut, text: '' }]);
}
