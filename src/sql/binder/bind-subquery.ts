import type * as Ast from '../ast/expressions.ts';
import type { SelectStatement } from '../ast/select.ts';
import type { Affinity } from '../expressions/affinity-kind.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { affinityOf, children, hasSubquery } from '../expressions/inspect.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { isExtended, STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import type { AggregateDefinition } from '../functions/aggregates/definition.ts';
import { findAggregate } from '../functions/registry.ts';
import { bindExpression } from './bind-expression.ts';
import { bindRow } from './bind-row-values.ts';
import { bindQuery } from './bind-select.ts';
import { at, type Binder, bindError, readColumn } from './binder.ts';
import { convertedColumns } from './convert-columns.ts';
import type { ExpressionContext } from './expression-context.ts';
import type { AggregateCall, LogicalPlan, PlanColumn, Query } from './logical-plan.ts';
import type { LogicalSubquery } from './logical-subquery.ts';
import { type Boundary, readAcross, Scope } from './scope.ts';

function bindSubquery(select: SelectStatement, context: ExpressionContext): LogicalSubquery {
  const boundary: Boundary = { outer: context.scope, free: new Map() };
  return subqueryOf(bindQuery(select, context.binder, boundary, context.commonTables), boundary);
}

function subqueryOf(query: Query, { free }: Boundary): LogicalSubquery {
  return { kind: 'logical-subquery', query, free, correlated: free.size > 0 };
}

function columnsOf({ columns }: Query, expected: number, node: Ast.Expression): readonly PlanColumn[] {
  if (columns.length === expected) return columns;
  throw bindError(
    'INVALID_STATEMENT',
    `the subquery yields ${columns.length} columns where ${expected} are expected`,
    node,
  );
}

export function bindScalarSubquery(node: Ast.SubqueryExpression, context: ExpressionContext): BoundExpression {
  const subquery = bindSubquery(node.query, context);
  const [column] = columnsOf(subquery.query, 1, node);
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
  const boundary: Boundary = { outer: context.scope, free: new Map() };
  const query = bindQuery(node.query, context.binder, boundary, context.commonTables);
  const written = columnsOf(query, operands.length, node);
  return at(node, () => {
    // Where both sides need a common type, the subquery yields values of it.
    const types = operands.map((operand, i) => comparedType(operand.type, written[i].type));
    const compared = operands.map((operand, i) => (types[i] === null ? operand : build.castTo(operand, types[i])));
    const columnTypes = written.map(({ type }, i) => types[i] ?? type);
    const subquery = subqueryOf(convertedColumns(query, columnTypes, context.binder), boundary);
    const affinities = lastAffinities(node.query, query);
    const columns = subquery.query.columns.map((column, i) =>
      types[i] === null ? { ...column, affinity: affinities[i] } : column,
    );
    return build.bindInSubquery(compared, subquery, columns, node.negated);
  });
}

/** The type that both sides are cast to before they are compared; null where affinities are enough. */
function comparedType(left: StaticType, right: StaticType): StaticType | null {
  return isExtended(left.kind) || isExtended(right.kind) ? EXTENDED_TYPES.get().comparedType(left, right) : null;
}

/** Of the last SELECT of a compound, and the last row of VALUES: as in SQLite, IN compares by them. */
function lastAffinities(node: SelectStatement, query: Query): readonly Affinity[] {
  const [first, ...parts] = [node.first, ...node.compound.map(({ operand }) => operand)];
  const plan = unordered(query.plan);
  const last = parts.length > 0 && plan.kind === 'set-operation' ? plan.right : { plan, columns: query.columns };
  const { plan: values, columns } = last;
  const operand = parts.at(-1) ?? first;
  if (operand.kind !== 'values' || values.kind !== 'values') return columns.map(({ affinity }) => affinity);
  return values.rows[values.rows.length - 1].map(affinityOf);
}

function unordered(plan: LogicalPlan): LogicalPlan {
  return plan.kind === 'sort' || plan.kind === 'limit' ? unordered(plan.input) : plan;
}

/** `= ANY` is IN, `<> ALL` is NOT IN; for the others the comparisons with all rows are summed up. */
export function bindQuantified(node: Ast.QuantifiedExpression, context: ExpressionContext): BoundExpression {
  const { query, quantifier, operator, array } = node;
  if (query === null) return bindOverArray(node, array as Ast.Expression, context);
  const isIn = operator === '=' && quantifier === 'ANY';
  const { position, end, operand } = node;
  if (isIn || (operator === '<>' && quantifier === 'ALL')) {
    return bindInSubqueryOf({ kind: 'in-subquery', position, end, operand, query, negated: !isIn }, context);
  }
  const boundary: Boundary = { outer: context.scope, free: new Map() };
  const inner = bindQuery(query, context.binder, boundary, context.commonTables);
  const [column] = columnsOf(inner, 1, node);
  const compared = compare(node, bindOperand(operand, boundary, context), readColumn(column));
  const verdict = summedUp(inner.plan, compared, quantifier, context.binder);
  return build.scalarSubquery(subqueryOf(verdict, boundary), 0, verdict.columns[0]);
}

function compare(
  { operator, negated }: Ast.QuantifiedExpression,
  operand: BoundExpression,
  value: BoundExpression,
): BoundExpression {
  return operator === 'LIKE' || operator === 'ILIKE' || operator === 'GLOB'
    ? build.bindLike(operator, operand, value, null, negated)
    : build.bindComparison(operator, operand, value);
}

function bindOverArray(
  node: Ast.QuantifiedExpression,
  array: Ast.Expression,
  context: ExpressionContext,
): BoundExpression {
  const operand = bindExpression(node.operand, context);
  const list = bindExpression(array, context);
  // Patterns come from queries alone.
  const operator = node.operator as Ast.ComparisonOperator;
  return at(node, () => EXTENDED_TYPES.get().bindArrayComparison(operator, node.quantifier, operand, list));
}

/** The left side, as it is read from within the subquery. Its aggregates belong to the query around. */
function bindOperand(node: Ast.Expression, boundary: Boundary, context: ExpressionContext): BoundExpression {
  const bound = bindExpression(node, context);
  if (isOwn(bound)) return readAcross(bound, [boundary]);
  return bindExpression(node, { ...context, scope: new Scope([], boundary), aggregates: null, windows: null });
}

function isOwn(expression: BoundExpression): boolean {
  return expression.kind !== 'outer' && !hasSubquery(expression) && children(expression).every(isOwn);
}

/**
 * One row with one value. ALL is false when a comparison is, then unknown when one is, then true; ANY is true when a
 * comparison is, then unknown when one is, then false.
 */
function summedUp(input: LogicalPlan, compared: BoundExpression, quantifier: 'ANY' | 'ALL', binder: Binder): Query {
  const call = (name: string, args: readonly BoundExpression[]): AggregateCall => ({
    column: binder.column(name, STATIC_TYPES.INTEGER),
    definition: findAggregate(name, args.length) as AggregateDefinition,
    arguments: args,
    distinct: false,
    collation: 'BINARY',
    filter: null,
    orderBy: [],
  });
  const extreme = call(quantifier === 'ALL' ? 'min' : 'max', [compared]);
  const rows = call('count', []);
  const known = call('count', [compared]);
  const calls = [extreme, rows, known];
  const plan: LogicalPlan = { kind: 'aggregate', input, keys: [], calls, bare: [], bareFrom: null };
  const decisive = build.literal(quantifier === 'ALL' ? 0n : 1n);
  const otherwise = build.literal(quantifier === 'ALL' ? 1n : 0n);
  const [found, all, compares] = calls.map(({ column }) => readColumn(column));
  const branches = [
    { when: build.bindComparison('=', found, decisive), result: decisive },
    { when: build.bindComparison('>', all, compares), result: build.literal(null) },
  ];
  const column = binder.projected('', build.bindCase(null, branches, otherwise));
  return { plan: { kind: 'project', input: plan, columns: [column] }, columns: [column] };
}
