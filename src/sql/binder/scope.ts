import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { outer } from '../expressions/build.ts';
import { mapColumns } from '../expressions/inspect.ts';
import type { StaticType } from '../expressions/static-type.ts';
import { bindError, readColumn, type SchemaName } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import type { ColumnId, PlanColumn } from './logical-plan.ts';
import { foldName, isRowidName, sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import type { ResultAliases } from './result-aliases.ts';

/** A name that FROM offers. */
export interface ScopeColumn {
  /** The table's alias, or its name; null for the merged column of a USING join. */
  readonly table: string | null;
  /** Of a table or view; left out for everything else. */
  readonly schema?: SchemaName | null;
  readonly name: string;
  readonly column: PlanColumn;
  /** What the name reads: the column itself, or coalesce(left, right) for a merged one. */
  readonly expression: BoundExpression;
  /**
   * hidden: only found as table.column; rowid: only found by the rowid's names; unlisted: not part of `*`, and behind a
   * visible column of its name.
   */
  readonly visibility: 'visible' | 'hidden' | 'unlisted' | 'rowid';
  /** Of a table's own column. */
  readonly origin?: ColumnOrigin;
}

const SQLITE_TYPES: ReadonlySet<string> = new Set(['INTEGER', 'REAL', 'TEXT', 'BLOB', 'ANY']);

export function isSqliteType({ kind }: StaticType): boolean {
  return SQLITE_TYPES.has(kind);
}

/**
 * A name that stands for a value and not for a column: comparisons convert nothing on its account, as SQLite has it of `old`,
 * `new` and `excluded`. Types that SQLite does not know stay what they are.
 */
export function asValue(column: ScopeColumn, collation = column.column.collation): ScopeColumn {
  const affinity = isSqliteType(column.column.type) ? 'NONE' : column.column.affinity;
  return withAffinity(column, affinity, collation);
}

export function withAffinity(
  column: ScopeColumn,
  affinity: Affinity,
  collation = column.column.collation,
): ScopeColumn {
  const value: PlanColumn = { ...column.column, affinity, collation };
  return { ...column, column: value, expression: readColumn(value) };
}

/** Which column of which table a name stands for, and whether the table goes by its own name. */
export interface ColumnOrigin {
  readonly tableId: number;
  readonly column: number;
  readonly isAliased: boolean;
}

/** The line between a subquery and the query that evaluates it for each of its rows. */
export interface Boundary {
  readonly outer: Scope;
  /** Columns of enclosing queries that the subquery reads: of the query directly around, and further out. */
  readonly free: Map<ColumnId, PlanColumn>;
  /** That of what is LATERAL: it is read with the FROM in which it stands. */
  readonly lateral?: true;
}

/** A map of a small table's names is not worth making for a few of them. */
const COMPARISONS_WITHOUT_MAP = 200;

/** The names of one SELECT: columns of FROM, then aliases of the result, then the enclosing query's names. */
export class Scope {
  readonly columns: readonly ScopeColumn[];
  readonly boundary: Boundary | null;
  /** Those of the result, for WHERE, GROUP BY, HAVING and ORDER BY. */
  aliases: ResultAliases | null = null;
  /** Set while clauses are bound in which this SELECT's aggregates may stand: where its subqueries' may go. */
  grouping: ExpressionContext | null = null;
  private byName: Map<string, ScopeColumn[]> | null = null;
  private asked = 0;

  constructor(columns: readonly ScopeColumn[], boundary: Boundary | null) {
    this.columns = columns;
    this.boundary = boundary;
  }

  /** The names of all tables in FROM, for `t.*` and messages. */
  hasTable(table: string): boolean {
    return this.columns.some((column) => column.table !== null && sameName(column.table, table));
  }

  /** The columns of a name: looked for one by one at first, and in a map once that would take longer. */
  private named(name: string): readonly ScopeColumn[] {
    if (this.byName === null) {
      this.asked += this.columns.length;
      if (this.asked < COMPARISONS_WITHOUT_MAP) return this.columns.filter((column) => sameName(column.name, name));
      this.byName = new Map();
      for (const column of this.columns) {
        const key = foldName(column.name);
        const known = this.byName.get(key);
        if (known === undefined) this.byName.set(key, [column]);
        else known.push(column);
      }
    }
    return this.byName.get(foldName(name)) ?? [];
  }

  private matches(table: string | null, name: string, schema: SchemaName | null): readonly ScopeColumn[] {
    const named = this.named(name).filter((column) => isNamed(column, table, schema));
    if (named.length > 1) {
      const listed = named.filter((column) => column.visibility !== 'unlisted');
      if (listed.length > 0) return listed;
    }
    if (named.length > 0 || !isRowidName(name)) return named;
    return this.columns.filter((column) => column.visibility === 'rowid' && isInTable(column, table, schema));
  }

  /** The column of this name that most names stand for: one of few, and not the only one of its name. */
  private soleMatch(table: string | null, name: string, schema: SchemaName | null): ScopeColumn | null {
    if (this.byName !== null) {
      const named = this.byName.get(foldName(name));
      return named?.length === 1 && isNamed(named[0], table, schema) ? named[0] : null;
    }
    this.asked += this.columns.length;
    if (this.asked >= COMPARISONS_WITHOUT_MAP) return null;
    let sole: ScopeColumn | null = null;
    for (const column of this.columns) {
      if (!sameName(column.name, name) || !isNamed(column, table, schema)) continue;
      if (sole !== null) return null;
      sole = column;
    }
    return sole;
  }

  /** The one column of this name here, or null. */
  find(table: string | null, name: string, node: SourceRange, schema: SchemaName | null): ScopeColumn | null {
    const sole = this.soleMatch(table, name, schema);
    if (sole !== null) return sole;
    const matches = this.matches(table, name, schema);
    if (matches.length > 1) {
      const tables = matches.map((match) => `${match.table ?? ''}.${match.name}`);
      throw bindError('AMBIGUOUS_COLUMN', `ambiguous column name "${name}": ${tables.join(' or ')}`, node);
    }
    return matches[0] ?? null;
  }
}

function isInTable(column: ScopeColumn, table: string | null, schema: SchemaName | null): boolean {
  if (schema !== null && column.schema !== schema) return false;
  return table === null || (column.table !== null && sameName(column.table, table));
}

/** True for a column of the name that is asked for, if that is to be found behind `table`, or behind none. */
function isNamed(column: ScopeColumn, table: string | null, schema: SchemaName | null): boolean {
  const { visibility } = column;
  return visibility !== 'rowid' && (table !== null || visibility !== 'hidden') && isInTable(column, table, schema);
}

/** A name found: its expression, or an alias whose expression is to be bound. */
export type Resolution =
  | { readonly kind: 'column'; readonly expression: BoundExpression; readonly origin: ColumnOrigin | null }
  | { readonly kind: 'alias'; readonly expression: Expression };

const NOT_CROSSED: readonly Boundary[] = [];

/** Looks a name up from the inside out. Returns null when nobody knows it. */
export function resolveName(
  scope: Scope,
  table: string | null,
  name: string,
  node: SourceRange,
  schema: SchemaName | null = null,
): Resolution | null {
  let crossed = NOT_CROSSED;
  for (let current: Scope | null = scope; current !== null; current = current.boundary?.outer ?? null) {
    const found = current.find(table, name, node, schema);
    if (found !== null) {
      return { kind: 'column', expression: fromOutside(found, crossed), origin: found.origin ?? null };
    }
    if (table === null && crossed.length === 0) {
      const alias = current.aliases?.get(foldName(name));
      if (alias !== undefined) return { kind: 'alias', expression: alias };
    }
    if (current.boundary !== null) crossed = [...crossed, current.boundary];
  }
  return null;
}

/** Reads a column across subquery boundaries, innermost first, and notes on each that it is needed. */
function fromOutside(found: ScopeColumn, crossed: readonly Boundary[]): BoundExpression {
  return crossed.length === 0 ? found.expression : readAcross(found.expression, crossed);
}

/** An expression of an enclosing query as a subquery reads it, which the boundaries in between take note of. */
export function readAcross(expression: BoundExpression, crossed: readonly Boundary[]): BoundExpression {
  return mapColumns(expression, (reference) => {
    const { index: id, name, type, collation, affinity } = reference;
    for (const boundary of crossed) boundary.free.set(id, { id, name, type, collation, affinity });
    return outer(crossed.length - 1, id, name, type, collation, affinity);
  });
}

/** The error for a name that {@link resolveName} did not find, with the nearest one. */
export function unknownColumn(scope: Scope, table: string | null, name: string, node: SourceRange) {
  const candidates: string[] = [];
  let tableKnown = table === null;
  for (let current: Scope | null = scope; current !== null; current = current.boundary?.outer ?? null) {
    if (table !== null && current.hasTable(table)) tableKnown = true;
    for (const column of current.columns) {
      const belongs = table === null || (column.table !== null && sameName(column.table, table));
      if (belongs && column.visibility !== 'rowid') candidates.push(column.name);
    }
    for (const alias of current.aliases?.names() ?? []) candidates.push(alias);
  }
  if (!tableKnown) {
    const tables = scope.columns.flatMap((column) => column.table ?? []);
    return bindError('TABLE_NOT_FOUND', `no such table in FROM: "${table}"${didYouMean(table ?? '', tables)}`, node);
  }
  const written = table === null ? name : `${table}.${name}`;
  return bindError('COLUMN_NOT_FOUND', `no such column "${written}"${didYouMean(name, candidates)}`, node);
}

/** The columns of a plan as names of one table. */
export function tableColumns(
  table: string,
  columns: readonly PlanColumn[],
  schema: SchemaName | null = null,
): readonly ScopeColumn[] {
  return columns.map((column) => ({
    table,
    schema,
    name: column.name,
    column,
    expression: readColumn(column),
    visibility: 'visible',
  }));
}
