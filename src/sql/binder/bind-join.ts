import type { Identifier } from '../ast/node.ts';
import type { JoinedTable } from '../ast/table-references.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import * as build from '../expressions/build.ts';
import { conjuncts } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { type BoundFrom, bindFrom, type FromContext } from './bind-from.ts';
import { bindError, notSupported } from './binder.ts';
import type { JoinNode } from './logical-plan.ts';
import { foldName, sameName } from './names.ts';
import { didYouMean } from './near-miss.ts';
import { Scope, type ScopeColumn } from './scope.ts';

/** One join: its sides, its condition, and the columns that USING and NATURAL merge. */
export function bindJoin(node: JoinedTable, context: FromContext): BoundFrom {
  if (node.asof) throw notSupported('ASOF JOIN', node);
  const left = bindFrom(node.left, context);
  const right = bindFrom(node.right, context);
  const merge = mergedNames(node, left, right);
  const pairs = merge.map((name) => ({
    left: sideColumn(left, name, node),
    right: sideColumn(right, name, node),
  }));
  const conditions: BoundExpression[] = pairs.map((pair) =>
    build.bindComparison('=', pair.left.expression, pair.right.expression),
  );
  if (node.on !== null) {
    const scope = new Scope([...left.columns, ...right.columns], context.boundary);
    const { binder, commonTables } = context;
    const on = { binder, scope, commonTables, aggregates: null, place: 'ON', aliases: false };
    conditions.push(...conjuncts(bindExpression(node.on, on)));
  }
  return {
    plan: joinPlan(node.join, left, right, conditions),
    columns: mergeColumns(node.join, left, right, pairs),
    tableCount: left.tableCount + right.tableCount,
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
      return { kind: 'join', join: 'left', left: right.plan, right: left.plan, conditions };
    case 'FULL':
      return { kind: 'join', join: 'full', ...sides, conditions };
  }
}

/** The names that both sides share and the join merges: USING's list, or NATURAL's common columns. */
function mergedNames(node: JoinedTable, left: BoundFrom, right: BoundFrom): readonly Identifier[] {
  if (node.using !== null) return node.using;
  if (!node.natural) return [];
  const rightNames = new Set(right.columns.filter(isVisible).map((column) => foldName(column.name)));
  const { position, end } = node;
  return left.columns
    .filter((column) => isVisible(column) && rightNames.has(foldName(column.name)))
    .map((column) => ({ kind: 'identifier', name: column.name, position, end }));
}

function isVisible(column: ScopeColumn): boolean {
  return column.visibility === 'visible';
}

function sideColumn(side: BoundFrom, name: Identifier, node: JoinedTable): ScopeColumn {
  const found = side.columns.filter((column) => isVisible(column) && sameName(column.name, name.name));
  if (found.length === 1) return found[0];
  if (found.length > 1) throw bindError('AMBIGUOUS_COLUMN', `ambiguous column name "${name.name}" in a join`, name);
  const near = didYouMean(
    name.name,
    side.columns.filter(isVisible).map((column) => column.name),
  );
  const message = `cannot join on column "${name.name}": it is not in both tables${near}`;
  throw bindError('COLUMN_NOT_FOUND', message, node.using === null ? node : name);
}

/** Merged columns stand once, in the left side's place; the sides' own stay reachable as table.column. */
function mergeColumns(
  join: JoinedTable['join'],
  left: BoundFrom,
  right: BoundFrom,
  pairs: readonly { readonly left: ScopeColumn; readonly right: ScopeColumn }[],
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
function mergedColumn(join: JoinedTable['join'], pair: { left: ScopeColumn; right: ScopeColumn }): ScopeColumn {
  const { left, right } = pair;
  if (join === 'RIGHT') return { ...right, name: left.name, table: null };
  const expression = build.bindFunction('coalesce', [left.expression, right.expression]);
  return { table: null, name: left.name, column: left.column, expression, visibility: 'visible' };
}
