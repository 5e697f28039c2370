import { readColumn } from '../../binder/binder.ts';
import type { ApplyNode, JoinNode, LogicalPlan, PlanColumn, SetOperationNode } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { literal } from '../../expressions/build.ts';
import { sameType } from '../../expressions/static-type.ts';
import { truth } from '../../expressions/values/numeric.ts';
import { canRaise } from '../can-raise.ts';
import { areContradictory } from '../contradiction.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';

/**
 * Plans that cannot yield a row, because a condition never holds (WHERE false, `x = 1 AND x = 2`), or because of LIMIT 0,
 * are no rows; and so is what joins them, groups them, sorts them. Other sides of joins and compounds stand alone then.
 */
export const propagateEmpty = {
  name: 'propagate-empty',
  needs: ['constant', 'several-conditions'],
  apply: (plan) => withoutEmpty(plan),
} as const satisfies Rule;

function withoutEmpty(plan: LogicalPlan): LogicalPlan {
  const below = mapInputs(plan, withoutEmpty);
  switch (below.kind) {
    case 'scan':
      // INDEXED BY is an error where there is no such index.
      return typeof below.indexedBy !== 'string' && neverHold(below.conditions) ? emptied(below) : below;
    case 'filter':
      return isEmpty(below.input) || neverHold(below.conditions) ? emptied(below) : below;
    case 'limit': {
      const { limit } = below;
      return isEmpty(below.input) || (limit?.kind === 'literal' && limit.value === 0n) ? emptied(below) : below;
    }
    case 'project':
    case 'distinct':
    case 'sort':
    case 'window':
      return isEmpty(below.input) ? emptied(below) : below;
    case 'aggregate':
      return isEmpty(below.input) && below.keys.length > 0 && below.sets === undefined ? emptied(below) : below;
    case 'join':
      return joined(below);
    case 'apply':
      return applied(below);
    case 'set-operation':
      return combined(below);
    case 'recursive':
      return isEmpty(below.anchor.plan) ? emptied(below) : below;
    default:
      return below;
  }
}

function isEmpty(plan: LogicalPlan): boolean {
  return plan.kind === 'values' && plan.rows.length === 0;
}

function emptied(plan: LogicalPlan): LogicalPlan {
  return { kind: 'values', columns: outputColumns(plan), rows: [] };
}

/** True when no row fulfils all of the conditions, and none that is asked before could raise an error. */
function neverHold(conditions: readonly BoundExpression[]): boolean {
  for (const condition of conditions) {
    if (condition.kind === 'literal' && truth(condition.value) !== true) return true;
    if (canRaise(condition)) return false;
  }
  return conditions.length > 1 && areContradictory(conditions);
}

function joined(plan: JoinNode): LogicalPlan {
  const { join, left, right, conditions } = plan;
  const isLeftEmpty = isEmpty(left);
  const hasNoPairs = isLeftEmpty || isEmpty(right) || neverHold(conditions);
  if (!hasNoPairs) return plan;
  switch (join) {
    case 'inner':
    case 'semi':
      return emptied(plan);
    case 'left':
    case 'single':
      return isLeftEmpty ? emptied(plan) : withNulls(left, outputColumns(right));
    case 'anti':
      return isLeftEmpty ? emptied(plan) : left;
    case 'mark':
      if (isLeftEmpty) return emptied(plan);
      return plan.mark === undefined ? plan : extended(left, [{ ...plan.mark, expression: literal(0n) }]);
    case 'full':
      if (isLeftEmpty) return isEmpty(right) ? emptied(plan) : withNulls(right, outputColumns(left));
      return isEmpty(right) ? withNulls(left, outputColumns(right)) : plan;
  }
}

function applied(plan: ApplyNode): LogicalPlan {
  const { join, left, right } = plan;
  if (isEmpty(left)) return emptied(plan);
  if (!isEmpty(right)) return plan;
  switch (join) {
    case 'inner':
    case 'semi':
      return emptied(plan);
    case 'anti':
      return left;
    case 'left':
    case 'single':
      return withNulls(left, outputColumns(right));
  }
}

/** The plan's rows, with NULL in further columns. */
function withNulls(plan: LogicalPlan, columns: readonly PlanColumn[]): LogicalPlan {
  return extended(
    plan,
    columns.map((column) => ({ ...column, expression: literal(null, column.type) })),
  );
}

function extended(
  input: LogicalPlan,
  added: Extract<LogicalPlan, { kind: 'project' }>['columns'],
): Extract<LogicalPlan, { kind: 'project' }> {
  const passed = outputColumns(input).map((column) => ({ ...column, expression: readColumn(column) }));
  return { kind: 'project', input, columns: [...passed, ...added] };
}

/** Where one side alone decides the rows, and hands its values on as they are, the other goes. */
function combined(plan: SetOperationNode): LogicalPlan {
  const { operator, all, left, right, columns } = plan;
  const isLeftEmpty = isEmpty(left.plan);
  const isRightEmpty = isEmpty(right.plan);
  if (!isLeftEmpty && !isRightEmpty) return plan;
  if (isLeftEmpty && (isRightEmpty || operator !== 'UNION')) return emptied(plan);
  if (operator === 'INTERSECT') return emptied(plan);
  const rest = isLeftEmpty ? right : left;
  if (!all || !rest.columns.every(({ type }, i) => sameType(type, columns[i].type))) return plan;
  const passed = columns.map((column, i) => ({ ...column, expression: readColumn(rest.columns[i]) }));
  return { kind: 'project', input: rest.plan, columns: passed };
}
