import { condition } from './condition.ts';
import { localColumn, number, scalar } from './expression.ts';
import type { Maker, Scope } from './maker.ts';

/** A scope for the arguments of aggregates: one whose columns all lie outside would belong to the query there. */
function local(scope: Scope): Scope {
  return { ...scope, outer: null };
}

/** A call of an aggregate whose answer depends on no order of the rows. */
export function aggregate(maker: Maker, scope: Scope, depth: number): string {
  const inner = local(scope);
  const any = () => (maker.chance(0.6) ? localColumn(maker, inner) : scalar(maker, inner, Math.min(depth, 1)));
  const numeric = () => number(maker, inner, maker.chance(0.6) ? 0 : Math.min(depth, 1));
  const call = maker.choose([
    [3, () => 'count(*)'],
    [2, () => `count(${distinct(maker)}${any()})`],
    [3, () => `sum(${distinct(maker)}${numeric()})`],
    [1, () => `total(${distinct(maker)}${numeric()})`],
    [2, () => `avg(${distinct(maker)}${numeric()})`],
    [4, () => `${maker.pick(['min', 'max'])}(${any()})`],
    [1, () => concatenation(maker, inner)],
    [maker.hasJson ? 2 : 0, () => gathered(maker, inner)],
  ]);
  return maker.chance(0.15) ? `${call} FILTER (WHERE ${condition(maker, inner, Math.min(depth, 1))})` : call;
}

function distinct(maker: Maker): string {
  return maker.chance(0.2) ? 'DISTINCT ' : '';
}

/** Blobs are no JSON, and a text is one or not depending on where it comes from. */
function gathered(maker: Maker, scope: Scope): string {
  if (scope.key.length === 0) return 'count(*)';
  const order = scope.key.map((term) => term + maker.pick(['', ' DESC'])).join(', ');
  const value = maker.pick([`${localColumn(maker, scope)} || ''`, `${localColumn(maker, scope)} IS NULL`]);
  if (maker.chance(0.6)) return `json_group_array(${value} ORDER BY ${order})`;
  return `json_group_object(${localColumn(maker, scope)} || '', ${value} ORDER BY ${order})`;
}

function concatenation(maker: Maker, scope: Scope): string {
  if (scope.key.length === 0) return 'count(*)';
  const name = maker.pick(['group_concat', 'string_agg']);
  const separator = name === 'string_agg' || maker.chance(0.5) ? `, ${maker.pick(["'-'", "''", "', '"])}` : '';
  const order = scope.key.map((term) => term + maker.pick(['', ' DESC'])).join(', ');
  return `${name}(${localColumn(maker, scope)}${separator} ORDER BY ${order})`;
}
