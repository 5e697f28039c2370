import { aggregate } from './aggregate.ts';
import { condition } from './condition.ts';
import { column, localColumn, scalar } from './expression.ts';
import { type From, makeFrom } from './from.ts';
import { type ColumnInfo, type ColumnKind, type Maker, NO_SCOPE, type Scope } from './maker.ts';
import { anyLiteral } from './values.ts';
import { namedWindow, windowCall } from './window.ts';
import { makeWith } from './with.ts';

interface Query {
  readonly sql: string;
  /** null: as many columns as the tables have. */
  readonly width: number | null;
}

/** A whole query, as a user would send it. */
export function query(maker: Maker): string {
  maker.reset();
  const prefix = maker.chance(0.2) ? makeWith(maker) : '';
  const depth = maker.pick([0, 1, 1, 2, 2, 3]);
  // SQLite has no ORDER BY behind VALUES.
  return (
    prefix + (maker.chance(0.02) ? valuesOf(maker, maker.random.between(1, 3)) : ordered(maker, body(maker, depth)))
  );
}

function body(maker: Maker, depth: number): Query {
  return maker.choose([
    [10, () => core(maker, depth, null)],
    [2, () => compound(maker, depth)],
  ]);
}

/** A last ORDER BY by position, and a LIMIT only where the order is total. */
function ordered(maker: Maker, { sql, width }: Query): string {
  if (width === null || maker.chance(0.5)) return sql;
  const positions = Array.from({ length: width }, (_, i) => i + 1);
  const isTotal = maker.chance(0.6);
  const chosen = isTotal ? maker.random.shuffle(positions) : maker.some(positions);
  const nulls = () => maker.pick(['', '', '', ' NULLS FIRST', ' NULLS LAST']);
  // Under a collation texts that differ may tie, so that no order is total; SQLite loses columns of compounds there.
  const isCompound = /UNION|INTERSECT|EXCEPT/.test(sql);
  const collation = () =>
    isTotal || isCompound || maker.chance(0.7) ? '' : maker.pick([' COLLATE NOCASE', ' COLLATE RTRIM']);
  const terms = chosen.map((position) => position + collation() + maker.pick(['', ' ASC', ' DESC', ' DESC']) + nulls());
  return `${sql} ORDER BY ${terms.join(', ')}${isTotal && maker.chance(0.6) ? limit(maker) : ''}`;
}

function limit(maker: Maker): string {
  const count = maker.pick(['0', '1', '2', '5', '10', '-1', '3 + 1']);
  return ` LIMIT ${count}${maker.chance(0.4) ? ` OFFSET ${maker.pick(['0', '1', '3', '100', '-2'])}` : ''}`;
}

/** A query for FROM, with names for its columns and the kinds that they are mostly of. */
export function derivedTable(
  maker: Maker,
  depth: number,
): { readonly sql: string; readonly columns: readonly ColumnInfo[]; readonly rows: number } {
  const width = maker.random.between(1, 3);
  const isCompound = maker.chance(0.1);
  const { sql, kinds, rows } = namedCore(maker, depth, width, isCompound ? [] : null);
  const columns = kinds.map((kind, i): ColumnInfo => ({ name: `c${i}`, kind }));
  const more = isCompound ? ` ${setOperator(maker)} ${namedCore(maker, 0, width, kinds).sql}` : '';
  const order = maker.chance(0.15) ? ` ORDER BY ${columns.map((_, i) => i + 1).join(', ')}${limit(maker)}` : '';
  return { sql: sql + more + order, columns, rows: rows * (isCompound ? 2 : 1) };
}

/**
 * `beside`: null, or the kinds of the SELECT on the left in a compound (empty: there is none yet). SQLite tests a condition
 * on a compound inside of its SELECTs, and turns INTEGERs beside REALs to REAL unless it merges the compound into the query
 * around: so columns of one place have one affinity, which is not REAL, and everything else has none.
 */
function namedCore(
  maker: Maker,
  depth: number,
  width: number,
  beside: readonly ColumnKind[] | null,
): { sql: string; kinds: ColumnKind[]; rows: number } {
  const made = makeFrom(maker, null, depth);
  const columns = made.scope.columns.filter(({ kind }) => beside === null || kind !== 'REAL');
  const from = { ...made, scope: { ...made.scope, columns } };
  const where = maker.chance(0.5) ? ` WHERE ${condition(maker, from.scope, depth)}` : '';
  const mayGroup = beside === null || beside.length === 0;
  if (mayGroup && maker.chance(0.2)) return namedGroups(maker, from, where, depth, width, beside !== null);
  const kinds: ColumnKind[] = [];
  const items = maker.list(width, width, (i) => {
    if (beside !== null) return `${besideItem(maker, from.scope, depth, beside[i], kinds)} AS c${i}`;
    const known = maker.chance(0.7) && columns.length > 0 ? maker.pick(columns) : null;
    kinds.push(known?.kind ?? 'ANY');
    return `${known?.sql ?? scalar(maker, from.scope, depth)} AS c${i}`;
  });
  return {
    sql: `SELECT ${maker.chance(0.15) ? 'DISTINCT ' : ''}${items} FROM ${from.sql}${where}`,
    kinds,
    rows: from.scope.rows,
  };
}

function namedGroups(
  maker: Maker,
  from: From,
  where: string,
  depth: number,
  width: number,
  isBare: boolean,
): ReturnType<typeof namedCore> {
  const keys = Array.from({ length: width - 1 }, () => localColumn(maker, from.scope));
  // A plus takes the affinity.
  const items = [...keys.map((key) => (isBare ? `+${key}` : key)), aggregate(maker, from.scope, depth)].map(
    (item, i) => `${item} AS c${i}`,
  );
  const group = keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : '';
  return {
    sql: `SELECT ${items.join(', ')} FROM ${from.sql}${where}${group}`,
    kinds: items.map((): ColumnKind => 'ANY'),
    rows: keys.length > 0 ? from.scope.rows : 1,
  };
}

/** A table's column of the wanted kind, or a value without affinity, and its kind put to `kinds`. */
function besideItem(
  maker: Maker,
  scope: Scope,
  depth: number,
  wanted: ColumnKind | undefined,
  kinds: ColumnKind[],
): string {
  const fitting = scope.columns.filter(
    ({ sql, kind }) => /^q\d+\.[a-e]$/.test(sql) && kind !== 'ANY' && (wanted === undefined || kind === wanted),
  );
  const known = maker.chance(0.7) && fitting.length > 0 ? maker.pick(fitting) : null;
  kinds.push(known?.kind ?? 'ANY');
  if (known !== null) return known.sql;
  const value = scalar(maker, scope, depth);
  return wanted === 'INTEGER' || wanted === 'TEXT' ? `CAST(${value} AS ${wanted})` : `+(${value})`;
}

/** One SELECT; `width` columns, or as many as it likes. */
function core(maker: Maker, depth: number, width: number | null): Query {
  const kind = maker.pick(['plain', 'plain', 'plain', 'grouped', 'grouped', 'windowed'] as const);
  const from = makeFrom(maker, null, depth, kind === 'windowed' ? 1 : 3);
  const where = maker.chance(0.6) ? ` WHERE ${condition(maker, from.scope, depth)}` : '';
  if (kind === 'grouped') return grouped(maker, from, where, depth, width);
  if (kind === 'windowed' && from.scope.key.length > 0) return windowed(maker, from, where, depth, width);
  return plain(maker, from, where, depth, width);
}

function select(items: readonly string[], from: From, tail: string, distinct = ''): Query {
  return { sql: `SELECT ${distinct}${items.join(', ')} FROM ${from.sql}${tail}`, width: items.length };
}

function plain(maker: Maker, from: From, where: string, depth: number, width: number | null): Query {
  const { scope } = from;
  if (width === null && maker.chance(0.1)) return { sql: `SELECT * FROM ${from.sql}${where}`, width: null };
  const count = width ?? maker.random.between(1, 4);
  const items = Array.from({ length: count }, () => item(maker, scope, depth, width === null));
  return select(items, from, where, maker.chance(0.15) ? 'DISTINCT ' : '');
}

function item(maker: Maker, scope: Scope, depth: number, mayHaveName: boolean): string {
  const expression = maker.chance(0.4) ? column(maker, scope) : scalar(maker, scope, depth);
  return mayHaveName && maker.chance(0.15) ? `${expression} AS x${maker.random.below(3)}` : expression;
}

function grouped(maker: Maker, from: From, where: string, depth: number, width: number | null): Query {
  const { scope } = from;
  const count = width ?? maker.random.between(1, 4);
  const keyCount = Math.min(count - (maker.chance(0.8) ? 1 : 0), maker.pick([0, 0, 1, 1, 2]));
  const keys = Array.from({ length: keyCount }, () =>
    maker.chance(0.8) ? localColumn(maker, scope) : scalar(maker, scope, 1),
  );
  const calls = Array.from({ length: count - keys.length }, () => overAggregates(maker, scope, depth, keys));
  const having =
    maker.chance(0.3) && (keys.length > 0 || calls.length > 0)
      ? ` HAVING ${havingCondition(maker, scope, depth, keys)}`
      : '';
  const byPosition = maker.chance(0.2);
  const group =
    keys.length > 0 ? ` GROUP BY ${keys.map((key, i) => (byPosition || isLiteral(key) ? i + 1 : key)).join(', ')}` : '';
  return select([...keys, ...calls], from, where + group + having);
}

/** A number in GROUP BY would be a position. */
function isLiteral(key: string): boolean {
  return /^\(*[-+]?\s*\d/.test(key);
}

/** Aggregates, and expressions over them and over the keys. */
function overAggregates(maker: Maker, scope: Scope, depth: number, keys: readonly string[]): string {
  const call = () => aggregate(maker, scope, depth);
  return maker.choose([
    [7, call],
    [1, () => `${call()} + ${call()}`],
    [1, () => `coalesce(${call()}, ${anyLiteral(maker)})`],
    [
      0.7,
      () =>
        `CASE WHEN ${call()} > ${call()} THEN ${keys.length > 0 ? maker.pick(keys) : call()} ELSE ${anyLiteral(maker)} END`,
    ],
    [0.5, () => `typeof(${call()})`],
  ]);
}

export function havingCondition(maker: Maker, scope: Scope, depth: number, keys: readonly string[]): string {
  const left = keys.length > 0 && maker.chance(0.3) ? maker.pick(keys) : aggregate(maker, scope, depth);
  const test = `${left} ${maker.pick(['>', '<', '>=', '<=', '=', '<>', 'IS NOT'])} ${anyLiteral(maker)}`;
  return maker.chance(0.2) ? `${test} ${maker.pick(['AND', 'OR'])} count(*) > ${maker.random.below(4)}` : test;
}

function windowed(maker: Maker, from: From, where: string, depth: number, width: number | null): Query {
  const { scope } = from;
  const count = width ?? maker.random.between(1, 4);
  const items = Array.from({ length: count }, (_, i) =>
    i === 0 || maker.chance(0.5) ? windowCall(maker, scope, depth) : column(maker, scope),
  );
  if (maker.chance(0.75)) return select(items, from, where);
  const { definition, calls } = namedWindow(maker, scope, depth);
  return select([...items.slice(calls.length), ...calls].slice(0, count), from, where + definition);
}

function setOperator(maker: Maker): string {
  return maker.pick(['UNION', 'UNION ALL', 'UNION ALL', 'INTERSECT', 'EXCEPT']);
}

function compound(maker: Maker, depth: number): Query {
  const width = maker.random.between(1, 3);
  const parts = maker.random.between(2, 3);
  let { sql } = core(maker, depth, width);
  for (let i = 1; i < parts; i++) {
    // SQLite has no ORDER BY behind VALUES.
    const next =
      i === parts - 1 || maker.chance(0.7) ? core(maker, Math.min(depth, 1), width).sql : valuesOf(maker, width);
    sql += ` ${setOperator(maker)} ${next}`;
  }
  return { sql, width };
}

function valuesOf(maker: Maker, width: number): string {
  return `VALUES ${maker.list(1, 3, () => `(${maker.list(width, width, () => scalar(maker, NO_SCOPE, 1))})`)}`;
}
