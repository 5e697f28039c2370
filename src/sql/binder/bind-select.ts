import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type {
  CommonTable,
  OrderingTerm,
  QueryOperand,
  SelectStatement,
  ValuesCore,
  WithClause,
} from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { united } from '../expressions/build.ts';
import { bindExpression } from './bind-expression.ts';
import { bindSelectCore } from './bind-select-core.ts';
import { type Binder, bindError, type CommonTables } from './binder.ts';
import type { CompoundOrder } from './compound-order.ts';
import { plainContext } from './expression-context.ts';
import { RELATIONAL_BINDING } from './late-parts.ts';
import type { LogicalPlan, Query, SortTerm } from './logical-plan.ts';
import { foldName } from './names.ts';
import { checkRowWidths } from './row-widths.ts';
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
    select.compound.length > 0
      ? RELATIONAL_BINDING.get().bindCompound(select, context)
      : bindOperand(select.first, select.orderBy, context);
  if (sorted.columns.length > LIMITS.columns) {
    throw bindError('LIMIT_EXCEEDED', `a result has at most ${LIMITS.columns} columns`, select);
  }
  return limited(sorted, select, context);
}

/** The WITH clause's tables in scope; each sees all of them, those behind it too, as in SQLite. */
export function withTables(clause: WithClause | null, outer: CommonTables | null): CommonTables | null {
  if (clause === null) return outer;
  let tables = outer;
  const names = new Set<string>();
  const entries: { readonly table: CommonTable; visible: CommonTables | null; readonly working: null }[] = [];
  for (const table of clause.tables) {
    const name = foldName(table.name);
    if (names.has(name)) throw bindError('INVALID_STATEMENT', `duplicate WITH table name: "${table.name}"`, table);
    names.add(name);
    const entry = { table, visible: outer, working: null };
    entries.push(entry);
    tables = { entry, rest: tables };
  }
  for (const entry of entries) entry.visible = tables;
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
  return orderBy.length === 0 ? query : RELATIONAL_BINDING.get().sortedByNames(query, orderBy);
}

function bindValues(node: ValuesCore, context: QueryContext): Query {
  if (node.rows.length > LIMITS.valuesRows) {
    throw bindError('LIMIT_EXCEEDED', `VALUES has at most ${LIMITS.valuesRows} rows`, node);
  }
  checkRowWidths(node.rows);
  const { binder, commonTables, boundary } = context;
  const scope = new Scope([], boundary);
  const place = plainContext({ binder, commonTables }, scope, 'VALUES');
  const written = node.rows.map((row) => row.map((value) => bindExpression(value, place)));
  const lists = written[0].map((_, i) => united(written.map((row) => row[i])));
  const columns = lists.map(({ type }, i) => binder.column(`column${i + 1}`, type));
  const rows = written.map((_, r) => lists.map(({ operands }) => operands[r]));
  return { plan: { kind: 'values', columns, rows }, columns };
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
    return bindExpression(node, plainContext({ binder, commonTables }, new Scope([], boundary), place));
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
