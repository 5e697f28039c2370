import { condition } from './condition.ts';
import { dateNumber, dateText } from './date.ts';
import { jsonText, jsonValue } from './json.ts';
import type { ColumnKind, Maker, Scope, ScopeColumn } from './maker.ts';
import { printf } from './printf.ts';
import { scalarSubquery } from './subquery.ts';
import { anyLiteral, literal } from './values.ts';

/** All columns in sight; the near ones come first. */
function visibleColumns(maker: Maker, scope: Scope): readonly ScopeColumn[] {
  if (scope.outer !== null && (scope.columns.length === 0 || maker.chance(0.3)))
    return visibleColumns(maker, scope.outer);
  return scope.columns;
}

/** A column, of the wanted kind where there is one; a literal where nothing is in sight. */
export function column(maker: Maker, scope: Scope, kind?: ColumnKind): string {
  const columns = visibleColumns(maker, scope);
  if (columns.length === 0) return kind === undefined ? anyLiteral(maker) : literal(maker, kind);
  const fitting = kind === undefined ? [] : columns.filter((each) => each.kind === kind);
  return maker.pick(fitting.length > 0 && maker.chance(0.9) ? fitting : columns).sql;
}

export function localColumn(maker: Maker, scope: Scope): string {
  return scope.columns.length === 0 ? anyLiteral(maker) : maker.pick(scope.columns).sql;
}

/** Any expression without aggregates. */
export function scalar(maker: Maker, scope: Scope, depth: number): string {
  if (depth <= 0) return maker.chance(0.7) ? column(maker, scope) : anyLiteral(maker);
  return maker.choose([
    [6, () => column(maker, scope)],
    [2, () => anyLiteral(maker)],
    [4, () => number(maker, scope, depth)],
    [4, () => text(maker, scope, depth)],
    [2, () => condition(maker, scope, depth - 1)],
    [2, () => choice(maker, scope, depth)],
    [maker.hasJson ? 2.5 : 0.3, () => `(${jsonValue(maker, scope, depth - 1)})`],
    [1, () => cast(maker, scope, depth)],
    [scope.isAlone ? 0 : 1, () => scalarSubquery(maker, scope, depth - 1)],
  ]);
}

/** Mostly with brackets, so that precedence is tried too. */
function operand(maker: Maker, expression: string): string {
  const isPlain = /^[\w.]+$|^'[^']*'$|^\w+\([^()]*\)$/.test(expression);
  return isPlain || maker.chance(0.15) ? expression : `(${expression})`;
}

/** An expression that is mostly a number. */
export function number(maker: Maker, scope: Scope, depth: number): string {
  if (depth <= 0) return maker.chance(0.75) ? column(maker, scope, 'INTEGER') : literal(maker, 'INTEGER', 0.05);
  const part = () =>
    operand(maker, maker.chance(0.8) ? number(maker, scope, depth - 1) : scalar(maker, scope, depth - 1));
  return maker.choose([
    [3, () => column(maker, scope, maker.pick(['INTEGER', 'REAL', 'INTEGER']))],
    [1, () => literal(maker, maker.pick(['INTEGER', 'REAL']), 0.1)],
    [4, () => `${part()} ${maker.pick(['+', '-', '+', '*', '/', '%'])} ${part()}`],
    [1, () => `${part()} ${maker.pick(['&', '|', '<<', '>>'])} ${part()}`],
    [1, () => `${maker.pick(['-', '+', '~'])} ${part()}`],
    [3, () => numericFunction(maker, scope, depth)],
  ]);
}

function numericFunction(maker: Maker, scope: Scope, depth: number): string {
  const any = () => scalar(maker, scope, depth - 1);
  const numeric = () => number(maker, scope, depth - 1);
  return maker.choose([
    [2, () => `abs(${numeric()})`],
    [2, () => `length(${any()})`],
    [1, () => `octet_length(${any()})`],
    [1, () => `round(${numeric()})`],
    [1, () => `round(${numeric()}, ${maker.random.between(-1, 4)})`],
    [1, () => `instr(${any()}, ${any()})`],
    [1, () => `unicode(${any()})`],
    [1, () => `sign(${any()})`],
    [1, () => `${maker.pick(['ceil', 'floor', 'trunc'])}(${numeric()})`],
    [0.5, () => `mod(${numeric()}, ${numeric()})`],
    [1, () => `${maker.pick(['max', 'min'])}(${numeric()}, ${numeric()})`],
    [0.5, () => `sqrt(${numeric()})`],
    [1, () => dateNumber(maker, scope)],
  ]);
}

/** An expression that is mostly text. */
export function text(maker: Maker, scope: Scope, depth: number): string {
  if (depth <= 0) return maker.chance(0.75) ? column(maker, scope, 'TEXT') : literal(maker, 'TEXT', 0.05);
  const any = () => scalar(maker, scope, depth - 1);
  const textual = () => text(maker, scope, depth - 1);
  const small = () => String(maker.random.between(-3, 4));
  return maker.choose([
    [3, () => column(maker, scope, 'TEXT')],
    [3, () => `${operand(maker, textual())} || ${operand(maker, any())}`],
    [2, () => `${maker.pick(['upper', 'lower'])}(${any()})`],
    [2, () => `substr(${any()}, ${small()}${maker.chance(0.6) ? `, ${small()}` : ''})`],
    [2, () => `${maker.pick(['trim', 'ltrim', 'rtrim'])}(${any()}${maker.chance(0.3) ? `, ${textual()}` : ''})`],
    [1, () => `replace(${textual()}, ${textual()}, ${textual()})`],
    [1, () => `hex(${any()})`],
    [1, () => `quote(${any()})`],
    [2, () => `typeof(${any()})`],
    [0.5, () => `char(${maker.random.between(60, 130)}, ${number(maker, scope, 0)})`],
    [0.8, () => printf(maker, scope, depth - 1)],
    [1, () => dateText(maker, scope)],
    [maker.hasJson ? 2.5 : 0.4, () => jsonText(maker, scope, depth - 1)],
    [0.5, () => `concat(${any()}, ${any()})`],
    [0.5, () => `concat_ws(${textual()}, ${any()}, ${any()})`],
  ]);
}

function choice(maker: Maker, scope: Scope, depth: number): string {
  const any = () => scalar(maker, scope, depth - 1);
  const test = () => condition(maker, scope, depth - 1);
  return maker.choose([
    [
      3,
      () =>
        `CASE WHEN ${test()} THEN ${any()}${maker.chance(0.3) ? ` WHEN ${test()} THEN ${any()}` : ''}${maker.chance(0.6) ? ` ELSE ${any()}` : ''} END`,
    ],
    [2, () => `CASE ${any()} WHEN ${any()} THEN ${any()} WHEN ${any()} THEN ${any()} ELSE ${any()} END`],
    [2, () => `coalesce(${any()}, ${any()}${maker.chance(0.3) ? `, ${any()}` : ''})`],
    [1, () => `ifnull(${any()}, ${any()})`],
    [2, () => `nullif(${any()}, ${any()})`],
    [1, () => `iif(${test()}, ${any()}, ${any()})`],
    [1, () => `${maker.pick(['max', 'min'])}(${any()}, ${any()})`],
    [0.3, () => `likely(${any()})`],
  ]);
}

function cast(maker: Maker, scope: Scope, depth: number): string {
  return `CAST(${scalar(maker, scope, depth - 1)} AS ${maker.pick(['INTEGER', 'REAL', 'TEXT', 'BLOB', 'NUMERIC', 'INTEGER', 'TEXT'])})`;
}
