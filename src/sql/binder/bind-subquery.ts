import type * as Ast from '../ast/expressions.ts';
import type { SelectStatement } from '../ast/select.ts';
import type { BoundExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { bindRow } from './bind-row.ts';
import { bindQuery } from './bind-select.ts';
import { at, bindError, notSupported } from './binder.ts';
import type { ExpressionContext } from './expression-context.ts';
import type { ColumnId, PlanColumn, Query } from './logical-plan.ts';
import type { Boundary } from './scope.ts';

/** A subquery inside of an expression: what {@link SubqueryHandle}s of logical plans are. */
export interface LogicalSubquery extends SubqueryHandle {
  readonly kind: 'logical-subquery';
  readonly query: Query;
  /** Columns of enclosing queries that it reads. */
  readonly free: ReadonlyMap<ColumnId, PlanColumn>;
}

export function isLogicalSubquery(handle: SubqueryHandle): handle is LogicalSubquery {
  return (handle as Partial<LogicalSubquery>).kind === 'logical-subquery';
}

function bindSubquery(select: SelectStatement, context: ExpressionContext): LogicalSubquery {
  const boundary: Boundary = { outer: context.scope, free: new Map() };
  const query = bindQuery(select, context.binder, boundary, context.commonTables);
  return { kind: 'logical-subquery', query, free: boundary.free, correlated: boundary.free.size > 0 };
}

function columnsOf(subquery: LogicalSubquery, expected: number, node: Ast.Expression): readonly PlanColumn[] {
  const { columns } = subquery.query;
  if (columns.length === expected) return columns;
  throw bindError(
    'INVALID_STATEMENT',
    `the subquery yields ${columns.length} columns where ${expected} are expected`,
    node,
  );
}

export function bindScalarSubquery(node: Ast.SubqueryExpression, context: ExpressionContext): BoundExpression {
  const subquery = bindSubquery(node.query, context);
  const [column] = columnsOf(subquery, 1, node);
  return build.scalarSubquery(subquery, 0, column);
}

/** `(SELECT a, b …)` as a row value. */
export function bindRowSubquery(node: Ast.SubqueryExpression, context: ExpressionContext): readonly BoundExpression[] {
  const subquery = bindSubquery(node.query, context);
  return subquery.query.columns.map((column, i) => build.scalarSubquery(subquery, i, column));
}

export function bindExists(node: Ast.ExistsExpression, context: ExpressionContext): BoundExpression {
  return build.exists(bindSubquery(node.query, context), false);
}

export function bindInSubqueryOf(node: Ast.InSubqueryExpression, context: ExpressionContext): BoundExpression {
  const operands = bindRow(node.operand, context);
  const subquery = bindSubquery(node.query, context);
  const columns = columnsOf(subquery, operands.length, node);
  return at(node, () => build.bindInSubquery(operands, subquery, columns, node.negated));
}

/** `= ANY` is IN, `<> ALL` is NOT IN. */
export function bindQuantified(node: Ast.QuantifiedExpression, context: ExpressionContext): BoundExpression {
  const { query, quantifier, operator } = node;
  if (query === null) throw notSupported(`${quantifier} over an array`, node);
  const isIn = operator === '=' && quantifier === 'ANY';
  if (!isIn && !(operator === '<>' && quantifier === 'ALL')) throw notSupported(`${operator} ${quantifier}`, node);
  const { position, end, operand } = node;
  return bindInSubqueryOf({ kind: 'in-subquery', position, end, operand, query, negated: !isIn }, context);
}
