import type { BoundExpression } from '../expressions/bound-expression.ts';
import { bindBitwise, literal } from '../expressions/build.ts';
import {
  children,
  isSubquery,
  mapColumns,
  mapExpression,
  sameExpression,
  someNode,
  usedColumns,
} from '../expressions/inspect.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { BoundFrom } from './bind-from.ts';
import type { ResultItem } from './bind-result.ts';
import { type Binder, bindError, readColumn } from './binder.ts';
import type { AggregateCollector, BoundWindowCall, GroupingCall } from './expression-context.ts';
import type { AggregateCall, ColumnId, LogicalPlan, PlanColumn, ProjectedColumn } from './logical-plan.ts';
import { isLogicalSubquery } from './logical-subquery.ts';

/** The expressions that are evaluated after grouping. */
interface GroupedExpressions {
  readonly items: readonly ResultItem[];
  readonly having: BoundExpression | null;
  readonly order: readonly { readonly expression: BoundExpression }[];
  readonly distinctOn: readonly BoundExpression[];
  readonly windows: readonly BoundWindowCall[];
  readonly qualify: BoundExpression | null;
}

/**
 * The aggregate operator over `input`, and the expressions above it with grouping keys in the place of the key
 * expressions. Other columns of FROM become bare columns, as SQLite has them.
 */
export function groupInput<Term>(
  input: LogicalPlan,
  from: BoundFrom,
  bound: {
    readonly items: readonly ResultItem[];
    readonly having: BoundExpression | null;
    readonly order: readonly { readonly expression: BoundExpression; readonly term: Term }[];
    readonly distinctOn: readonly BoundExpression[];
    readonly keys: readonly BoundExpression[];
    readonly sets: readonly (readonly number[])[] | null;
    readonly collector: AggregateCollector;
    readonly windows: readonly BoundWindowCall[];
    readonly qualify: BoundExpression | null;
  },
  binder: Binder,
) {
  const { sets } = bound;
  const keys =
    sets === null
      ? distinctKeys(bound.keys.map((key) => binder.projected('', key)))
      : bound.keys.map((key) => freshKey(key, binder));
  const grouping = sets === null ? null : binder.column('grouping', STATIC_TYPES.INTEGER);
  const replaceKeys = keyReplacer(sets === null ? keys.filter((key) => key.expression.kind !== 'column') : keys);
  const replace =
    bound.collector.groupings.length === 0
      ? replaceKeys
      : groupingReplacer(groupingExpressions(bound.collector.groupings, bound.keys, grouping), replaceKeys);
  const expressions = {
    items: bound.items.map(({ name, alias, node, expression }) => ({
      name,
      alias,
      node,
      expression: replace(expression),
    })),
    having: bound.having === null ? null : replace(bound.having),
    order: bound.order.map(({ expression, term }) => ({ expression: replace(expression), term })),
    distinctOn: bound.distinctOn.map(replace),
    windows: bound.windows.map((call) => mapWindowCall(call, replace)),
    qualify: bound.qualify === null ? null : replace(bound.qualify),
  };
  const { calls } = bound.collector;
  const bare = from.columns.length === 0 ? [] : bareColumns(expressions, from, keys);
  const node = { kind: 'aggregate' as const, input, keys, calls, bare, bareFrom: extremeCall(calls, bare) };
  const plan: LogicalPlan = sets === null || grouping === null ? node : { ...node, sets, grouping };
  return { plan, expressions };
}

/** As `replaceKeys`, with calls of grouping() replaced, too. */
function groupingReplacer(
  groupings: ReadonlyMap<ColumnId, BoundExpression>,
  replaceKeys: (expression: BoundExpression) => BoundExpression,
): (expression: BoundExpression) => BoundExpression {
  return (expression) => mapColumns(replaceKeys(expression), (column) => groupings.get(column.index) ?? column);
}

/** A key that is NULL in some sets: never the column that it is computed from. */
function freshKey(expression: BoundExpression, binder: Binder): ProjectedColumn {
  const { name, type, collation, affinity } = binder.projected('', expression);
  return { ...binder.column(name, type, collation, affinity), expression };
}

/** What each grouping() reads of the column that says which keys a row is not grouped by. */
function groupingExpressions(
  calls: readonly GroupingCall[],
  keys: readonly BoundExpression[],
  grouping: PlanColumn | null,
): ReadonlyMap<ColumnId, BoundExpression> {
  return new Map(
    calls.map((call) => {
      const bits = call.arguments.map((argument, i) => {
        const key = keys.findIndex((candidate) => sameExpression(candidate, argument));
        if (key < 0) {
          throw bindError('GROUPING_ERROR', 'the arguments of grouping() must be expressions of GROUP BY', call.node);
        }
        if (grouping === null) return literal(0n);
        const bit = bindBitwise('&', bindBitwise('>>', readColumn(grouping), literal(BigInt(key))), literal(1n));
        return bindBitwise('<<', bit, literal(BigInt(call.arguments.length - 1 - i)));
      });
      return [call.column.id, bits.reduce((sum, bit) => bindBitwise('|', sum, bit))];
    }),
  );
}

function mapWindowCall(
  call: BoundWindowCall,
  replace: (expression: BoundExpression) => BoundExpression,
): BoundWindowCall {
  return {
    ...call,
    arguments: call.arguments.map(replace),
    filter: call.filter === null ? null : replace(call.filter),
    partition: call.partition.map(replace),
    order: call.order.map((order) => ({ ...order, expression: replace(order.expression) })),
  };
}

/** The expressions that are computed below a window operator. */
function windowExpressions(call: BoundWindowCall): readonly BoundExpression[] {
  const { arguments: args, filter, partition, order } = call;
  return [...args, ...(filter === null ? [] : [filter]), ...partition, ...order.map(({ expression }) => expression)];
}

function distinctKeys(keys: readonly ProjectedColumn[]): readonly ProjectedColumn[] {
  return keys.filter((key, i) => !keys.slice(0, i).some((other) => sameExpression(other.expression, key.expression)));
}

/** Puts a key's column wherever its expression occurs. Plain columns keep their ids and need no replacing. */
function keyReplacer(keys: readonly ProjectedColumn[]): (expression: BoundExpression) => BoundExpression {
  if (keys.length === 0) return (expression) => expression;
  // mapExpression works from the leaves up: a key that contains another one must be looked for in its replaced form.
  const replaced = keys.map((key) => {
    const others = keys.filter((other) => other !== key);
    const expression = mapExpression(key.expression, (node) => keyColumn(node, others) ?? node);
    return { ...key, expression };
  });
  return (expression) => mapExpression(expression, (node) => keyColumn(node, replaced) ?? node);
}

function keyColumn(node: BoundExpression, keys: readonly ProjectedColumn[]): BoundExpression | null {
  if (node.kind === 'literal') return null;
  const key = keys.find((candidate) => sameExpression(candidate.expression, node));
  return key === undefined ? null : readColumn(key);
}

/** Columns of FROM that are read above the grouping without being keys. */
function bareColumns(
  expressions: GroupedExpressions,
  from: BoundFrom,
  keys: readonly ProjectedColumn[],
): readonly PlanColumn[] {
  const read = new Set<ColumnId>();
  const all = [
    ...expressions.items.map((item) => item.expression),
    ...(expressions.having === null ? [] : [expressions.having]),
    ...(expressions.qualify === null ? [] : [expressions.qualify]),
    ...expressions.order.map((item) => item.expression),
    ...expressions.distinctOn,
    ...expressions.windows.flatMap(windowExpressions),
  ];
  for (const expression of all) collectReadColumns(expression, read);
  const keyIds = new Set(keys.map((key) => key.id));
  const bare = new Map<ColumnId, PlanColumn>();
  for (const { column, expression } of from.columns) {
    const ids = expression.kind === 'column' ? [column.id] : usedColumns(expression);
    for (const id of ids) if (read.has(id) && !keyIds.has(id)) bare.set(id, columnOf(id, from));
  }
  return [...bare.values()];
}

function columnOf(id: ColumnId, from: BoundFrom): PlanColumn {
  const own = from.columns.find(({ column }) => column.id === id);
  return own!.column;
}

/** Ids of the columns that an expression reads, those of its correlated subqueries included. */
export function collectReadColumns(expression: BoundExpression, into: { add(id: ColumnId): void }): void {
  someNode(expression, (node) => {
    if (node.kind === 'column') into.add(node.index);
    else if (isSubquery(node) && isLogicalSubquery(node.subquery))
      for (const id of node.subquery.free.keys()) into.add(id);
    return false;
  });
}

/** The columns that expressions read, those of their correlated subqueries included. */
export function readPlanColumns(expressions: readonly BoundExpression[]): readonly PlanColumn[] {
  const columns = new Map<ColumnId, PlanColumn>();
  const visit = (expression: BoundExpression): void => {
    if (expression.kind === 'column') {
      const { index: id, name, type, collation, affinity } = expression;
      columns.set(id, { id, name, type, collation, affinity });
    }
    if (isSubquery(expression)) {
      if (isLogicalSubquery(expression.subquery)) {
        for (const [id, column] of expression.subquery.free) columns.set(id, column);
      }
    }
    children(expression).forEach(visit);
  };
  expressions.forEach(visit);
  return [...columns.values()];
}

/** SQLite: bare columns come from the row that has the extreme of a min or max, the last that is written. */
function extremeCall(calls: readonly AggregateCall[], bare: readonly PlanColumn[]): ColumnId | null {
  if (bare.length === 0) return null;
  const extremes = calls.filter(({ definition }) => definition.name === 'min' || definition.name === 'max');
  return extremes.at(-1)?.column.id ?? null;
}
