import type { ColumnInfo, Maker } from './maker.ts';
import { derivedTable } from './select.ts';
import { makeWith } from './with.ts';

/** Views over tables, joins, compounds and the views before them. */
export function makeViews(maker: Maker): string[] {
  return Array.from({ length: maker.random.between(1, 3) }, (_, i) => makeView(maker, `v${i}`));
}

/** `CREATE VIEW`; the maker knows of it from then on. */
export function makeView(maker: Maker, name: string): string {
  maker.reset();
  const prefix = maker.chance(0.15) ? makeWith(maker) : '';
  const { sql, columns, rows } = derivedTable(maker, maker.pick([0, 0, 1]));
  const isNamed = maker.chance(0.5);
  // Names that tables have too, for NATURAL and USING.
  const names = maker.random.shuffle(['a', 'b', 'c', 'x', 'y']);
  const known = isNamed ? columns.map(({ kind }, c): ColumnInfo => ({ name: names[c], kind })) : columns;
  const list = isNamed ? ` (${known.map((column) => column.name).join(', ')})` : '';
  maker.tables.push({ name, columns: known, key: [], isView: true, uniques: [], rows });
  return `CREATE VIEW ${name}${list} AS ${prefix}${sql}`;
}
