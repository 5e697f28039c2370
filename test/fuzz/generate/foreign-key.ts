import type { ColumnInfo, Maker, Parent, TableInfo } from './maker.ts';

const ACTIONS = ['NO ACTION', 'RESTRICT', 'CASCADE', 'CASCADE', 'SET NULL', 'SET DEFAULT'];

/** What may be referred to: the columns of a key, in the order in which they are declared. */
interface Key {
  readonly table: string;
  readonly columns: readonly ColumnInfo[];
}

/**
 * A FOREIGN KEY to a table before, or to the table itself, whose columns so far are `columns`; none where nothing fits. The
 * columns are told where their values come from.
 */
export function foreignKey(maker: Maker, name: string, columns: ColumnInfo[], ownKey: readonly string[]): string[] {
  const key = maker.pick([...maker.tables.flatMap(keysOf), ...ownKeys(name, columns, ownKey), null]);
  if (key === null) return [];
  const children: number[] = [];
  for (const { kind } of key.columns) {
    const free = columns.flatMap((column, i) =>
      isFree(column) && !children.includes(i) && column.kind === kind ? i : [],
    );
    if (free.length === 0) return [];
    children.push(maker.pick(free));
  }
  const list = (items: readonly ColumnInfo[]) => items.map((column) => column.name).join(', ');
  // A table that refers to itself would be read while it changes.
  if (key.table !== name) {
    for (const [k, i] of children.entries()) {
      const references = { table: key.table, column: key.columns[k].name, order: list(key.columns) };
      columns[i] = { ...columns[i], references };
    }
  }
  const actions = ['DELETE', 'UPDATE'].map((on) => (maker.chance(0.7) ? ` ON ${on} ${maker.pick(ACTIONS)}` : ''));
  const deferred = maker.pick(['', '', '', ' DEFERRABLE INITIALLY DEFERRED', ' NOT DEFERRABLE']);
  const child = list(children.map((i) => columns[i]));
  return [`FOREIGN KEY (${child}) REFERENCES ${key.table} (${list(key.columns)})${actions.join('')}${deferred}`];
}

function isFree({ isRowid = false, isGenerated = false, references }: ColumnInfo): boolean {
  return !isRowid && !isGenerated && references === undefined;
}

/** Keys over plain columns; an index over an expression is none. */
function keysOf({ name, columns, uniques }: TableInfo): readonly Key[] {
  const known = new Map(columns.map((column) => [column.name, column]));
  return uniques.flatMap((unique) => {
    const found = unique.flatMap((each) => known.get(each) ?? []);
    return found.length === unique.length ? { table: name, columns: found } : [];
  });
}

function ownKeys(table: string, columns: readonly ColumnInfo[], ownKey: readonly string[]): readonly Key[] {
  if (ownKey.length === 0) return [];
  return [{ table, columns: ownKey.flatMap((name) => columns.find((column) => column.name === name) ?? []) }];
}

/** A value of a row of the parent, the same row for the same place. */
export function parentValue({ table, column, order }: Parent, place: number): string {
  return `(SELECT ${column} FROM ${table} ORDER BY ${order} LIMIT 1 OFFSET ${place})`;
}
