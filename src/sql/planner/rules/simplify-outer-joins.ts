import type { JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { mapColumns } from '../../expressions/inspect.ts';
import { rejectsNulls } from '../null-rejection.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds, readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';

type Conditions = readonly BoundExpression[];

/**
 * An outer join whose rows of NULLs no condition above lets through is an inner join; a full join of which that is true
 * of one side is a left join.
 */
export const simplifyOuterJoins = {
  name: 'simplify-outer-joins',
  needs: ['other-join'],
  apply: (plan) => simplified(plan, []),
} as const satisfies Rule;

/** `conditions` hold for every row of the plan that counts. */
function simplified(plan: LogicalPlan, conditions: Conditions): LogicalPlan {
  const pass = (passed: Conditions) => mapInputs(plan, (input) => simplified(input, passed));
  switch (plan.kind) {
    case 'filter':
      return pass([...conditions, ...plan.conditions]);
    case 'sort':
      return pass(conditions);
    case 'project': {
      const computed = new Map(plan.columns.map((column) => [column.id, column.expression]));
      return pass(
        conditions.map((condition) => mapColumns(condition, (column) => computed.get(column.index) ?? column)),
      );
    }
    case 'distinct': {
      const keys = new Set(plan.columns.map((column) => column.id));
      return pass(conditions.filter((condition) => [...readColumns(condition)].every((id) => keys.has(id))));
    }
    case 'join':
      return simplifiedJoin(plan, conditions);
    default:
      return pass([]);
  }
}

function simplifiedJoin(plan: JoinNode, conditions: Conditions): LogicalPlan {
  const sides = (ofLeft: Conditions, ofRight: Conditions): JoinNode => {
    const left = simplified(plan.left, ofLeft);
    const right = simplified(plan.right, ofRight);
    return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
  };
  switch (plan.join) {
    case 'inner': {
      const all = [...conditions, ...plan.conditions];
      return sides(all, all);
    }
    case 'left':
      return needs(plan.right, conditions)
        ? simplifiedJoin({ ...plan, join: 'inner' }, conditions)
        : sides(conditions, plan.conditions);
    case 'full': {
      if (needs(plan.left, conditions)) return simplifiedJoin({ ...plan, join: 'left' }, conditions);
      if (!needs(plan.right, conditions)) return sides([], []);
      return simplifiedJoin({ ...plan, join: 'left', left: plan.right, right: plan.left }, conditions);
    }
    case 'semi':
      return sides([...conditions, ...plan.conditions], plan.conditions);
    case 'anti':
    case 'single':
    case 'mark':
      return sides(conditions, plan.conditions);
  }
}

/** True when rows without a row of this side are dropped. */
function needs(side: LogicalPlan, conditions: Conditions): boolean {
  if (conditions.length === 0) return false;
  const ids = outputIds(side);
  return conditions.some((condition) => rejectsNulls(condition, ids));
}
