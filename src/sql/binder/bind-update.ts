import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { DeleteStatement, TruncateStatement, UpdateStatement } from '../ast/dml.ts';
import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { OrderingTerm, WithClause } from '../ast/select.ts';
import type { NamedTable, TableReference } from '../ast/table-references.ts';
import * as build from '../expressions/build.ts';
import { conjuncts } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { bindFrom, scanTable, tableNamed } from './bind-from.ts';
import { bindAssignment } from './bind-insert.ts';
import { applyPlan } from './bind-join.ts';
import { withTables } from './bind-select.ts';
import { bindTarget, conflictPolicy } from './bind-target.ts';
import { type Binder, notSupported, readColumn } from './binder.ts';
import type { BoundAssignment, BoundDelete, BoundUpdate } from './bound-statement.ts';
import type { ExpressionContext } from './expression-context.ts';
import type { LogicalPlan, PlanColumn, ProjectedColumn } from './logical-plan.ts';
import { Scope } from './scope.ts';

export function bindUpdate(node: UpdateStatement, binder: Binder): BoundUpdate {
  const rows = changedRows(node, node.from, binder);
  const { table, context } = rows;
  const assignments = lastOfEach(
    node.assignments.flatMap((assignment) => bindAssignment(assignment, table, { ...context, place: 'SET' }, binder)),
  );
  const values = assignments.map(({ expression }): ProjectedColumn => binder.projected('', expression));
  const columns: ProjectedColumn[] = [{ ...rows.location, expression: readColumn(rows.location) }, ...values];
  const unique = new Map(columns.map((column) => [column.id, column]));
  return {
    kind: 'update',
    target: bindTarget(binder, table, rows.alias, node.returning, context.commonTables, node),
    query: { plan: { kind: 'project', input: rows.plan, columns: [...unique.values()] }, columns },
    columns: assignments.map(({ column }) => (column === table.rowidColumn ? ROWID_COLUMN : column)),
    policy: conflictPolicy(node.conflictAction),
  };
}

/** A column that is assigned twice takes the last value, as in SQLite. */
function lastOfEach(assignments: readonly BoundAssignment[]): readonly BoundAssignment[] {
  return [...new Map(assignments.map((assignment) => [assignment.column, assignment])).values()];
}

export function bindDelete(node: DeleteStatement, binder: Binder): BoundDelete {
  const { table, plan, location, alias, context } = changedRows(node, node.using, binder);
  return {
    kind: 'delete',
    target: bindTarget(binder, table, alias, node.returning, context.commonTables, node),
    query: { plan, columns: [location] },
  };
}

export function bindTruncate(node: TruncateStatement, binder: Binder): BoundDelete {
  if (node.tables.length !== 1) throw notSupported('TRUNCATE of several tables', node);
  const table = tableNamed(binder, node.tables[0]);
  const { scan, location } = scanTable(binder, table, table.name, null);
  return {
    kind: 'delete',
    target: bindTarget(binder, table, table.name, [], null, node),
    query: { plan: scan, columns: [location] },
  };
}

interface ChangingStatement extends SourceRange {
  readonly with: WithClause | null;
  readonly table: NamedTable;
  readonly where: Expression | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

/** The rows that UPDATE and DELETE act on: the table, joined with FROM or USING, after WHERE. */
function changedRows(node: ChangingStatement, from: TableReference | null, binder: Binder) {
  if (node.orderBy.length > 0 || node.limit !== null)
    throw notSupported('ORDER BY or LIMIT in UPDATE and DELETE', node);
  const table = tableNamed(binder, node.table.table);
  const commonTables = withTables(node.with, null);
  const alias = node.table.alias ?? table.name;
  const { scan, columns, location } = scanTable(binder, table, alias, node.table.indexedBy);
  const others = from === null ? null : bindFrom(from, { binder, boundary: null, commonTables, toTheLeft: columns });
  const scope = new Scope(others === null ? columns : [...columns, ...others.columns], null);
  const context: ExpressionContext = { binder, scope, commonTables, aggregates: null, place: 'WHERE', aliases: false };
  let plan: LogicalPlan = scan;
  if (others !== null) {
    plan =
      others.lateral === undefined
        ? { kind: 'join', join: 'inner', left: scan, right: others.plan, conditions: [] }
        : applyPlan('INNER', { plan: scan, columns }, others, others.lateral, [], node);
  }
  if (node.where !== null) {
    plan = {
      kind: 'filter',
      input: plan,
      conditions: conjuncts(build.asCondition(bindExpression(node.where, context))),
    };
  }
  const changed: { plan: LogicalPlan; location: PlanColumn } = { plan, location };
  return { ...changed, table, alias, context };
}
