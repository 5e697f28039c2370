import { isHeliosError } from '../../base/errors.ts';
import type { Identifier, SourceRange } from '../ast/node.ts';
import type { JoinedTable } from '../ast/table-references.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { conjuncts, hasSubquery, usedColumns } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { type BoundFrom, bindTableReference, type FromContext, type WaitingCondition } from './bind-from.ts';
import { lateralBoundary } from './bind-lateral.ts';
import { bindError, notSupported } from './binder.ts';
import { plainContext } from './expression-context.ts';
import type { ApplyNode, ColumnId, JoinNode, LogicalPlan, PlanColumn } from './logical-plan.ts';
import { foldName, sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { seenFromWithin } from './seen-from-within.ts';

/**
 * One join: its sides, its condition, and the columns that USING and NATURAL merge. `isNested`: it is, or begins, a join in
 * parentheses on the right of another one. There, and behind an alias, merged columns come before the others of their table, as in SQLite.
 */
export function bindJoin(node: JoinedTable, context: FromContext, isNested: boolean): BoundFrom {
  const { alias } = node;
  if (alias === null) return bindPlainJoin(node, context, isNested);
  const bound = bindPlainJoin(node, context, true);
  // Of columns of the same name, the alias finds the first.
  const firsts = new Map<string, ScopeColumn>();
  for (const column of bound.columns.filter(isVisible)) {
    const name = foldName(column.name);
    if (!firsts.has(name)) firsts.set(name, { ...column, table: alias, visibility: 'hidden' });
  }
  return { ...bound, columns: [...bound.columns, ...firsts.values()] };
}

function bindPlainJoin(node: JoinedTable, context: FromContext, isNested: boolean): BoundFrom {
  if (isListed(node)) return bindList(node, context, isNested);
  if (node.asof) throw notSupported('ASOF JOIN', node);
  const left = bindTableReference(node.left, context, isNested);
  const right = bindTableReference(node.right, besides(left, node, context), true);
  return joined(node, left, right, context, isNested);
}

/** True of a comma before a table's name, and of JOIN without a condition: a long FROM has many of them. */
function isListed({ join, right, on, using, natural, asof }: JoinedTable): boolean {
  const isProduct = join === 'INNER' || join === 'CROSS';
  return isProduct && right.kind === 'table' && on === null && using === null && !natural && !asof;
}

/** The tables of a list: their columns are put together once, not for each join anew. */
function bindList(last: JoinedTable, context: FromContext, isNested: boolean): BoundFrom {
  const nodes = [last];
  let { left: first } = last;
  for (; first.kind === 'join' && first.alias === null && isListed(first); first = first.left) nodes.push(first);
  let bound = bindTableReference(first, context, isNested);
  if (bound.waiting !== undefined) {
    for (let i = nodes.length - 1; i >= 0; i--) {
      const right = bindTableReference(nodes[i].right, context, true);
      bound = joined(nodes[i], bound, right, context, isNested);
    }
    return bound;
  }
  let { plan, tableCount } = bound;
  const columns = [...bound.columns];
  let lastTable = 0;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const right = bindTableReference(nodes[i].right, context, true);
    lastTable = columns.length;
    for (const column of right.columns) columns.push(column);
    plan = { kind: 'join', join: 'inner', left: plan, right: right.plan, conditions: [] };
    tableCount += right.tableCount;
  }
  return { plan, columns, tableCount, lastTable };
}

function joined(
  node: JoinedTable,
  left: BoundFrom,
  right: BoundFrom,
  context: FromContext,
  isNested: boolean,
): BoundFrom {
  const merge = mergedNames(node, left, right);
  const pairs = merge.map((name) => ({
    left: sideColumn(left, name, node),
    right: sideColumn(right, name, node),
  }));
  const merged = pairs.map((pair) => build.bindComparison('=', pair.left.expression, pair.right.expression));
  const all = [...left.columns, ...right.columns];
  const on = bindOn(node, all, context);
  const conditions = [...merged, ...on.conditions];
  const plan =
    right.lateral === undefined
      ? joinPlan(node.join, left, right, conditions)
      : node.join === 'LEFT' && on.conditions.some(hasSubquery)
        ? outerApplyPlan(node, left, right, right.lateral, merged, context)
        : applyPlan(node.join, left, right, right.lateral, conditions, node);
  const waited = bindWaiting(node, [...(left.waiting ?? []), ...(right.waiting ?? [])], all, context);
  const columns = mergeColumns(node.join, isNested ? mergedFirst(left, pairs) : left, right, pairs);
  return {
    plan: waited.conditions.length === 0 ? plan : { kind: 'filter', input: plan, conditions: waited.conditions },
    columns,
    tableCount: left.tableCount + right.tableCount,
    lastTable: columns.length - right.columns.length,
    waiting: [...on.waiting, ...waited.waiting],
  };
}

/** What the right side knows of: a table by name does not look at those before it. */
function besides(left: BoundFrom, { right }: JoinedTable, context: FromContext): FromContext {
  if (right.kind === 'table') return context;
  return { ...context, toTheLeft: [...(context.toTheLeft ?? []), ...left.columns] };
}

interface BoundConditions {
  readonly conditions: readonly BoundExpression[];
  readonly waiting: readonly WaitingCondition[];
}

/** ON of an inner join may name tables further right: it is a condition on the whole FROM, as WHERE is. */
function bindOn(node: JoinedTable, columns: readonly ScopeColumn[], context: FromContext): BoundConditions {
  const { on } = node;
  if (on === null) return { conditions: [], waiting: [] };
  const { binder, commonTables } = context;
  const scope = new Scope(columns, context.boundary);
  scope.aliases = context.aliases ?? null;
  const place = plainContext({ binder, commonTables }, scope, 'ON', true);
  if (node.join !== 'INNER' && node.join !== 'CROSS') {
    return { conditions: conjuncts(build.asCondition(bindExpression(on, place))), waiting: [] };
  }
  try {
    return { conditions: conjuncts(build.asCondition(bindExpression(on, place))), waiting: [] };
  } catch (error) {
    if (!isHeliosError(error, 'COLUMN_NOT_FOUND') && !isHeliosError(error, 'TABLE_NOT_FOUND')) throw error;
    return { conditions: [], waiting: [{ on, error }] };
  }
}

/** Conditions of joins below that the columns of this one may be enough for. */
function bindWaiting(
  node: JoinedTable,
  waiting: readonly WaitingCondition[],
  columns: readonly ScopeColumn[],
  context: FromContext,
): BoundConditions {
  if (waiting.length > 0 && (node.join === 'RIGHT' || node.join === 'FULL')) throw waiting[0].error;
  const bound = waiting.map(({ on }) => bindOn({ ...node, join: 'INNER', on }, columns, context));
  return {
    conditions: bound.flatMap(({ conditions }) => conditions),
    waiting: waiting.filter((_, i) => bound[i].waiting.length > 0),
  };
}

function joinPlan(
  join: JoinedTable['join'],
  left: BoundFrom,
  right: BoundFrom,
  conditions: readonly BoundExpression[],
): JoinNode {
  const sides = { left: left.plan, right: right.plan };
  switch (join) {
    case 'INNER':
    case 'CROSS':
      return { kind: 'join', join: 'inner', ...sides, conditions };
    case 'LEFT':
      return { kind: 'join', join: 'left', ...sides, conditions };
    case 'RIGHT':
      return { kind: 'join', join: 'left', left: right.plan, right: left.plan, conditions, mirrored: true };
    case 'FULL':
      return { kind: 'join', join: 'full', ...sides, conditions };
  }
}

/** Every row of the left with every row of the right, which may be LATERAL. */
export function crossJoin(left: Pick<BoundFrom, 'plan' | 'columns'>, right: BoundFrom, node: SourceRange): LogicalPlan {
  if (right.lateral !== undefined) return applyPlan('INNER', left, right, right.lateral, [], node);
  return { kind: 'join', join: 'inner', left: left.plan, right: right.plan, conditions: [] };
}

/** A join whose right side is LATERAL. Of a left join, the condition belongs to the right side. */
function applyPlan(
  joined: JoinedTable['join'],
  left: Pick<BoundFrom, 'plan' | 'columns'>,
  right: BoundFrom,
  lateral: ReadonlyMap<ColumnId, PlanColumn>,
  conditions: readonly BoundExpression[],
  node: SourceRange,
): LogicalPlan {
  if (joined === 'RIGHT' || joined === 'FULL') {
    const hint = 'That of an INNER or LEFT JOIN can.';
    throw bindError('INVALID_STATEMENT', `the right side of a ${joined} JOIN cannot read the left one`, node, hint);
  }
  const leftIds = new Set(left.columns.flatMap(({ expression }) => [...usedColumns(expression)]));
  const free = new Set([...lateral.keys()].filter((id) => leftIds.has(id)));
  const apply = (join: 'inner' | 'left', inner: LogicalPlan): ApplyNode => ({
    kind: 'apply',
    join,
    left: left.plan,
    right: inner,
    free: [...free],
  });
  if (joined !== 'LEFT') {
    const plan = apply('inner', right.plan);
    return conditions.length === 0 ? plan : { kind: 'filter', input: plan, conditions };
  }
  for (const condition of conditions) for (const id of usedColumns(condition)) if (leftIds.has(id)) free.add(id);
  const within = conditions.map((condition) => seenFromWithin(condition, leftIds));
  return apply('left', within.length === 0 ? right.plan : { kind: 'filter', input: right.plan, conditions: within });
}

/** ON with subqueries, bound where it is evaluated: within the right side, which looks at the left row as at an outer one. */
function outerApplyPlan(
  node: JoinedTable,
  left: BoundFrom,
  right: BoundFrom,
  lateral: ReadonlyMap<ColumnId, PlanColumn>,
  merged: readonly BoundExpression[],
  context: FromContext,
): LogicalPlan {
  const boundary = lateralBoundary({ ...context, toTheLeft: left.columns });
  const { conditions } = bindOn(node, right.columns, { ...context, boundary });
  const input: LogicalPlan = { kind: 'filter', input: right.plan, conditions };
  const free = new Map([...lateral, ...boundary.free]);
  return applyPlan('LEFT', left, { ...right, plan: input }, free, merged, node);
}

/** The names that both sides share and the join merges: USING's list, or NATURAL's common columns. */
function mergedNames(node: JoinedTable, left: BoundFrom, right: BoundFrom): readonly Identifier[] {
  if (node.using !== null) return node.using;
  if (!node.natural) return [];
  const common = new Set(right.columns.filter(isVisible).map((column) => foldName(column.name)));
  const { position, end } = node;
  // Each name once, though several tables of the left have it.
  return left.columns
    .filter((column) => isVisible(column) && common.delete(foldName(column.name)))
    .map((column) => ({ kind: 'identifier', name: column.name, position, end }));
}

function isVisible(column: ScopeColumn): boolean {
  return column.visibility === 'visible';
}

function sideColumn(side: BoundFrom, name: Identifier, node: JoinedTable): ScopeColumn {
  const found = side.columns.filter((column) => isVisible(column) && sameName(column.name, name.name));
  // Of several tables the first counts, as in SQLite, unless an outer join may have left it without a row.
  if (found.length > 1 && mayLackLeft(node)) {
    throw bindError('AMBIGUOUS_COLUMN', `ambiguous column name "${name.name}" in a join`, name);
  }
  if (found.length > 0) return found[0];
  const near = didYouMean(
    name.name,
    side.columns.filter(isVisible).map((column) => column.name),
  );
  const message = `cannot join on column "${name.name}": it is not in both tables${near}`;
  throw bindError('COLUMN_NOT_FOUND', message, node.using === null ? node : name);
}

/** Whether a join of the chain that ends here has rows without one of its left side. */
function mayLackLeft({ join, left }: JoinedTable): boolean {
  return join === 'RIGHT' || join === 'FULL' || (left.kind === 'join' && mayLackLeft(left));
}

interface MergedPair {
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
}

/** The columns of the last table on the left, with those first that are to be merged. */
function mergedFirst(left: BoundFrom, pairs: readonly MergedPair[]): BoundFrom {
  const { columns, lastTable = 0 } = left;
  const last = columns.slice(lastTable);
  const merged = pairs.map((pair) => pair.left).filter((column) => last.includes(column));
  const others = last.filter((column) => !merged.includes(column));
  return { ...left, columns: [...columns.slice(0, lastTable), ...merged, ...others] };
}

/** Merged columns stand once, in the left side's place; the sides' own stay reachable as table.column. */
function mergeColumns(
  join: JoinedTable['join'],
  left: BoundFrom,
  right: BoundFrom,
  pairs: readonly MergedPair[],
): readonly ScopeColumn[] {
  if (pairs.length === 0) return [...left.columns, ...right.columns];
  const columns: ScopeColumn[] = [];
  for (const column of left.columns) {
    const pair = pairs.find((candidate) => candidate.left === column);
    if (pair === undefined || join === 'INNER' || join === 'LEFT' || join === 'CROSS') columns.push(column);
    else columns.push(mergedColumn(join, pair), { ...column, visibility: 'hidden' });
  }
  for (const column of right.columns) {
    const merged = pairs.some((pair) => pair.right === column);
    columns.push(merged ? { ...column, visibility: 'hidden' } : column);
  }
  return columns;
}

/** RIGHT joins read the right side's value, FULL joins the one that is there. */
function mergedColumn(join: JoinedTable['join'], pair: MergedPair): ScopeColumn {
  const { left, right } = pair;
  if (join === 'RIGHT') return { ...right, name: left.name, table: null };
  const expression = build.mergedColumn(left.expression, right.expression);
  return { table: null, name: left.name, column: left.column, expression, visibility: 'visible' };
}
