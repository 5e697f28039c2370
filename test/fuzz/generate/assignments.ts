import { number, text } from './expression.ts';
import type { ColumnInfo, Maker, TableInfo } from './maker.ts';
import { writable } from './maker.ts';
import { valueFor } from './schema.ts';
import { tableScope } from './scope.ts';
import { literal } from './values.ts';

/** What SET says; `also`: a prefix for columns of a second row that is in sight, as `excluded.`. */
export function assignments(maker: Maker, table: TableInfo, also = ''): string {
  const columns = maker.some(writable(table), 3);
  const value = (column: ColumnInfo) => assigned(maker, table, column, also);
  if (columns.length < 2 || maker.chance(0.85)) {
    return columns.map((column) => `${column.name} = ${value(column)}`).join(', ');
  }
  return `(${columns.map(({ name }) => name).join(', ')}) = (${columns.map(value).join(', ')})`;
}

/** A rowid that moves onto the next row, and a subquery that reads what the statement has changed, are matters of luck. */
function assigned(maker: Maker, table: TableInfo, column: ColumnInfo, also: string): string {
  const { name, kind, isRowid = false } = column;
  if (isRowid) return valueFor(maker, column);
  const scope = tableScope(table);
  return maker.choose([
    [column.references !== undefined ? 12 : 0, () => valueFor(maker, column, maker.random.below(5))],
    [4, () => literal(maker, kind)],
    [2, () => (also === '' ? name : `${also}${name}`)],
    [kind === 'INTEGER' ? 3 : 0, () => `${name} + ${maker.random.between(-2, 5)}`],
    [kind === 'TEXT' ? 3 : 0, () => `${name} || ${literal(maker, 'TEXT', 0)}`],
    [1, () => (maker.chance(0.5) ? number(maker, scope, 1) : text(maker, scope, 1))],
  ]);
}
