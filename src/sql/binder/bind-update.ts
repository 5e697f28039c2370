import type { ConflictPolicy, TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { DeleteStatement, TruncateStatement, UpdateStatement } from '../ast/dml.ts';
import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { OrderingTerm, WithClause } from '../ast/select.ts';
import type { NamedTable, TableReference } from '../ast/table-references.ts';
import * as build from '../expressions/build.ts';
import { conjuncts } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { bindFrom, scanTable, scanThroughIndexes, tableNamed } from './bind-from.ts';
import { bindAssignment, withCounters } from './bind-insert.ts';
import { limited, withTables } from './bind-select.ts';
import { bindTarget, conflictPolicy, rowScope } from './bind-target.ts';
import { type Binder, bindError, readColumn } from './binder.ts';
import type { BoundAssignment, BoundDelete, BoundTarget, BoundTrigger, BoundUpdate } from './bound-statement.ts';
import { changedRelation, isAView } from './changed-relation.ts';
import type { ExpressionContext } from './expression-context.ts';
import { plainContext } from './expression-context.ts';
import { RELATIONAL_BINDING } from './late-parts.ts';
import type { LogicalPlan, PlanColumn, ProjectedColumn, Query, SortTerm } from './logical-plan.ts';
import { sameName } from './names.ts';
import { schemaHolding } from './schema-names.ts';
import { type Boundary, Scope, type ScopeColumn, tableColumns } from './scope.ts';

/** `boundary`: the row of the trigger in whose body the statement stands. */
export function bindUpdate(node: UpdateStatement, binder: Binder, boundary: Boundary | null = null): BoundUpdate {
  const rows = changedRows(node, 'UPDATE', node.from, binder, boundary);
  const { table, context, view } = rows;
  const policy = conflictPolicy(node.conflictAction);
  const target = bindTarget(binder, table, rows.alias, node.returning, context.commonTables, node, view);
  const place = { ...context, place: 'SET' };
  const assigned = (over: ExpressionContext) =>
    lastOfEach(node.assignments.flatMap((assignment) => bindAssignment(assignment, table, over, binder)));
  const assignments = assigned(place);
  const fires = ({ event, columns }: BoundTrigger): boolean =>
    event === 'UPDATE' && (columns.length === 0 || assignments.some(({ column }) => columns.includes(column)));
  if (view !== null && rows.counters === undefined && !target.triggers.some(fires))
    throw isAView(node.table.table, 'UPDATE');
  const isLate = node.from === null && view === null && mayChangeBeforehand(target, policy);
  const late = isLate ? assigned(rowContext(place, table, rows.alias)).map(({ expression }) => expression) : null;
  const values = isLate ? [] : assignments.map(({ expression }): ProjectedColumn => binder.projected('', expression));
  return {
    kind: 'update',
    target: withCounters(target, rows),
    query: inOrder(node, rows, [...rows.found, ...values], binder),
    columns: assignments.map(({ column }) => (column === table.rowidColumn ? ROWID_COLUMN : column)),
    late,
    policy,
  };
}

/** True when a row that was found may be another one when its turn comes. */
function mayChangeBeforehand(target: BoundTarget, policy: ConflictPolicy | null): boolean {
  const { table, indexes, triggers, foreignKeys } = target;
  const replaces = (own: ConflictPolicy | undefined): boolean => (policy ?? own) === 'replace';
  return (
    triggers.some(({ event }) => event === 'UPDATE') ||
    foreignKeys.asParent.length > 0 ||
    [table, ...indexes].some(({ onConflict }) => replaces(onConflict))
  );
}

/** The place of an expression over the row as it is stored at the time. */
function rowContext(context: ExpressionContext, table: TableDefinition, alias: string): ExpressionContext {
  const { binder } = context;
  const { binder: own, columns } = rowScope(binder, table, alias, binder.sql);
  return { ...context, binder: own, scope: new Scope(columns, context.scope.boundary) };
}

/** A column that is assigned twice takes the last value, as in SQLite. */
function lastOfEach(assignments: readonly BoundAssignment[]): readonly BoundAssignment[] {
  return [...new Map(assignments.map((assignment) => [assignment.column, assignment])).values()];
}

export function bindDelete(node: DeleteStatement, binder: Binder, boundary: Boundary | null = null): BoundDelete {
  const rows = changedRows(node, 'DELETE', node.using, binder, boundary);
  const { table, alias, context, view } = rows;
  return {
    kind: 'delete',
    target: withCounters(bindTarget(binder, table, alias, node.returning, context.commonTables, node, view), rows),
    query: inOrder(node, rows, rows.found, binder),
    others: [],
  };
}

/** All rows of all tables go in one statement: foreign keys between the tables see none of them left. */
export function bindTruncate(node: TruncateStatement, binder: Binder): BoundDelete {
  const [first, ...others] = node.tables.map((name): BoundDelete => {
    const table = tableNamed(binder, name);
    const { scan, location } = scanTable(binder, table, table.name, null);
    return {
      kind: 'delete',
      target: bindTarget(binder, table, table.name, [], null, node),
      query: { plan: scan, columns: [location] },
      others: [],
    };
  });
  return { ...first, others };
}

interface ChangingStatement extends SourceRange {
  readonly with: WithClause | null;
  readonly table: NamedTable;
  readonly where: Expression | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

/** The rows that a statement acts on, before they are ordered and cut. */
interface ChangedRows {
  readonly table: TableDefinition;
  /** Null: a table. */
  readonly view: Query | null;
  readonly counters: BoundTarget['counters'];
  readonly alias: string;
  readonly plan: LogicalPlan;
  /** What the statement must know of each row: its location, or all columns of a view. */
  readonly found: readonly ProjectedColumn[];
  readonly context: ExpressionContext;
}

/** The table or view, joined with FROM or USING, after WHERE. */
function changedRows(
  node: ChangingStatement,
  event: 'UPDATE' | 'DELETE',
  from: TableReference | null,
  binder: Binder,
  boundary: Boundary | null,
): ChangedRows {
  const changed = changedRelation(binder, node.table.table, event);
  const { table, isView, query } = changed;
  const commonTables = withTables(node.with, null);
  const alias = node.table.alias ?? table.name;
  const own = isView ? viewRows(query, alias, table) : tableRows(binder, table, alias, node.table.indexedBy);
  const toTheLeft = own.columns;
  const others = from === null ? null : bindFrom(from, { binder, boundary, commonTables, toTheLeft });
  const again = others?.columns.find(
    ({ origin, table: name }) => origin?.tableId === table.id && sameName(name ?? '', alias),
  );
  if (again !== undefined) {
    const hint = 'Give one of them another alias.';
    throw bindError(
      'INVALID_STATEMENT',
      `"${alias}" is the table that changes, and may not stand in ${event === 'UPDATE' ? 'FROM' : 'USING'}, too`,
      node.table,
      hint,
    );
  }
  const scope = new Scope(others === null ? own.columns : [...own.columns, ...others.columns], boundary);
  const context: ExpressionContext = plainContext({ binder, commonTables }, scope, 'WHERE');
  let plan = others === null ? own.plan : RELATIONAL_BINDING.get().crossJoin(own, others, node);
  if (node.where !== null) {
    plan = {
      kind: 'filter',
      input: plan,
      conditions: conjuncts(build.asCondition(bindExpression(node.where, context))),
    };
  }
  const found = own.found.map((column): ProjectedColumn => ({ ...column, expression: readColumn(column) }));
  return { table, view: query, counters: changed.counters, alias, plan, found, context };
}

interface OwnRows {
  readonly plan: LogicalPlan;
  readonly columns: readonly ScopeColumn[];
  readonly found: readonly PlanColumn[];
}

function tableRows(binder: Binder, table: TableDefinition, alias: string, indexedBy: string | false | null): OwnRows {
  const { scan, columns, location } = scanThroughIndexes(binder, table, alias, indexedBy);
  return { plan: scan, columns, found: [location] };
}

function viewRows({ plan, columns }: Query, alias: string, table: TableDefinition): OwnRows {
  return { plan, columns: tableColumns(alias, columns, schemaHolding(table)), found: columns };
}

/** The wanted columns of the rows, in the statement's ORDER BY and within its LIMIT. */
function inOrder(
  node: ChangingStatement,
  { plan, context }: ChangedRows,
  columns: readonly ProjectedColumn[],
  binder: Binder,
): Query {
  const order = node.orderBy.map((term) => ({
    term,
    column: binder.projected('', bindExpression(term.expression, { ...context, place: 'ORDER BY' })),
  }));
  if (order.length > 0 && node.limit === null) {
    throw bindError('INVALID_STATEMENT', 'ORDER BY without LIMIT: all rows are changed in any case', node.orderBy[0]);
  }
  const unique = new Map([...columns, ...order.map(({ column }) => column)].map((column) => [column.id, column]));
  let rows: LogicalPlan = { kind: 'project', input: plan, columns: [...unique.values()] };
  if (order.length > 0) {
    const terms = order.map(
      ({ term: { descending, nulls }, column }): SortTerm => ({
        column,
        collation: column.collation,
        descending,
        nullsFirst: nulls === null ? !descending : nulls === 'FIRST',
      }),
    );
    rows = { kind: 'sort', input: rows, terms };
  }
  const { boundary } = context.scope;
  return limited(
    { plan: rows, columns },
    { ...node, withTies: false },
    { binder, boundary, commonTables: context.commonTables },
  );
}
