import { unreachable } from '../../base/assert.ts';
import type { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Expression } from '../ast/expressions.ts';
import type { Identifier, QualifiedName, SourceRange } from '../ast/node.ts';
import type { JoinedTable, NamedTable, SubqueryTable, TableReference } from '../ast/table-references.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { isExtended, STATIC_TYPES } from '../expressions/static-type.ts';
import { lateralBoundary, mayLookLeft } from './bind-lateral.ts';
import { bindQuery } from './bind-select.ts';
import { type Binder, bindError, type CommonTables, readColumn } from './binder.ts';
import { columnAffinity } from './column-affinity.ts';
import { DEFINITION_BINDING, RELATIONAL_BINDING, TIME_TRAVEL } from './late-parts.ts';
import {
  type ColumnId,
  LOCATION_COLUMN,
  type LogicalPlan,
  type PlanColumn,
  type ScanColumn,
  type ScanNode,
} from './logical-plan.ts';
import { foldName, sameName } from './names.ts';
import { remembered } from './remembered.ts';
import { mayBeCatalogueName, relationNamed, schemaHolding } from './schema-names.ts';
import { type Boundary, type Scope, type ScopeColumn, tableColumns } from './scope.ts';
import { columnIndexes, computedIndexes } from './table-indexes.ts';

/** FROM, bound: the plan and the names that it offers, in the order of `*`. */
export interface BoundFrom {
  readonly plan: LogicalPlan;
  readonly columns: readonly ScopeColumn[];
  readonly tableCount: number;
  /** Of a join: where the columns of its last table begin. */
  readonly lastTable?: number;
  /** Of what is LATERAL: the columns to its left that it reads, through `outer` expressions. */
  readonly lateral?: ReadonlyMap<ColumnId, PlanColumn>;
  /** ON conditions that name tables further right, which stand for a condition on the whole FROM. */
  readonly waiting?: readonly WaitingCondition[];
}

export interface WaitingCondition {
  readonly on: Expression;
  /** Why it could not be bound so far. */
  readonly error: HeliosError;
}

/** What FROM needs to know of its surroundings. */
export interface FromContext {
  readonly binder: Binder;
  readonly boundary: Boundary | null;
  readonly commonTables: CommonTables | null;
  /** The result's aliases, which ON may use as WHERE may. */
  readonly aliases?: Scope['aliases'];
  /** The columns of the tables to the left, for what is LATERAL. */
  readonly toTheLeft?: readonly ScopeColumn[];
}

/** FROM as a whole. */
export function bindFrom(node: TableReference, context: FromContext): BoundFrom {
  const bound = bindTableReference(node, context);
  const [waiting] = bound.waiting ?? [];
  if (waiting !== undefined) throw waiting.error;
  return bound;
}

/** One side of a join, or all of FROM. `isNested`: see {@link bindJoin}. */
export function bindTableReference(node: TableReference, context: FromContext, isNested = false): BoundFrom {
  switch (node.kind) {
    case 'table':
      return bindNamedTable(node, context);
    case 'subquery-table':
      return bindSubqueryTable(node, context);
    case 'join': {
      const bound = bindNestedJoin(node, context, isNested);
      if (bound.tableCount > LIMITS.joinTables) {
        throw bindError('LIMIT_EXCEEDED', `a join has at most ${LIMITS.joinTables} tables`, node);
      }
      return bound;
    }
    case 'table-function':
      return RELATIONAL_BINDING.get().bindTableFunction(node, context);
    default:
      return unreachable(node, 'table reference');
  }
}

/** A join in parentheses that something stands to the left of: what is LATERAL in it makes the whole of it so. */
function bindNestedJoin(node: JoinedTable, context: FromContext, isNested: boolean): BoundFrom {
  const { bindJoin } = RELATIONAL_BINDING.get();
  if (context.toTheLeft === undefined || !mayLookLeft(node)) return bindJoin(node, context, isNested);
  const boundary = lateralBoundary(context);
  const { toTheLeft, ...around } = context;
  const bound = bindJoin(node, { ...around, boundary }, isNested);
  return boundary.free.size === 0 ? bound : { ...bound, lateral: boundary.free };
}

function bindNamedTable(node: NamedTable, context: FromContext): BoundFrom {
  const common = node.table.schema === null ? findCommonTable(node.table.name, context.commonTables) : null;
  const alias = node.alias ?? node.table.name;
  const { asOf } = node;
  if (asOf?.kind === 'versions-between') return TIME_TRAVEL.get().bindVersions(node, asOf, common !== null, context);
  const binder =
    asOf === null ? context.binder : TIME_TRAVEL.get().binderAt(asOf, node.table.name, common !== null, context);
  if (common !== null) {
    const { table } = common.entry;
    const { bindCommonTable } = RELATIONAL_BINDING.get();
    const { columns, plan } = context.binder.insideReference(node, () => bindCommonTable(common.entry, context, node));
    const names = node.columnAliases.length > 0 ? node.columnAliases : table.columns;
    return { plan, columns: tableColumns(alias, renamed(columns, names, table.name, node)), tableCount: 1 };
  }
  const own = mayBeCatalogueName(node.table) ? DEFINITION_BINDING.get().bindCatalogueTable(binder, node.table) : null;
  if (own !== null) {
    const named = renamed(own.columns, node.columnAliases, node.table.name, node);
    return { plan: own.plan, columns: tableColumns(alias, named), tableCount: 1 };
  }
  const relation = relationNamed(binder, node.table);
  if (relation.kind === 'view') {
    const { columns, plan } = DEFINITION_BINDING.get().bindView(relation.definition, node, binder);
    const named = renamed(columns, node.columnAliases, node.table.name, node);
    return { plan, columns: tableColumns(alias, named, schemaHolding(relation.definition)), tableCount: 1 };
  }
  const table = relation.definition;
  const { scan, columns } = scanThroughIndexes(binder, table, alias, node.indexedBy, node.alias !== null);
  const named = asOf === null ? columns : TIME_TRAVEL.get().columnsOfThen(columns);
  return withColumnAliases({ plan: scan, columns: named, tableCount: 1 }, node);
}

/** The columns of a table under the names that its reference gives them; the rowid, which is the last one, keeps its own. */
export function withColumnAliases(bound: BoundFrom, node: NamedTable): BoundFrom {
  const { columnAliases: aliases, table } = node;
  if (aliases.length === 0) return bound;
  const { columns } = bound;
  checkAliasCount(columns.filter(({ visibility }) => visibility !== 'rowid').length, aliases, table.name, node);
  return { ...bound, columns: columns.map((column, i) => ({ ...column, name: aliases[i]?.name ?? column.name })) };
}

function findCommonTable(name: string, commonTables: CommonTables | null): CommonTables | null {
  for (let current = commonTables; current !== null; current = current.rest) {
    if (sameName(current.entry.table.name, name)) return current;
  }
  return null;
}

/** The table of this name: what takes rows, or an index. */
export function tableNamed(binder: Binder, name: QualifiedName): TableDefinition {
  const relation = relationNamed(binder, name);
  if (relation.kind === 'table') return relation.definition;
  throw bindError('INVALID_STATEMENT', `"${name.name}" is a view: only the tables below it can be changed`, name);
}

/** A scan of a table, with its rowid as a column, and the names that it offers. */
export function scanTable(
  binder: Binder,
  table: TableDefinition,
  alias: string,
  indexedBy: string | false | null,
  isAliased = !sameName(alias, table.name),
): { scan: ScanNode; columns: readonly ScopeColumn[]; rowid: PlanColumn; location: PlanColumn } {
  // Asked for where a statement first meets values of these types.
  if (table.columns.some(({ type }) => isExtended(type.kind))) EXTENDED_TYPES.get();
  const { rowidColumn } = table;
  // Every statement does this for every table that it names: no object is made that is not kept.
  const all: ScanColumn[] = [];
  const names: ScopeColumn[] = [];
  const schema = schemaHolding(table);
  const offer = (column: ScanColumn, name: string, number: number, visibility: ScopeColumn['visibility']): void => {
    const origin = { tableId: table.id, column: number, isAliased };
    names.push({ table: alias, schema, name, column, expression: readColumn(column), visibility, origin });
  };
  for (let number = 0; number < table.columns.length; number++) {
    const { name, type, collation, dropped } = table.columns[number];
    const stored = number === rowidColumn ? ROWID_COLUMN : number;
    const column = { id: binder.newColumnId(), name, type, collation, affinity: columnAffinity(type), column: stored };
    all.push(column);
    if (!dropped) offer(column, name, number, 'visible');
  }
  const hidden = (name: string, column: number, affinity: Affinity): ScanColumn => {
    const id = binder.newColumnId();
    return { id, name, type: STATIC_TYPES.INTEGER, collation: 'BINARY', affinity, column };
  };
  if (rowidColumn === null) all.push(hidden('rowid', ROWID_COLUMN, 'INTEGER'));
  const rowid = all[rowidColumn ?? all.length - 1];
  if (!table.withoutRowid) offer(rowid, 'rowid', rowidColumn ?? -1, 'rowid');
  const location = hidden('location', LOCATION_COLUMN, 'NONE');
  all.push(location);
  const indexes = columnIndexes(binder, table);
  const scan: ScanNode = {
    kind: 'scan',
    table,
    instant: binder.instant,
    since: null,
    indexes,
    computedIndexes: [],
    alias,
    columns: all,
    conditions: [],
    indexedBy,
  };
  return { scan, columns: names, rowid, location };
}

/** A scan that was bound, and what for; its columns are numbered from that of `first` on. */
interface BoundScan {
  readonly first: ColumnId;
  readonly alias: string;
  readonly indexedBy: string | false | null;
  readonly isAliased: boolean | undefined;
  readonly scanned: ReturnType<typeof scanTable>;
}

/** Of each table some are kept: nearly every statement names it in one of few ways, as the first or the second one of FROM. */
const KEPT_SCANS = 4;
/** Where many tables stand before it, the next statement numbers its columns otherwise. */
const LAST_KEPT_COLUMN = 40;
const boundScans = remembered((): BoundScan[] => []);

function scanAsBefore(
  binder: Binder,
  table: TableDefinition,
  alias: string,
  indexedBy: string | false | null,
  isAliased: boolean | undefined,
): ReturnType<typeof scanTable> {
  const first = binder.nextColumnId;
  if (first > LAST_KEPT_COLUMN || binder.instant !== null) {
    return scanTable(binder, table, alias, indexedBy, isAliased);
  }
  const kept = boundScans(binder, table);
  for (let i = 0; i < kept.length; i++) {
    const known = kept[i];
    if (known.first !== first || known.alias !== alias) continue;
    if (known.indexedBy !== indexedBy || known.isAliased !== isAliased) continue;
    binder.skipColumnIds(known.scanned.scan.columns.length);
    return known.scanned;
  }
  const scanned = scanTable(binder, table, alias, indexedBy, isAliased);
  if (kept.length === KEPT_SCANS) kept.shift();
  kept.push({ first, alias, indexedBy, isAliased, scanned });
  return scanned;
}

/** A scan of a table that may go through its indexes over expressions, too. */
export function scanThroughIndexes(
  binder: Binder,
  table: TableDefinition,
  alias: string,
  indexedBy: string | false | null,
  isAliased?: boolean,
) {
  const scanned = scanAsBefore(binder, table, alias, indexedBy, isAliased);
  const computed = computedIndexes(binder, table);
  if (computed.length === 0) return scanned;
  // They are chosen by what conditions say of literals.
  binder.literals?.close();
  return { ...scanned, scan: { ...scanned.scan, computedIndexes: computed } };
}

function bindSubqueryTable(node: SubqueryTable, context: FromContext): BoundFrom {
  const lateral = node.lateral && context.toTheLeft !== undefined ? lateralBoundary(context) : null;
  const { plan, columns } = bindQuery(node.query, context.binder, lateral ?? context.boundary, context.commonTables);
  // Without an alias nobody can name the table, but its columns stay visible.
  const named = renamed(columns, node.columnAliases, node.alias ?? 'subquery', node);
  const bound = { plan, columns: tableColumns(node.alias ?? '', named), tableCount: 1 };
  return lateral === null ? bound : { ...bound, lateral: lateral.free };
}

function renamed(
  columns: readonly PlanColumn[],
  names: readonly Identifier[],
  table: string,
  node: SourceRange,
): readonly PlanColumn[] {
  if (names.length === 0) return withDistinctNames(columns);
  if (names.length !== columns.length) {
    throw bindError(
      'INVALID_STATEMENT',
      `"${table}" has ${columns.length} columns, and ${names.length} names for them`,
      node,
    );
  }
  return columns.map((column, i) => ({ ...column, name: names[i].name }));
}

/** Of columns of the same name, the first keeps it; the others get numbers, as in SQLite: a, a:1, a:2. */
function withDistinctNames(columns: readonly PlanColumn[]): readonly PlanColumn[] {
  const counts = new Map<string, number>();
  return columns.map((column) => {
    const name = foldName(column.name);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? column : { ...column, name: `${column.name}:${count}` };
  });
}

export function checkAliasCount(count: number, names: readonly Identifier[], table: string, node: SourceRange): void {
  if (names.length <= count) return;
  throw bindError('INVALID_STATEMENT', `"${table}" has ${count} columns, and ${names.length} names for them`, node);
}
