import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type {
  CompoundPart,
  OrderingTerm,
  QueryOperand,
  ResultColumn,
  SelectStatement,
  ValuesCore,
  WithClause,
} from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { commonType } from '../expressions/static-type.ts';
import { bindExpression } from './bind-expression.ts';
import { orderPosition, withoutCollate } from './bind-order.ts';
import { bindSelectCore } from './bind-select-core.ts';
import { type Binder, bindError, type CommonTables } from './binder.ts';
import type { LogicalPlan, PlanColumn, Query, SetOperationNode, SortTerm } from './logical-plan.ts';
import { sameName } from './names.ts';
import { type Boundary, Scope } from './scope.ts';

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
  for (const table of clause?.tables ?? []) tables = { entry: { table, visible: tables, working: null }, rest: tables };
  return tables;
}

export function bindOperand(operand: QueryOperand, orderBy: readonly OrderingTerm[], context: QueryContext): Query {
  switch (operand.kind) {
    case 'select-core':
      return bindSelectCore(operand, orderBy, context);
    case 'values':
      return sortedByColumns(bindValues(operand, context), [], orderBy);
    case 'nested-query':
      return sortedByColumns(
        bindQuery(operand.query, context.binder, context.boundary, context.commonTables),
        [],
        orderBy,
      );
  }
}

function bindValues(node: ValuesCore, context: QueryContext): Query {
  if (node.rows.length > LIMITS.valuesRows) {
    throw bindError('LIMIT_EXCEEDED', `VALUES has at most ${LIMITS.valuesRows} rows`, node);
  }
  const { binder, commonTables, boundary } = context;
  const scope = new Scope([], boundary);
  const place = { binder, scope, commonTables, aggregates: null, place: 'VALUES', aliases: false };
  const rows = node.rows.map((row) => row.map((value) => bindExpression(value, place)));
  const columns = rows[0].map((_, i) => binder.column(`column${i + 1}`, commonType(rows.map((row) => row[i].type))));
  return { plan: { kind: 'values', columns, rows }, columns };
}

function bindCompound(select: SelectStatement, context: QueryContext): Query {
  const { query, operandColumns } = bindOperands(select.first, select.compound, context);
  const operands = [select.first, ...select.compound.map((part) => part.operand)];
  return sortedByColumns(query, operandColumns, select.orderBy, operands);
}

/** The operands of a compound, folded from the left, and the columns of each of them. */
export function bindOperands(first: QueryOperand, parts: readonly CompoundPart[], context: QueryContext) {
  let query = bindOperand(first, [], context);
  const operandColumns = [query.columns];
  for (const part of parts) {
    const right = bindOperand(part.operand, [], context);
    operandColumns.push(right.columns);
    checkColumnCounts(query.columns, right.columns, part);
    const columns = unitedColumns(query.columns, right.columns, context.binder);
    const { operator, all } = part;
    const plan: SetOperationNode = { kind: 'set-operation', operator, all, left: query, right, columns };
    query = { plan, columns };
  }
  return { query, operandColumns };
}

export function checkColumnCounts(left: readonly PlanColumn[], right: readonly PlanColumn[], part: CompoundPart): void {
  if (left.length === right.length) return;
  const message = `the sides of ${part.operator} have ${left.length} and ${right.length} columns`;
  throw bindError('INVALID_STATEMENT', message, part);
}

/** New columns that can hold both sides' values, named by the left side. */
export function unitedColumns(
  left: readonly PlanColumn[],
  right: readonly PlanColumn[],
  binder: Binder,
): readonly PlanColumn[] {
  return left.map((column, i) => {
    const other = right[i];
    const affinity = column.affinity === other.affinity ? column.affinity : 'NONE';
    return binder.column(column.name, commonType([column.type, other.type]), column.collation, affinity);
  });
}

/** ORDER BY over a result whose rows can only be named by their columns: a compound's, or VALUES'. */
export function sortedByColumns(
  query: Query,
  operandColumns: readonly (readonly PlanColumn[])[],
  orderBy: readonly OrderingTerm[],
  operands: readonly QueryOperand[] = [],
): Query {
  if (orderBy.length === 0) return query;
  const terms = orderBy.map((term): SortTerm => {
    const { inner, collation } = withoutCollate(term.expression);
    const column = query.columns[compoundColumn(inner, [query.columns, ...operandColumns], operands)];
    return {
      column,
      collation: collation ?? column.collation,
      descending: term.descending,
      nullsFirst: term.nulls === null ? !term.descending : term.nulls === 'FIRST',
    };
  });
  return { plan: { kind: 'sort', input: query.plan, terms }, columns: query.columns };
}

function compoundColumn(
  expression: Expression,
  candidates: readonly (readonly PlanColumn[])[],
  operands: readonly QueryOperand[],
): number {
  const position = orderPosition(expression, candidates[0].length, 'ORDER BY');
  if (position !== null) return position;
  if (expression.kind === 'column' && expression.table === null) {
    for (const columns of candidates) {
      const index = columns.findIndex((column) => sameName(column.name, expression.name));
      if (index >= 0) return index;
    }
  }
  const written = structureOf(expression);
  for (const operand of operands) {
    const columns = operand.kind === 'select-core' ? operand.columns : [];
    const hasStar = columns.some((column) => column.kind === 'star-column');
    const isTheTerm = (column: ResultColumn): boolean =>
      column.kind === 'expression-column' && structureOf(column.expression) === written;
    const index = hasStar ? -1 : columns.findIndex(isTheTerm);
    if (index >= 0) return index;
  }
  throw bindError('INVALID_STATEMENT', 'ORDER BY term does not match any column of the result', expression);
}

/** LIMIT and OFFSET: expressions that no row of this query can enter. */
export function limited(
  query: Query,
  clause: { readonly limit: Expression | null; readonly offset: Expression | null },
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
  };
  return { plan, columns: query.columns };
}

const PLACES = new Set(['position', 'end', 'operatorPosition']);

/** An expression without the places where its parts stand: equal for expressions that are written alike. */
function structureOf(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) => {
    if (PLACES.has(key)) return undefined;
    return typeof value === 'bigint' ? `${value}n` : value;
  });
}
