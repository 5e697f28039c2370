import { condition } from './condition.ts';
import { localColumn, number, scalar } from './expression.ts';
import type { Maker, Scope } from './maker.ts';

/** A window function whose answer depends on no order that the statement leaves open. */
export function windowCall(maker: Maker, scope: Scope, depth: number): string {
  const inner = { ...scope, outer: null };
  const partition = maker.chance(0.5) ? `PARTITION BY ${maker.list(1, 2, () => localColumn(maker, inner))} ` : '';
  return maker.choose([
    [
      4,
      () =>
        `${orderedFunction(maker, inner)} OVER (${partition}${uniqueOrder(maker, inner)}${frame(maker, ['ROWS', 'GROUPS'])})`,
    ],
    [2, () => `${placing(maker)} OVER (${partition}ORDER BY ${terms(maker, inner)})`],
    [
      4,
      () =>
        `${bagAggregate(maker, inner, depth)} OVER (${partition}ORDER BY ${terms(maker, inner)}${frame(maker, ['RANGE', 'GROUPS'])})`,
    ],
    [
      2,
      () =>
        `${bagAggregate(maker, inner, depth)} OVER (${partition}${uniqueOrder(maker, inner)}${frame(maker, ['ROWS', 'GROUPS', 'RANGE'])})`,
    ],
    [2, () => `${bagAggregate(maker, inner, depth)} OVER (${partition}${distanceOrder(maker, inner)})`],
    [1, () => `${bagAggregate(maker, inner, depth)} OVER (${partition.trimEnd()})`],
  ]);
}

/** `WINDOW` with one or two names, the second of which adds to the first; and calls that use them, in their own way too. */
export function namedWindow(maker: Maker, scope: Scope, depth: number): { definition: string; calls: string[] } {
  const inner = { ...scope, outer: null };
  const partition = `PARTITION BY ${localColumn(maker, inner)}`;
  const order = uniqueOrder(maker, inner);
  const call = () => (maker.chance(0.5) ? orderedFunction(maker, inner) : bagAggregate(maker, inner, depth));
  return maker.choose([
    [
      2,
      () => ({
        definition: ` WINDOW w AS (${partition} ${order}${frame(maker, ['ROWS', 'GROUPS'])})`,
        calls: [`${call()} OVER w`, `${call()} OVER w`],
      }),
    ],
    [
      1,
      () => ({
        definition: ` WINDOW w AS (${partition}), v AS (w ${order})`,
        calls: [`${call()} OVER (v${frame(maker, ['ROWS'])})`, `${bagAggregate(maker, inner, depth)} OVER w`],
      }),
    ],
    [
      1,
      () => ({
        definition: ` WINDOW w AS (${partition})`,
        calls: [`${call()} OVER (w ${order}${frame(maker, ['ROWS', 'GROUPS', 'RANGE'])})`],
      }),
    ],
  ]);
}

function terms(maker: Maker, scope: Scope): string {
  return maker.list(
    1,
    2,
    () =>
      localColumn(maker, scope) +
      maker.pick(['', '', '', ' COLLATE NOCASE']) +
      maker.pick(['', ' DESC', ' NULLS LAST', ' DESC NULLS FIRST']),
  );
}

/** ORDER BY that leaves no ties: the scope's key stands at its end. */
function uniqueOrder(maker: Maker, scope: Scope): string {
  const first = maker.chance(0.5) ? `${terms(maker, scope)}, ` : '';
  return `ORDER BY ${first}${scope.key.map((term) => term + maker.pick(['', ' DESC'])).join(', ')}`;
}

function placing(maker: Maker): string {
  return maker.pick(['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()']);
}

/** Functions that tell rows apart by their order. */
function orderedFunction(maker: Maker, scope: Scope): string {
  const any = () => scalar(maker, scope, 0);
  return maker.choose([
    [2, () => 'row_number()'],
    [1, () => `ntile(${maker.random.between(1, 5)})`],
    [2, () => `${maker.pick(['lag', 'lead'])}(${any()})`],
    [
      2,
      () =>
        `${maker.pick(['lag', 'lead'])}(${any()}, ${maker.random.below(4)}${maker.chance(0.5) ? `, ${any()}` : ''})`,
    ],
    [2, () => `${maker.pick(['first_value', 'last_value'])}(${any()})`],
    [1, () => `nth_value(${any()}, ${maker.random.between(1, 4)})`],
    [1, () => `group_concat(${any()}${maker.chance(0.5) ? ", '-'" : ''})`],
  ]);
}

/** Aggregates that see a bag of rows. */
function bagAggregate(maker: Maker, scope: Scope, depth: number): string {
  const numeric = () => number(maker, scope, Math.min(depth, 1));
  const call = maker.choose([
    [2, () => 'count(*)'],
    [2, () => `count(${localColumn(maker, scope)})`],
    [3, () => `sum(${numeric()})`],
    [1, () => `${maker.pick(['avg', 'total'])}(${numeric()})`],
    [3, () => `${maker.pick(['min', 'max'])}(${localColumn(maker, scope)})`],
  ]);
  return maker.chance(0.15) ? `${call} FILTER (WHERE ${condition(maker, scope, 0)})` : call;
}

function frame(maker: Maker, units: readonly string[]): string {
  if (maker.chance(0.3)) return '';
  const unit = maker.pick(units);
  const hasDistance = unit !== 'RANGE';
  return ` ${unit} ${bounds(maker, hasDistance)}${exclusion(maker)}`;
}

function exclusion(maker: Maker): string {
  return maker.pick(['', '', '', ' EXCLUDE NO OTHERS', ' EXCLUDE CURRENT ROW', ' EXCLUDE GROUP', ' EXCLUDE TIES']);
}

/** Bounds that SQLite accepts: the frame may not begin behind its end. */
function bounds(maker: Maker, hasDistance: boolean): string {
  const distance = () => maker.random.below(4);
  const begin = maker.pick(hasDistance ? [0, 0, 1, 1, 2, 3] : [0, 0, 2]);
  const end = maker.pick((hasDistance ? [1, 2, 2, 3, 3, 4] : [2, 4]).filter((each) => each >= begin));
  const name = (bound: number) => {
    if (bound === 0) return 'UNBOUNDED PRECEDING';
    if (bound === 1) return `${distance()} PRECEDING`;
    if (bound === 2) return 'CURRENT ROW';
    return bound === 3 ? `${distance()} FOLLOWING` : 'UNBOUNDED FOLLOWING';
  };
  if (end === 2 && begin <= 2 && maker.chance(0.3)) return name(begin);
  return `BETWEEN ${name(begin)} AND ${name(end)}`;
}

/** ORDER BY one number, and a RANGE by distance. */
function distanceOrder(maker: Maker, scope: Scope): string {
  const numeric = scope.columns.filter(({ kind }) => kind === 'INTEGER' || kind === 'REAL');
  const term = numeric.length > 0 ? maker.pick(numeric).sql : scope.key[0];
  const distance = () => maker.pick(['0', '1', '2', '0.5', '3']);
  const direction = maker.pick(['', ' DESC', ' NULLS LAST', ' DESC NULLS FIRST']);
  const range = maker.pick([
    () => `${distance()} PRECEDING`,
    () => `BETWEEN ${distance()} PRECEDING AND ${distance()} FOLLOWING`,
    () => `BETWEEN CURRENT ROW AND ${distance()} FOLLOWING`,
    () => `BETWEEN UNBOUNDED PRECEDING AND ${distance()} PRECEDING`,
    () => `BETWEEN ${distance()} FOLLOWING AND UNBOUNDED FOLLOWING`,
  ]);
  return `ORDER BY ${term}${direction} RANGE ${range()}${exclusion(maker)}`;
}
