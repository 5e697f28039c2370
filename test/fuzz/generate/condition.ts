import { column, number, scalar, text } from './expression.ts';
import type { Maker, Scope } from './maker.ts';
import { globPattern, likePattern } from './pattern.ts';
import { columnQuery, existsQuery, scalarSubquery } from './subquery.ts';
import { anyLiteral, literal } from './values.ts';

const COMPARISONS = [
  '=',
  '=',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  '<>',
  '!=',
  '==',
  'IS',
  'IS NOT',
  'IS NOT DISTINCT FROM',
  'IS DISTINCT FROM',
];
const PATTERNS = [
  "'%'",
  "'a%'",
  "'%b'",
  "'_'",
  "'%B%'",
  "'A_'",
  "'a\\%b' ESCAPE '\\'",
  "'%\\_%' ESCAPE '\\'",
  "''",
  "'1%'",
  'NULL',
];
const GLOBS = ["'*'", "'a*'", "'[ab]*'", "'?'", "'[^a]*'", "'*b*'", "'[0-9]*'", "''"];

/** An expression that is mostly a truth value. */
export function condition(maker: Maker, scope: Scope, depth: number): string {
  if (depth <= 0) return comparison(maker, scope, 0);
  const inner = () => `(${condition(maker, scope, depth - 1)})`;
  return maker.choose([
    [8, () => comparison(maker, scope, depth - 1)],
    [2, () => `${inner()} AND ${inner()}`],
    [2, () => `${inner()} OR ${inner()}`],
    [1.5, () => `NOT ${inner()}`],
    [1, () => `${column(maker, scope)} ${maker.pick(['IS NULL', 'IS NOT NULL', 'ISNULL', 'NOTNULL', 'NOT NULL'])}`],
    [0.7, () => `${inner()} IS ${maker.pick(['', 'NOT '])}${maker.pick(['TRUE', 'FALSE', 'NULL'])}`],
    [2, () => between(maker, scope, depth - 1)],
    [2, () => inList(maker, scope, depth - 1)],
    [2, () => matching(maker, scope, depth - 1)],
    [1, () => rowComparison(maker, scope, depth - 1)],
    [
      scope.isAlone ? 0 : 2,
      () => `${comparand(maker, scope, depth - 1)} ${not(maker)}IN (${columnQuery(maker, scope, 1, depth - 1)})`,
    ],
    [
      scope.isAlone ? 0 : 0.7,
      () =>
        `(${scalar(maker, scope, 0)}, ${scalar(maker, scope, 0)}) ${not(maker)}IN (${columnQuery(maker, scope, 2, depth - 1)})`,
    ],
    [scope.isAlone ? 0 : 1.5, () => `${not(maker)}EXISTS (${existsQuery(maker, scope, depth - 1)})`],
    [1, () => scalar(maker, scope, depth - 1)],
  ]);
}

function not(maker: Maker): string {
  return maker.chance(0.3) ? 'NOT ' : '';
}

function comparand(maker: Maker, scope: Scope, depth: number): string {
  const operand = maker.choose([
    [6, () => column(maker, scope)],
    [2, () => anyLiteral(maker)],
    [1, () => `(${scalar(maker, scope, depth)})`],
    [scope.isAlone ? 0 : 0.4, () => scalarSubquery(maker, scope, depth - 1)],
  ]);
  const collation = maker.chance(0.06) ? ` COLLATE ${maker.pick(['NOCASE', 'BINARY', 'RTRIM'])}` : '';
  return operand + collation;
}

function comparison(maker: Maker, scope: Scope, depth: number): string {
  const operator = maker.pick(COMPARISONS);
  return maker.choose([
    [5, () => `${comparand(maker, scope, depth)} ${operator} ${comparand(maker, scope, depth)}`],
    [2, () => `${column(maker, scope, 'INTEGER')} ${operator} ${literal(maker, 'INTEGER', 0.05)}`],
    [2, () => `${column(maker, scope, 'TEXT')} ${operator} ${literal(maker, 'TEXT', 0.05)}`],
    [1, () => `${column(maker, scope, 'REAL')} ${operator} ${literal(maker, 'REAL', 0.05)}`],
    [1, () => `(${number(maker, scope, depth)}) ${operator} (${number(maker, scope, depth)})`],
    [1, () => `(${text(maker, scope, depth)}) ${operator} (${text(maker, scope, depth)})`],
  ]);
}

function between(maker: Maker, scope: Scope, depth: number): string {
  const [low, high] = maker.chance(0.6)
    ? [literal(maker, 'INTEGER', 0.05), literal(maker, 'INTEGER', 0.05)]
    : [comparand(maker, scope, depth), comparand(maker, scope, depth)];
  return `${comparand(maker, scope, depth)} ${not(maker)}BETWEEN ${low} AND ${high}`;
}

function inList(maker: Maker, scope: Scope, depth: number): string {
  const item = () => (maker.chance(0.8) ? anyLiteral(maker) : `(${scalar(maker, scope, depth)})`);
  return `${comparand(maker, scope, depth)} ${not(maker)}IN (${maker.list(0, 5, item)})`;
}

function matching(maker: Maker, scope: Scope, depth: number): string {
  const subject = maker.chance(0.7) ? column(maker, scope, 'TEXT') : `(${scalar(maker, scope, depth)})`;
  if (maker.chance(0.3))
    return `${subject} ${not(maker)}GLOB ${maker.chance(0.5) ? maker.pick(GLOBS) : globPattern(maker)}`;
  return `${subject} ${not(maker)}LIKE ${maker.chance(0.85) ? (maker.chance(0.5) ? maker.pick(PATTERNS) : likePattern(maker)) : `(${text(maker, scope, depth)})`}`;
}

function rowComparison(maker: Maker, scope: Scope, depth: number): string {
  const row = () => `(${scalar(maker, scope, 0)}, ${scalar(maker, scope, Math.min(depth, 1))})`;
  return maker.choose([
    [3, () => `${row()} ${maker.pick(['=', '<', '<=', '>', '>=', '<>', 'IS', 'IS NOT'])} ${row()}`],
    [1, () => `${row()} ${not(maker)}BETWEEN ${row()} AND ${row()}`],
    [scope.isAlone ? 0 : 1, () => `${row()} ${not(maker)}IN (VALUES ${row()}, ${row()})`],
  ]);
}
