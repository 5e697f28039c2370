import type { Collation } from '../../engine/catalog/definitions.ts';
import type { Expression } from '../ast/expressions.ts';
import type { OrderingTerm, SelectCore } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { collate } from '../expressions/build.ts';
import { collationOf, conjuncts } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { type BoundFrom, bindFrom } from './bind-from.ts';
import { groupInput, readPlanColumns } from './bind-grouping.ts';
import { orderPosition, withoutCollate } from './bind-order.ts';
import { bindResultColumns, type ResultItem } from './bind-result.ts';
import type { QueryContext } from './bind-select.ts';
import { type Binder, bindError } from './binder.ts';
import type { CompoundOrder } from './compound-order.ts';
import {
  AggregateCollector,
  type BoundWindowCall,
  type ExpressionContext,
  plainContext,
  WindowCollector,
} from './expression-context.ts';
import { RELATIONAL_BINDING, WINDOW_BINDING } from './late-parts.ts';
import type { LogicalPlan, Query, SortTerm } from './logical-plan.ts';
import { foldName } from './names.ts';
import { Projection } from './projection.ts';
import { ResultAliases } from './result-aliases.ts';
import { Scope } from './scope.ts';

/** What one SELECT computes, before it becomes operators. */
interface BoundCore {
  readonly items: readonly ResultItem[];
  readonly where: BoundExpression | null;
  readonly keys: readonly BoundExpression[];
  /** Positions among the keys that are grouped by together; null: GROUP BY is one set, of all keys. */
  readonly sets: readonly (readonly number[])[] | null;
  readonly having: BoundExpression | null;
  readonly order: readonly OrderItem[];
  readonly distinctOn: readonly BoundExpression[];
  readonly collector: AggregateCollector;
  readonly windows: readonly BoundWindowCall[];
  /** QUALIFY: a condition on what window functions have computed. */
  readonly qualify: BoundExpression | null;
}

interface OrderItem {
  readonly expression: BoundExpression;
  readonly term: OrderingTerm;
}

/** FROM, WHERE, GROUP BY, HAVING, the result columns, DISTINCT and ORDER BY of one SELECT. */
export function bindSelectCore(
  core: SelectCore,
  orderBy: readonly OrderingTerm[],
  context: QueryContext,
  compound: CompoundOrder | null = null,
): Query {
  const aliases = new ResultAliases(core.columns);
  const from: BoundFrom =
    core.from === null
      ? { plan: { kind: 'values', columns: [], rows: [[]] }, columns: [], tableCount: 0 }
      : bindFrom(core.from, {
          binder: context.binder,
          boundary: context.boundary,
          commonTables: context.commonTables,
          aliases,
        });
  const scope = new Scope(from.columns, context.boundary);
  scope.aliases = aliases;
  const bound = bindClauses(core, orderBy, scope, context, compound);
  let plan: LogicalPlan = from.plan;
  if (bound.where !== null)
    plan = { kind: 'filter', input: plan, conditions: conjuncts(build.asCondition(bound.where)) };
  const { calls, groupings } = bound.collector;
  if (core.groupBy.length === 0 && calls.length === 0 && groupings.length === 0) {
    if (bound.having !== null)
      throw bindError('GROUPING_ERROR', 'HAVING needs GROUP BY or an aggregate', core.having ?? core);
    return finish(plan, bound, context.binder, core.distinct);
  }
  const grouped = groupInput(plan, from, bound, context.binder);
  return finish(grouped.plan, grouped.expressions, context.binder, core.distinct);
}

function bindClauses(
  core: SelectCore,
  orderBy: readonly OrderingTerm[],
  scope: Scope,
  context: QueryContext,
  compound: CompoundOrder | null,
): BoundCore {
  const collector = new AggregateCollector();
  const windows = new WindowCollector(core.windows);
  const where = core.where === null ? null : bindExpression(core.where, plainContext(context, scope, 'WHERE', true));
  const grouped = groupedContext(context, scope, collector, windows, 'the result', true);
  scope.grouping = grouped;
  const itemContext = groupedContext(context, scope, collector, windows, 'the result', false);
  const items = bindResultColumns(core.columns, core, itemContext);
  scope.grouping = null;
  const { keys, sets } = core.groupBy.length === 0 ? NO_KEYS : bindGroupBy(core, items, scope, context);
  scope.grouping = grouped;
  const having =
    core.having === null
      ? null
      : bindExpression(core.having, groupedContext(context, scope, collector, null, 'HAVING', true));
  compound?.offerSelect(items, grouped);
  // ORDER BY alone makes no group of the rows that it orders.
  const isGrouped = keys.length > 0 || sets !== null || collector.calls.length + collector.groupings.length > 0;
  const order = orderBy.map((term) => ({ expression: bindOrderTerm(term.expression, items, grouped), term }));
  if (!isGrouped && collector.calls.length > 0) {
    throw bindError(
      'GROUPING_ERROR',
      'misuse of aggregate in ORDER BY: the SELECT has no groups',
      orderBy[0].expression,
    );
  }
  const distinctOn = (core.distinctOn ?? []).map((expression) => bindOrderTerm(expression, items, grouped));
  const qualify = core.qualify === null ? null : bindExpression(core.qualify, grouped);
  return { items, where, keys, sets, having, order, distinctOn, collector, windows: windows.calls, qualify };
}

function groupedContext(
  { binder, commonTables }: QueryContext,
  scope: Scope,
  aggregates: AggregateCollector,
  windows: WindowCollector | null,
  place: string,
  aliases: boolean,
): ExpressionContext {
  return { binder, scope, commonTables, aggregates, windows, place, aliases };
}

const NO_KEYS: Pick<BoundCore, 'keys' | 'sets'> = { keys: [], sets: null };

/** The keys, and the sets of them where there are several. */
function bindGroupBy(
  core: SelectCore,
  items: readonly ResultItem[],
  scope: Scope,
  query: QueryContext,
): Pick<BoundCore, 'keys' | 'sets'> {
  const context = plainContext(query, scope, 'GROUP BY', true);
  const bind = (node: Expression): BoundExpression => bindKey(node, items, context);
  const keys: BoundExpression[] = [];
  for (const element of core.groupBy) {
    if (element.kind === 'grouping-set') return RELATIONAL_BINDING.get().bindGroupingSets(core.groupBy, core, bind);
    keys.push(bind(element));
  }
  return { keys, sets: null };
}

/** A grouping key: a result position, a column of FROM, an alias, or an expression of these. */
function bindKey(node: Expression, items: readonly ResultItem[], context: ExpressionContext): BoundExpression {
  const { inner, collation } = withoutCollate(node);
  const position = orderPosition(inner, items.length, 'GROUP BY');
  if (position === null) return bindExpression(node, context);
  const { node: itemNode, expression } = items[position];
  // Bound again, so that an aggregate in its place is an error here.
  return collated(itemNode === null ? expression : bindExpression(itemNode, context), collation);
}

/** A sort key: a result position, an alias (which goes before a column of that name), or any expression. */
function bindOrderTerm(node: Expression, items: readonly ResultItem[], context: ExpressionContext): BoundExpression {
  const { inner, collation } = withoutCollate(node);
  const position = orderPosition(inner, items.length, 'ORDER BY');
  if (position !== null) return collated(items[position].expression, collation);
  if (inner.kind === 'column' && inner.table === null) {
    const name = foldName(inner.name);
    const item = items.find((candidate) => candidate.alias !== null && foldName(candidate.alias) === name);
    if (item !== undefined) return collated(item.expression, collation);
  }
  return bindExpression(node, context);
}

function collated(expression: BoundExpression, collation: Collation | null): BoundExpression {
  return collation === null ? expression : collate(expression, collation);
}

/** HAVING, the result columns, ORDER BY and DISTINCT, as operators above `input`. */
function finish(
  input: LogicalPlan,
  bound: Pick<BoundCore, 'items' | 'having' | 'order' | 'distinctOn' | 'windows' | 'qualify'>,
  binder: Binder,
  distinct: boolean,
): Query {
  let plan = input;
  if (bound.having !== null)
    plan = { kind: 'filter', input: plan, conditions: conjuncts(build.asCondition(bound.having)) };
  if (bound.windows.length > 0) plan = withWindows(plan, bound, binder);
  if (bound.qualify !== null)
    plan = { kind: 'filter', input: plan, conditions: conjuncts(build.asCondition(bound.qualify)) };
  const projection = new Projection(binder);
  const columns = bound.items.map((item) => projection.add(item.name, item.expression));
  const terms = bound.order.map(({ expression, term }): SortTerm => {
    const column = projection.add('', expression);
    return {
      column,
      collation: collationOf(expression)?.collation ?? 'BINARY',
      descending: term.descending,
      nullsFirst: term.nulls === null ? !term.descending : term.nulls === 'FIRST',
    };
  });
  const on = bound.distinctOn.map((expression) => projection.add('', expression));
  plan = projection.over(plan);
  const sort = (under: LogicalPlan): LogicalPlan =>
    terms.length === 0 ? under : { kind: 'sort', input: under, terms };
  if (!distinct) return { plan: sort(plan), columns };
  const visible = new Set(columns.map((column) => column.id));
  const sortFirst = on.length > 0 || terms.some((term) => !visible.has(term.column.id));
  const keys = on.length > 0 ? on : columns;
  if (sortFirst) return { plan: { kind: 'distinct', input: sort(plan), columns: keys }, columns };
  return { plan: sort({ kind: 'distinct', input: plan, columns: keys }), columns };
}

/** The window operators, which pass on what the result and ORDER BY read of their input. */
function withWindows(
  input: LogicalPlan,
  bound: Pick<BoundCore, 'items' | 'order' | 'distinctOn' | 'windows' | 'qualify'>,
  binder: Binder,
): LogicalPlan {
  const above = [
    ...bound.items.map((item) => item.expression),
    ...bound.order.map((item) => item.expression),
    ...bound.distinctOn,
    ...(bound.qualify === null ? [] : [bound.qualify]),
  ];
  const computed = new Set(bound.windows.map((call) => call.column.id));
  const keep = readPlanColumns(above).filter((column) => !computed.has(column.id));
  return WINDOW_BINDING.get().windowPlan(input, bound.windows, keep, binder);
}
