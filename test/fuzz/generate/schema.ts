import { condition } from './condition.ts';
import { scalar } from './expression.ts';
import { foreignKey, parentValue } from './foreign-key.ts';
import { generatedColumn } from './generated-column.ts';
import { type ColumnInfo, type ColumnKind, type Maker, type TableInfo, writable } from './maker.ts';
import { definitionScope } from './scope.ts';
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
  const uniques: string[][] = [];
  const definitions = columns.map((column) => columnDefinition(maker, column, uniques));
  addGenerated(maker, columns, definitions);
  markRowid(columns, key === 'without rowid' ? [] : keyColumns);
  if (keyColumns.length > 0) definitions.push(`PRIMARY KEY (${keyColumns.join(', ')})`);
  if (keyColumns.length > 0) uniques.push(keyColumns);
  if (maker.chance(0.15)) {
    const unique = maker.some(columns, 3).map((column) => column.name);
    definitions.push(`UNIQUE (${unique.join(', ')})`);
    uniques.push(unique);
  }
  if (maker.hasForeignKeys && maker.chance(0.7)) {
    const rowid = columns.filter(({ isRowid = false }) => isRowid).map((column) => column.name);
    definitions.push(...foreignKey(maker, name, columns, keyColumns.length > 0 ? keyColumns : rowid));
  }
  if (maker.chance(0.06)) definitions.push(`CHECK (${condition(maker, definitionScope(columns), 1)})`);
  const options = key === 'without rowid' ? ' STRICT, WITHOUT ROWID' : ' STRICT';
  const table: TableInfo = {
    name,
    columns,
    key: key === 'without rowid' ? keyColumns : ['rowid'],
    isView: false,
    uniques,
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

/** Now and then, columns that are computed of the others. */
function addGenerated(maker: Maker, columns: ColumnInfo[], definitions: string[]): void {
  if (!maker.chance(0.25)) return;
  for (const name of maker.some(['f', 'g', 'h'], 2)) {
    const { sql, column } = generatedColumn(maker, name, columns);
    definitions.push(sql);
    columns.push(column);
  }
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

function columnDefinition(maker: Maker, { name, kind, isRowid = false }: ColumnInfo, uniques: string[][]): string {
  if (isRowid) uniques.push([name]);
  if (isRowid) return `${name} INTEGER PRIMARY KEY${maker.chance(0.2) ? ' AUTOINCREMENT' : ''}`;
  let text = `${name} ${kind}`;
  if (kind === 'TEXT' && maker.chance(0.25)) text += ` COLLATE ${maker.pick(['NOCASE', 'RTRIM', 'BINARY'])}`;
  if (maker.chance(0.1)) text += ' NOT NULL';
  if (maker.chance(0.06)) {
    text += ' UNIQUE';
    uniques.push([name]);
  }
  if (maker.chance(0.12)) text += ` DEFAULT ${literal(maker, kind)}`;
  if (kind === 'INTEGER' && maker.chance(0.05)) text += ` CHECK (${name} > -2 OR ${name} IS NULL)`;
  return text;
}

/** `CREATE INDEX` with directions and collations, of a column or several. */
export function createIndex(maker: Maker, table: TableInfo, name: string): string {
  const terms = maker.some(table.columns, 3).map(({ name: column, kind }) => {
    let term = maker.chance(0.2) ? expressionTerm(maker, table, column) : column;
    if (kind === 'TEXT' && maker.chance(0.2)) term += ` COLLATE ${maker.pick(['NOCASE', 'BINARY', 'RTRIM'])}`;
    return term + maker.pick(['', '', ' ASC', ' DESC']);
  });
  const where = maker.chance(0.25) ? ` WHERE ${partialCondition(maker, table)}` : '';
  const unique = maker.chance(0.08) ? 'UNIQUE ' : '';
  if (unique !== '' && where === '') table.uniques.push(terms.map((term) => term.replace(/ (ASC|DESC)$/, '')));
  return `CREATE ${unique}INDEX ${name} ON ${table.name} (${terms.join(', ')})${where}`;
}

function expressionTerm(maker: Maker, table: TableInfo, column: string): string {
  const any = scalar(maker, definitionScope(table.columns), 1);
  // A text alone would be the name of a column.
  if (maker.chance(0.5) && /[a-z]\(|[a-z] /.test(any)) return `(${any})`;
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
  if (maker.chance(0.3)) return condition(maker, definitionScope(table.columns), 1);
  return maker.pick([
    `${name} IS NOT NULL`,
    `${name} > ${literal(maker, kind, 0)}`,
    `${name} = ${literal(maker, kind, 0)}`,
    `${name} IN (${maker.list(1, 3, () => literal(maker, kind, 0))})`,
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

/** A literal for the column. Rowids are small, for ours end at 2^53. */
export function valueFor(maker: Maker, { kind, isRowid = false, references }: ColumnInfo, place = 0): string {
  if (references !== undefined && maker.chance(0.85))
    return maker.chance(0.2) ? 'NULL' : parentValue(references, place);
  return isRowid ? maker.pick(['NULL', String(maker.random.between(-3, 12))]) : literal(maker, kind);
}

export function rowOf(maker: Maker, table: TableInfo): string {
  const place = maker.random.below(5);
  return `(${writable(table)
    .map((column) => valueFor(maker, column, place))
    .join(', ')})`;
}
