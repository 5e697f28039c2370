import { condition } from './condition.ts';
import { jsonRows } from './json.ts';
import type { ColumnInfo, Maker, Scope, ScopeColumn, TableInfo } from './maker.ts';
import { derivedTable } from './select.ts';
import { anyLiteral } from './values.ts';

export interface From {
  readonly sql: string;
  readonly scope: Scope;
}

interface Source {
  readonly sql: string;
  readonly rows: number;
  readonly alias: string;
  readonly columns: readonly ColumnInfo[];
  readonly key: readonly string[];
}

/** What joins, and subqueries for each row, may come to: more rows take time and show nothing more. */
const MOST_ROWS = 4_000;

/** Tables, subqueries and WITH tables, joined in every way. */
export function makeFrom(maker: Maker, outer: Scope | null, depth: number, mostJoins = 3): From {
  let from = scopeOf(makeSource(maker, depth, outer), outer);
  const joins = Math.min(mostJoins, depth <= 0 ? maker.random.below(2) : maker.pick([0, 0, 1, 1, 1, 2, 2, 3]));
  for (let i = 0; i < joins; i++) {
    const source = makeSource(maker, depth, outer);
    if (from.scope.rows * source.rows <= MOST_ROWS) from = join(maker, from, source, depth);
  }
  return from;
}

function scopeOf({ sql, alias, columns, key, rows }: Source, outer: Scope | null): From {
  const scoped = columns.map(({ name, kind }): ScopeColumn => ({ sql: `${alias}.${name}`, kind }));
  const scope = { columns: scoped, key: key.map((name) => `${alias}.${name}`), outer, rows: rows * (outer?.rows ?? 1) };
  return { sql, scope };
}

function makeSource(maker: Maker, depth: number, outer: Scope | null): Source {
  const most = MOST_ROWS / (outer?.rows ?? 1);
  const small = (tables: readonly TableInfo[]) => tables.filter(({ rows }) => rows <= most);
  const [tables, commonTables] = [small(maker.tables), small(maker.commonTables)];
  return maker.choose<Source>([
    [tables.length > 0 ? 8 : 0, () => tableSource(maker, maker.pick(tables))],
    [commonTables.length > 0 ? 5 : 0, () => tableSource(maker, maker.pick(commonTables))],
    [depth > 0 && most > 100 ? 2 : 0, () => derivedSource(maker, depth - 1)],
    [0.4, () => valuesSource(maker)],
    [maker.hasJson ? 1 : 0, () => jsonSource(maker)],
  ]);
}

function tableSource(maker: Maker, { name, columns, key, rows }: TableInfo): Source {
  const alias = maker.alias();
  return { sql: `${name} ${maker.pick(['', 'AS '])}${alias}`, alias, columns, key, rows };
}

function derivedSource(maker: Maker, depth: number): Source {
  const alias = maker.alias();
  const { sql, columns, rows } = derivedTable(maker, depth);
  return { sql: `(${sql}) AS ${alias}`, alias, columns, key: [], rows };
}

function valuesSource(maker: Maker): Source {
  const alias = maker.alias();
  const width = maker.random.between(1, 2);
  const rows = maker.list(1, 4, () => `(${maker.list(width, width, () => anyLiteral(maker))})`);
  const columns = Array.from({ length: width }, (_, i): ColumnInfo => ({ name: `column${i + 1}`, kind: 'ANY' }));
  return { sql: `(VALUES ${rows}) AS ${alias}`, alias, columns, key: [], rows: 4 };
}

function jsonSource(maker: Maker): Source {
  const alias = maker.alias();
  const columns = ['key', 'value', 'type', 'atom', 'fullkey', 'path'].map(
    (name): ColumnInfo => ({ name, kind: ['type', 'fullkey', 'path'].includes(name) ? 'TEXT' : 'ANY' }),
  );
  return { sql: `${jsonRows(maker)} AS ${alias}`, alias, columns, key: [], rows: 10 };
}

function join(maker: Maker, left: From, source: Source, depth: number): From {
  const right = scopeOf(source, null);
  const isUnique = left.scope.key.length > 0 && right.scope.key.length > 0;
  const scope: Scope = {
    columns: [...left.scope.columns, ...right.scope.columns],
    key: isUnique ? [...left.scope.key, ...right.scope.key] : [],
    outer: left.scope.outer,
    rows: left.scope.rows * source.rows,
  };
  // A product of three tables has more rows than it shows anything.
  const isLarge = left.sql.includes(' JOIN ') || left.sql.includes(', ');
  return maker.choose<From>([
    [isLarge ? 0 : 1, () => ({ sql: `${left.sql}, ${right.sql}`, scope })],
    [isLarge ? 0 : 0.5, () => ({ sql: `${left.sql} CROSS JOIN ${right.sql}`, scope })],
    [7, () => joinOn(maker, left, right, scope, depth)],
    [1.5, () => joinByNames(maker, left, source, right, scope)],
  ]);
}

function joinOn(maker: Maker, left: From, right: From, scope: Scope, depth: number): From {
  const condition = joinCondition(maker, left, right, scope, depth);
  // An equality leaves about as many as one side has.
  const rows = condition.includes(' = ') ? Math.max(left.scope.rows, right.scope.rows, scope.rows / 4) : scope.rows;
  return { sql: `${left.sql} ${joinKind(maker)}JOIN ${right.sql} ON ${condition}`, scope: { ...scope, rows } };
}

function joinKind(maker: Maker): string {
  return maker.pick(['', 'INNER ', 'LEFT ', 'LEFT OUTER ', 'LEFT ', 'RIGHT ', 'FULL ', 'FULL OUTER ']);
}

/** Mostly an equality of columns of one kind. */
function joinCondition(maker: Maker, left: From, right: From, scope: Scope, depth: number): string {
  // A name without its table may become ambiguous by a table further right.
  const near = { ...scope, columns: scope.columns.filter(({ sql }) => sql.includes('.')), outer: null };
  if (maker.chance(left.sql.includes(' JOIN ') ? 0.03 : 0.15)) return condition(maker, near, Math.min(depth, 1));
  const one = maker.pick(left.scope.columns.filter(({ sql }) => sql.includes('.')));
  const fitting = right.scope.columns.filter(({ kind }) => kind === one.kind);
  const other = maker.pick(fitting.length > 0 ? fitting : right.scope.columns);
  const equal = `${one.sql} ${maker.chance(0.9) ? '=' : maker.pick(['IS', '<', '>=', '<>'])} ${other.sql}`;
  return maker.chance(0.25)
    ? `${equal} ${maker.pick(['AND', 'AND', 'OR'])} (${condition(maker, near, Math.min(depth, 1))})`
    : equal;
}

/**
 * NATURAL and USING. Columns that the sides share go by their bare names, which are ambiguous when a third has them; a join
 * takes the first of several then, where no outer join of a right side is around.
 */
function joinByNames(maker: Maker, left: From, source: Source, right: From, scope: Scope): From {
  const count = (name: string) => left.scope.columns.filter(({ sql }) => sql.endsWith(`.${name}`)).length;
  const shared = source.columns.filter(({ name }) => count(name) > 0).map(({ name }) => name);
  const isOpen = shared.some((name) => count(name) > 1);
  if (shared.length === 0 || (isOpen && /(RIGHT|FULL) /.test(left.sql))) {
    return { sql: `${left.sql} CROSS JOIN ${right.sql}`, scope };
  }
  const isNatural = maker.chance(0.4);
  const used = isNatural ? shared : maker.some(shared);
  const bare = used
    .filter((name) => count(name) === 1)
    .map(
      (name): ScopeColumn => ({ sql: name, kind: source.columns.find((each) => each.name === name)?.kind ?? 'ANY' }),
    );
  const kind = isOpen ? maker.pick(['', 'INNER ', 'LEFT ']) : joinKind(maker);
  const sql = isNatural
    ? `${left.sql} NATURAL ${kind}JOIN ${right.sql}`
    : `${left.sql} ${kind}JOIN ${right.sql} USING (${used.join(', ')})`;
  // Later joins see the names of the sides only, so that bare ones never become ambiguous.
  return { sql, scope: maker.chance(0.5) ? { ...scope, columns: [...scope.columns, ...bare] } : scope };
}
