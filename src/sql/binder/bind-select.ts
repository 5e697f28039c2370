import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type {
  CompoundPart,
  OrderingTerm,
  QueryOperand,
  SelectStatement,
  ValuesCore,
  WithClause,
} from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { united } from '../expressions/build.ts';
import { commonType } from '../expressions/static-type.ts';
import { bindExpression } from './bind-expression.ts';
import { bindSelectCore } from './bind-select-core.ts';
import { type Binder, bindError, type CommonTables } from './binder.ts';
import { CompoundOrder } from './compound-order.ts';
import { convertedColumns } from './convert-columns.ts';
import type { LogicalPlan, PlanColumn, Query, SetOperationNode, SortTerm } from './logical-plan.ts';
import { foldName } from './names.ts';
import { checkRowWidths } from './row-widths.ts';
import { type Boundary, Scope } from './scope.ts';
import { unitedAffinity } from './united-affinity.ts';

/** Where a query stands: what encloses it and which WITH tables it sees. */
export interface QueryContext {
  readonly binder: Binder;
  readonly boundary: Boundary | null;
  readonly commonTables: CommonTables | null;
}

/** A whole SELECT statement. `boundary` is null where no row of an enclosing query is in reach. */
export function bindQuery(
  select: SelectStatement,
  binder: Binder,
  boundary: Boundary | null,
  commonTables: CommonTables | null,
): Query {
  const context = { binder, boundary, commonTables: withTables(select.with, commonTables) };
  if (select.compound.length + 1 > LIMITS.compoundSelects) {
    throw bindError('LIMIT_EXCEEDED', `a compound has at most ${LIMITS.compoundSelects} SELECTs`, select);
  }
  const sorted =
    select.compound.length > 0 ? bindCompound(select, context) : bindOperand(select.first, select.orderBy, context);
  if (sorted.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `a result has at most ${LIMITS.columns} columns`, select);
  }
  return limited(sorted, select, context);
}

/** The WITH clause's tables in scope; each sees those before it. */
export function withTables(clause: WithClause | null, outer: CommonTables | null): CommonTables | null {
  let tables = outer;
  const names = new Set<string>();
  for (const table of clause?.tables ?? []) {
    const name = foldName(table.name);
    if (names.has(name)) throw bindError('INVALID_STATEMENT', `duplicate WITH table name: "${table.name}"`, table);
    names.add(name);
    tables = { entry: { table, visible: tables, working: null }, rest: tables };
  }
  return tables;
}

/** An operand with an ORDER BY of its own, or as a part of a compound whose ORDER BY looks for terms in it. */
export function bindOperand(
  operand: QueryOperand,
  orderBy: readonly OrderingTerm[],
  context: QueryContext,
  compound: CompoundOrder | null = null,
): Query {
  if (operand.kind === 'select-core') return bindSelectCore(operand, orderBy, context, compound);
  const query =
    operand.kind === 'values'
      ? bindValues(operand, context)
      : bindQuery(operand.query, context.binder, context.boundary, context.commonTables);
  compound?.offerColumns(query.columns);
  if (orderBy.length === 0) return query;
  const own = new CompoundOrder(orderBy);
  own.offerColumns(query.columns);
  return sortedByColumns(query, own);
}

function bindValues(node: ValuesCore, context: QueryContext): Query {
  if (node.rows.length > LIMITS.valuesRows) {
    throw bindError('LIMIT_EXCEEDED', `VALUES has at most ${LIMITS.valuesRows} rows`, node);
  }
  checkRowWidths(node.rows);
  const { binder, commonTables, boundary } = context;
  const scope = new Scope([], boundary);
  const place = { binder, scope, commonTables, aggregates: null, place: 'VALUES', aliases: false };
  const written = node.rows.map((row) => row.map((value) => bindExpression(value, place)));
  const lists = written[0].map((_, i) => united(written.map((row) => row[i])));
  const columns = lists.map(({ type }, i) => binder.column(`column${i + 1}`, type));
  const rows = written.map((_, r) => lists.map(({ operands }) => operands[r]));
  return { plan: { kind: 'values', columns, rows }, columns };
}

function bindCompound(select: SelectStatement, context: QueryContext): Query {
  const order = new CompoundOrder(select.orderBy);
  return sortedByColumns(bindOperands(select.first, select.compound, context, order), order);
}

/** The operands of a compound, folded from the left. */
export function bindOperands(
  first: QueryOperand,
  parts: readonly CompoundPart[],
  context: QueryContext,
  order: CompoundOrder,
): Query {
  let query = bindOperand(first, [], context, order);
  for (const part of parts) {
    const right = bindOperand(part.operand, [], context, order);
    checkColumnCounts(query.columns, right.columns, part);
    const columns = unitedColumns(query, right, context.binder);
    const { operator, all } = part;
    const types = columns.map(({ type }) => type);
    const sides = [query, right].map((side) => convertedColumns(side, types, context.binder));
    const plan: SetOperationNode = { kind: 'set-operation', operator, all, left: sides[0], right: sides[1], columns };
    query = { plan, columns };
  }
  return query;
}

export function checkColumnCounts(left: readonly PlanColumn[], right: readonly PlanColumn[], part: CompoundPart): void {
  if (left.length === right.length) return;
  const message = `the sides of ${part.operator} have ${left.length} and ${right.length} columns`;
  throw bindError('INVALID_STATEMENT', message, part);
}

/** New columns that can hold both sides' values, named by the left side. */
export function unitedColumns(
  left: { readonly plan: LogicalPlan | null; readonly columns: readonly PlanColumn[] },
  right: Query,
  binder: Binder,
): readonly PlanColumn[] {
  return left.columns.map((column, i) => {
    const other = right.columns[i];
    const type = commonType([column.type, other.type]);
    return binder.column(
      column.name,
      type,
      column.collation,
      unitedAffinity({ column, plan: left.plan }, { column: other, plan: right.plan }),
    );
  });
}

/** The query in the order of a compound's ORDER BY. */
function sortedByColumns(query: Query, order: CompoundOrder): Query {
  const terms = order.over(query.columns);
  return terms.length === 0 ? query : { plan: { kind: 'sort', input: query.plan, terms }, columns: query.columns };
}

/** LIMIT and OFFSET: expressions that no row of this query can enter. */
export function limited(
  query: Query,
  clause: { readonly limit: Expression | null; readonly offset: Expression | null; readonly withTies: boolean },
  context: QueryContext,
): Query {
  if (clause.limit === null && clause.offset === null) return query;
  const bind = (node: Expression | null, place: string): BoundExpression | null => {
    if (node === null) return null;
    const { binder, boundary, commonTables } = context;
    return bindExpression(node, {
      binder,
      scope: new Scope([], boundary),
      commonTables,
      aggregates: null,
      place,
      aliases: false,
    });
  };
  const plan: LogicalPlan = {
    kind: 'limit',
    input: query.plan,
    limit: bind(clause.limit, 'LIMIT'),
    offset: bind(clause.offset, 'OFFSET'),
    ...(clause.withTies ? { ties: orderOf(query.plan) } : {}),
  };
  return { plan, columns: query.columns };
}

/** The terms that a query with ORDER BY is sorted by: DISTINCT may stand above the sort. */
function orderOf(plan: LogicalPlan): readonly SortTerm[] {
  if (plan.kind === 'distinct') return orderOf(plan.input);
  return plan.kind === 'sort' ? plan.terms : [];
}
