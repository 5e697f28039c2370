import type { ColumnId, LogicalPlan, PlanColumn, SharedTable } from '../binder/logical-plan.ts';
import type { Estimator } from './estimate.ts';
import type { PlanFeature } from './plan-features.ts';

/**
 * A rewrite of logical plans. The new plan yields the same rows and the columns in `context.required`, wherever the
 * old one is defined; it raises no error that the old one does not raise. A rule that finds nothing to do returns the
 * plan that it was given, and it has nothing more to do in a plan that it has made itself.
 */
export interface Rule {
  /** Names the rule where it is switched off. */
  readonly name: string;
  /** The rule has nothing to do in plans without any of these. */
  readonly needs: readonly PlanFeature[];
  apply(plan: LogicalPlan, context: RuleContext): LogicalPlan;
}

export interface RuleContext {
  readonly estimator: Estimator;
  /** The columns of the plan that somebody reads. */
  readonly required: ReadonlySet<ColumnId>;
  /** The places of the statement that read a WITH table; one that runs many times counts as several. */
  references(table: SharedTable): number;
  /** The plan after the rules that come before the one that is running. */
  prepared(plan: LogicalPlan): LogicalPlan;
  /** A column that no other operator of the statement yields, made like `like`. */
  newColumn(like: Omit<PlanColumn, 'id'>): PlanColumn;
}
