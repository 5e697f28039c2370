import type { ColumnId, LogicalPlan } from '../../binder/logical-plan.ts';
import { outputColumns } from '../reads.ts';
import { mapRequiredInputs } from '../required.ts';
import type { Rule } from '../rule.ts';
import { matchesOnce } from '../unique-keys.ts';

/**
 * A left join of which nobody reads the right side, and that finds one partner at most, is its left side. So is a single
 * or mark join that nobody asks.
 */
export const eliminateJoins = {
  name: 'eliminate-joins',
  needs: ['other-join'],
  apply: (plan, context) => eliminated(plan, new Set(context.required)),
} as const satisfies Rule;

function eliminated(plan: LogicalPlan, required: Set<ColumnId>): LogicalPlan {
  if (plan.kind === 'join' && isNeedless(plan, required)) return eliminated(plan.left, required);
  return mapRequiredInputs(plan, required, eliminated);
}

function isNeedless(plan: Extract<LogicalPlan, { kind: 'join' }>, required: ReadonlySet<ColumnId>): boolean {
  switch (plan.join) {
    case 'mark':
      return plan.mark !== undefined && !required.has(plan.mark.id);
    case 'single':
      return !readsSide(plan.right, required);
    case 'left':
      return !readsSide(plan.right, required) && matchesOnce(plan.conditions, plan.right);
    default:
      return false;
  }
}

function readsSide(side: LogicalPlan, required: ReadonlySet<ColumnId>): boolean {
  return outputColumns(side).some(({ id }) => required.has(id));
}
