import { condition } from './condition.ts';
import { number, text } from './expression.ts';
import type { ColumnInfo, Maker, TableInfo } from './maker.ts';
import { writable } from './maker.ts';
import { valueFor } from './schema.ts';
import { alone, tableScope } from './scope.ts';
import { literal } from './values.ts';

/** What SET says; `also`: a prefix for columns of a second row that is in sight, as `excluded.`. */
export function assignments(maker: Maker, table: TableInfo, also = ''): string {
  const columns = maker.some(writable(table), 3);
  const value = (column: ColumnInfo) => assigned(maker, table, column, also);
  if (columns.length < 2 || maker.chance(0.85)) {
    return columns.map((column) => `${column.name} = ${value(column)}`).join(', ');
  }
  const names = columns.map(({ name }) => name).join(', ');
  const other = maker.pick(maker.tables);
  // A table that is read while it is changed is a matter of luck, and so is a row of several without an order.
  if (other.name === table.name || other.key.length === 0 || maker.chance(0.5)) {
    return `(${names}) = (${columns.map(value).join(', ')})`;
  }
  const from = alone(tableScope(other));
  const items = columns.map(({ kind }) => {
    const fitting = from.columns.filter((column) => column.kind === kind);
    return fitting.length > 0 ? maker.pick(fitting).sql : literal(maker, kind);
  });
  const order = from.key.join(', ');
  return `(${names}) = (SELECT ${items.join(', ')} FROM ${other.name} WHERE ${condition(maker, from, 0)} ORDER BY ${order} LIMIT 1)`;
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
