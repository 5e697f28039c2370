import { readColumn } from '../../binder/binder.ts';
import type { AggregateNode, ApplyNode, LogicalPlan, PlanColumn, ProjectedColumn } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { isNull, literal } from '../../expressions/build.ts';
import { hasSubquery } from '../../expressions/inspect.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { canRaise, planCanRaise } from '../can-raise.ts';
import { decorrelate } from '../decorrelate.ts';
import { hoistedExpression, hoistedPlan } from '../hoist.ts';
import { mapInputs } from '../plan-tree.ts';
import { isDeterministicPlan, outputColumns } from '../reads.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { isBetterRunPerRow } from '../run-cost.ts';
import { joinedGroups } from './unnest-scalar.ts';

/**
 * LATERAL subqueries as joins, where their rows can be told apart by what ties them to the left row: all of them are
 * computed at once then, LIMIT and DISTINCT for each left row included. What is computed of their rows is computed above
 * the join, for the same rows as before.
 */
export const unnestLateral = {
  name: 'unnest-lateral',
  needs: ['apply'],
  apply: (plan, context) => unnested(plan, context),
} as const satisfies Rule;

function unnested(plan: LogicalPlan, context: RuleContext): LogicalPlan {
  const below = mapInputs(plan, (input) => unnested(input, context));
  if (below.kind !== 'apply' || !isDeterministicPlan(below.right)) return below;
  switch (below.join) {
    case 'inner':
      return joinedBelow(below, below.right, context) ?? below;
    case 'left':
      return joinedValues(below, context) ?? joinedOuter(below, context) ?? below;
    default:
      return below;
  }
}

/** The right side as a join and, above it, what the right side does to the joined rows: projections and filters. */
function joinedBelow(apply: ApplyNode, right: LogicalPlan, context: RuleContext): LogicalPlan | null {
  switch (right.kind) {
    case 'project': {
      const input = joinedBelow(apply, right.input, context);
      return input === null ? null : extended(input, apply.left, right.columns.map(hoistedColumn));
    }
    case 'filter': {
      if (!isOverGroups(right)) return joinedRows(apply, right, context);
      const input = joinedBelow(apply, right.input, context);
      const conditions = right.conditions.map((condition) => hoistedExpression(condition));
      return input === null ? null : { kind: 'filter', input, conditions };
    }
    case 'aggregate':
      return right.keys.length > 0 ? joinedRows(apply, right, context) : joinedOneGroup(apply, right, context);
    default:
      return joinedRows(apply, right, context);
  }
}

/** HAVING, or a filter above it: of one row for each left one. Other filters are part of what ties rows. */
function isOverGroups(plan: LogicalPlan): boolean {
  if (plan.kind === 'filter' || plan.kind === 'project') return isOverGroups(plan.input);
  return plan.kind === 'aggregate' && plan.keys.length === 0;
}

function hoistedColumn(column: ProjectedColumn): ProjectedColumn {
  return { ...column, expression: hoistedExpression(column.expression) };
}

/** The columns of `left`, which the input yields too, and further ones. */
function extended(input: LogicalPlan, left: LogicalPlan, columns: readonly ProjectedColumn[]): LogicalPlan {
  const passed = outputColumns(left).map((column) => ({ ...column, expression: readColumn(column) }));
  return { kind: 'project', input, columns: [...passed, ...columns] };
}

/** Above the join the calls have other values, where there is no group: they are other columns there. */
function joinedOneGroup({ left }: ApplyNode, right: AggregateNode, context: RuleContext): LogicalPlan | null {
  const calls = right.calls.map((call) => ({ ...call, column: context.newColumn(call.column) }));
  const joined = joinedGroups({ ...right, calls }, left, context);
  if (joined === null) return null;
  const values = right.calls.map(({ column }, i) => ({
    ...column,
    expression: joined.overGroups(readColumn(calls[i].column)),
  }));
  return extended(joined.join, left, values);
}

function joinedRows({ left }: ApplyNode, right: LogicalPlan, context: RuleContext): LogicalPlan | null {
  const sides = independent(left, right, context);
  return sides === null ? null : { kind: 'join', join: 'inner', left, ...sides };
}

/** The right side as one that does not read the left rows, and the conditions that tie them. */
function independent(
  left: LogicalPlan,
  right: LogicalPlan,
  context: RuleContext,
): { readonly right: LogicalPlan; readonly conditions: readonly BoundExpression[] } | null {
  if (planCanRaise(right)) return null;
  const found = decorrelate(right, 'rows', context);
  if (found === null || found.computed.size > 0) return null;
  if (isBetterRunPerRow(left, found.plan, found.conditions, context)) return null;
  const conditions = found.conditions.map((condition) => hoistedExpression(condition));
  if (conditions.some((condition) => hasSubquery(condition) || canRaise(condition))) return null;
  return { right: hoistedPlan(found.plan), conditions };
}

/** Of an outer join with a grouping without keys and nothing that drops its row: there is a row for each left one. */
function joinedValues(apply: ApplyNode, context: RuleContext): LogicalPlan | null {
  let bottom = apply.right;
  while (bottom.kind === 'project') bottom = bottom.input;
  return bottom.kind === 'aggregate' && isOverGroups(bottom) ? joinedBelow(apply, apply.right, context) : null;
}

/** Rows of NULLs for left rows without a partner: what is computed of partners is NULL without one. */
function joinedOuter(apply: ApplyNode, context: RuleContext): LogicalPlan | null {
  const { left, right } = apply;
  const input = right.kind === 'project' ? right.input : right;
  const sides = independent(left, input, context);
  if (sides === null) return null;
  if (right.kind !== 'project') return { kind: 'join', join: 'left', left, ...sides };
  const mark = context.newColumn({ name: '', type: STATIC_TYPES.INTEGER, collation: 'BINARY', affinity: 'NONE' });
  const marked = extended(sides.right, sides.right, [{ ...mark, expression: literal(1n) }]);
  const join: LogicalPlan = { kind: 'join', join: 'left', left, right: marked, conditions: sides.conditions };
  const columns = right.columns.map(hoistedColumn).map((column) => ofPartner(column, mark, outputColumns(sides.right)));
  return extended(join, left, columns);
}

function ofPartner(column: ProjectedColumn, mark: PlanColumn, there: readonly PlanColumn[]): ProjectedColumn {
  const { expression } = column;
  if (expression.kind === 'column' && there.some(({ id }) => id === expression.index)) return column;
  const branches = [{ when: isNull(readColumn(mark), true), result: expression }];
  return { ...column, expression: { kind: 'case', branches, otherwise: null, type: expression.type } };
}
