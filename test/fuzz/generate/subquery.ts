import { aggregate } from './aggregate.ts';
import { condition } from './condition.ts';
import { localColumn, scalar } from './expression.ts';
import { makeFrom } from './from.ts';
import type { Maker, Scope } from './maker.ts';

/** A query of one row and one column: an aggregate, or the first row of an order. */
export function scalarSubquery(maker: Maker, outer: Scope, depth: number): string {
  const from = makeFrom(maker, outer, Math.min(depth, 1));
  const where = maker.chance(0.7) ? ` WHERE ${condition(maker, from.scope, depth)}` : '';
  if (from.scope.key.length === 0 || maker.chance(0.6)) {
    return `(SELECT ${aggregate(maker, from.scope, depth)} FROM ${from.sql}${where})`;
  }
  const order = from.scope.key.map((term) => term + maker.pick(['', ' DESC'])).join(', ');
  return `(SELECT ${localColumn(maker, from.scope)} FROM ${from.sql}${where} ORDER BY ${order} LIMIT 1)`;
}

/** A query of any number of rows, for IN. */
export function columnQuery(maker: Maker, outer: Scope, width: number, depth: number): string {
  const from = makeFrom(maker, outer, Math.min(depth, 1));
  const where = maker.chance(0.6) ? ` WHERE ${condition(maker, from.scope, depth)}` : '';
  const item = () => (maker.chance(0.8) ? localColumn(maker, from.scope) : scalar(maker, from.scope, depth));
  const items = maker.list(width, width, item);
  if (width === 1 && maker.chance(0.15)) {
    const group = localColumn(maker, from.scope);
    return `SELECT ${group} FROM ${from.sql}${where} GROUP BY ${group} HAVING count(*) > ${maker.random.below(3)}`;
  }
  const compound = maker.chance(0.1)
    ? ` UNION${maker.pick(['', ' ALL'])} SELECT ${maker.list(width, width, () => scalar(maker, outer, 0))}`
    : '';
  return `SELECT ${maker.chance(0.1) ? 'DISTINCT ' : ''}${items} FROM ${from.sql}${where}${compound}`;
}

export function existsQuery(maker: Maker, outer: Scope, depth: number): string {
  const from = makeFrom(maker, outer, Math.min(depth, 1));
  return `SELECT ${maker.pick(['1', '*', 'NULL'])} FROM ${from.sql} WHERE ${condition(maker, from.scope, depth)}`;
}
