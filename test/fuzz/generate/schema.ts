import type { ColumnInfo, ColumnKind, Maker, TableInfo } from './maker.ts';
import { literal } from './values.ts';

const KINDS: readonly ColumnKind[] = [
  'INTEGER',
  'INTEGER',
  'INTEGER',
  'REAL',
  'TEXT',
  'TEXT',
  'TEXT',
  'BLOB',
  'ANY',
  'ANY',
];
const COLUMN_NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Makes tables with rows and indexes; returns the statements, and tells the maker of the tables. */
export function makeSchema(maker: Maker): string[] {
  const statements: string[] = [];
  const count = maker.random.between(2, 4);
  for (let i = 0; i < count; i++) statements.push(...makeTable(maker, `t${i}`));
  return statements;
}

function makeTable(maker: Maker, name: string): string[] {
  // Tables share some names, for NATURAL and USING, and not all of them.
  const names = COLUMN_NAMES.filter(() => maker.chance(0.6));
  if (names.length === 0) names.push('a');
  const columns = maker.random.shuffle(names).map((column): ColumnInfo => ({ name: column, kind: maker.pick(KINDS) }));
  const key = maker.pick(['none', 'none', 'rowid', 'rowid', 'single', 'composite', 'without rowid'] as const);
  if (key === 'rowid') columns[0] = { name: columns[0].name, kind: 'INTEGER', isRowid: true };
  const keyColumns = primaryKeyColumns(maker, key, columns);
  const definitions = columns.map((column) => columnDefinition(maker, column));
  markRowid(columns, key === 'without rowid' ? [] : keyColumns);
  if (keyColumns.length > 0) definitions.push(`PRIMARY KEY (${keyColumns.join(', ')})`);
  if (maker.chance(0.1)) definitions.push(`UNIQUE (${maker.some(names, 3).join(', ')})`);
  const options = key === 'without rowid' ? ' STRICT, WITHOUT ROWID' : ' STRICT';
  const table: TableInfo = {
    name,
    columns,
    key: key === 'without rowid' ? keyColumns : ['rowid'],
    isView: false,
    rows: 25,
  };
  maker.tables.push(table);
  const statements = [`CREATE TABLE ${name} (${definitions.join(', ')})${options}`];
  const indexes = Array.from({ length: maker.random.between(0, 3) }, (_, i) =>
    createIndex(maker, table, `${name}_i${i}`),
  );
  const rows = insertRows(maker, table, maker.pick([0, 1, 3, 6, 10, 10, 16, 25]));
  // Indexes over rows that are there, and over rows that come.
  const at = maker.chance(0.5) ? 0 : 1;
  return [...statements, ...(at === 0 ? [...indexes, ...rows] : [...rows, ...indexes])];
}

/** An INTEGER that is the whole primary key is the rowid, too. */
function markRowid(columns: ColumnInfo[], keyColumns: readonly string[]): void {
  const at = keyColumns.length === 1 ? columns.findIndex(({ name }) => name === keyColumns[0]) : -1;
  if (at >= 0 && columns[at].kind === 'INTEGER') columns[at] = { ...columns[at], isRowid: true };
}

function primaryKeyColumns(maker: Maker, key: string, columns: readonly ColumnInfo[]): string[] {
  const names = columns.map((column) => column.name);
  if (key === 'single') return [maker.pick(names)];
  if (key === 'composite' || key === 'without rowid') return maker.some(names, 3);
  return [];
}

function columnDefinition(maker: Maker, { name, kind, isRowid = false }: ColumnInfo): string {
  if (isRowid) return `${name} INTEGER PRIMARY KEY${maker.chance(0.2) ? ' AUTOINCREMENT' : ''}`;
  let text = `${name} ${kind}`;
  if (kind === 'TEXT' && maker.chance(0.25)) text += ` COLLATE ${maker.pick(['NOCASE', 'RTRIM', 'BINARY'])}`;
  if (maker.chance(0.1)) text += ' NOT NULL';
  if (maker.chance(0.06)) text += ' UNIQUE';
  if (maker.chance(0.12)) text += ` DEFAULT ${literal(maker, kind)}`;
  if (kind === 'INTEGER' && maker.chance(0.05)) text += ` CHECK (${name} > -2 OR ${name} IS NULL)`;
  return text;
}

/** `CREATE INDEX` with directions and collations, of a column or several. */
export function createIndex(maker: Maker, table: TableInfo, name: string): string {
  const terms = maker.some(table.columns, 3).map(({ name: column, kind }) => {
    const isExpression = maker.features.expressionIndexes && maker.chance(0.2);
    let term = isExpression ? expressionTerm(maker, column) : column;
    if (kind === 'TEXT' && maker.chance(0.2)) term += ` COLLATE ${maker.pick(['NOCASE', 'BINARY', 'RTRIM'])}`;
    return term + maker.pick(['', '', ' ASC', ' DESC']);
  });
  const condition =
    maker.features.partialIndexes && maker.chance(0.25) ? ` WHERE ${partialCondition(maker, table)}` : '';
  const unique = maker.chance(0.08) ? 'UNIQUE ' : '';
  return `CREATE ${unique}INDEX ${name} ON ${table.name} (${terms.join(', ')})${condition}`;
}

function expressionTerm(maker: Maker, column: string): string {
  return maker.pick([
    `lower(${column})`,
    `length(${column})`,
    `(${column} IS NULL)`,
    `typeof(${column})`,
    `(${column} || 'x')`,
  ]);
}

function partialCondition(maker: Maker, table: TableInfo): string {
  const { name, kind } = maker.pick(table.columns);
  return maker.pick([
    `${name} IS NOT NULL`,
    `${name} > ${literal(maker, kind, 0)}`,
    `${name} = ${literal(maker, kind, 0)}`,
  ]);
}

/** Rows in statements of several; those that a constraint refuses are left out. */
export function insertRows(maker: Maker, table: TableInfo, count: number): string[] {
  const statements: string[] = [];
  for (let left = count; left > 0; left -= 10) {
    const rows = Array.from({ length: Math.min(10, left) }, () => rowOf(maker, table));
    statements.push(`INSERT OR IGNORE INTO ${table.name} VALUES ${rows.join(', ')}`);
  }
  return statements;
}

/** A literal for the column. Rowids are small, for ours end at 2^53, and not
 * negative: behind -3 SQLite goes on with -2, and we with 1. */
export function valueFor(maker: Maker, { kind, isRowid = false }: ColumnInfo): string {
  return isRowid ? maker.pick(['NULL', String(maker.random.between(0, 12))]) : literal(maker, kind);
}

export function rowOf(maker: Maker, { columns }: TableInfo): string {
  return `(${columns.map((column) => valueFor(maker, column)).join(', ')})`;
}
