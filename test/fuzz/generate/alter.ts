import type { ColumnInfo, ColumnKind, Maker, Parent, TableInfo } from './maker.ts';
import { literal } from './values.ts';

/** ALTER TABLE, after which the maker knows the table as it is then. */
export function alterTable(maker: Maker): string {
  const table = maker.pick(maker.tables.filter(({ isView, name }) => !isView && name !== 'journal'));
  return maker.choose([
    [3, () => addColumn(maker, table)],
    [3, () => renameColumn(maker, table)],
    [2, () => renameTable(maker, table)],
    [2, () => dropColumn(maker, table)],
  ]);
}

/** Names of columns that were added. */
const ADDED = ['i', 'j', 'k', 'l', 'm', 'n', 'o'];

/** Mostly a column that nothing else is likely to name: where something does, the statement is refused. */
function dropColumn(maker: Maker, table: TableInfo): string {
  const added = table.columns.filter(({ name }) => ADDED.includes(name));
  const { name } = maker.pick(added.length > 0 && maker.chance(0.8) ? added : table.columns);
  const columns = table.columns.filter((column) => column.name !== name);
  if (columns.length > 0) replace(maker, table, { columns });
  return `ALTER TABLE ${table.name} DROP COLUMN ${name}`;
}

function replace(maker: Maker, table: TableInfo, changed: Partial<TableInfo>): void {
  maker.tables[maker.tables.indexOf(table)] = { ...table, ...changed };
}

function newName(maker: Maker, { columns }: TableInfo): string {
  const free = ADDED.filter((name) => columns.every((column) => column.name !== name));
  return maker.pick(free);
}

function addColumn(maker: Maker, table: TableInfo): string {
  const name = newName(maker, table);
  const kind: ColumnKind = maker.pick(['INTEGER', 'REAL', 'TEXT', 'BLOB', 'ANY']);
  const value = literal(maker, kind, 0);
  const constraint = maker.pick(['', '', ` DEFAULT ${value}`, ` NOT NULL DEFAULT ${value}`]);
  const collation = kind === 'TEXT' && maker.chance(0.3) ? ' COLLATE NOCASE' : '';
  replace(maker, table, { columns: [...table.columns, { name, kind }] });
  return `ALTER TABLE ${table.name} ADD COLUMN ${name} ${kind}${collation}${constraint}`;
}

/** Definitions that use the name follow: keys, indexes, views, triggers and what others refer to. */
function renameColumn(maker: Maker, table: TableInfo): string {
  const old = maker.pick(table.columns).name;
  const name = newName(maker, table);
  const renamed = (each: string) => (each === old ? name : each);
  const columns = table.columns.map((column): ColumnInfo => ({ ...column, name: renamed(column.name) }));
  const uniques = table.uniques.map((unique) => unique.map(renamed));
  replace(maker, table, { columns, key: table.key.map(renamed), uniques });
  followParents(maker, (parent) =>
    parent.table === table.name
      ? { ...parent, column: renamed(parent.column), order: parent.order.split(', ').map(renamed).join(', ') }
      : parent,
  );
  return `ALTER TABLE ${table.name} RENAME COLUMN ${old} TO ${name}`;
}

function renameTable(maker: Maker, table: TableInfo): string {
  const name = `${table.name}x`;
  replace(maker, table, { name });
  if (maker.triggered.delete(table.name)) maker.triggered.add(name);
  followParents(maker, (parent) => (parent.table === table.name ? { ...parent, table: name } : parent));
  return `ALTER TABLE ${table.name} RENAME TO ${name}`;
}

function followParents(maker: Maker, follow: (parent: Parent) => Parent): void {
  for (const [i, table] of maker.tables.entries()) {
    const columns = table.columns.map((column) =>
      column.references === undefined ? column : { ...column, references: follow(column.references) },
    );
    maker.tables[i] = { ...table, columns };
  }
}
