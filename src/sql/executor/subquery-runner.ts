import type { SqlValue } from '../../engine/column/types.ts';
import type { RowValues } from '../expressions/batch.ts';
import type { InSubqueryExpression, SubqueryHandle } from '../expressions/bound-expression.ts';
import type { EvaluationContext, SubqueryEvaluator } from '../expressions/context.ts';
import type { PhysicalPlan } from '../planner/physical-plan.ts';
import { RELATIONAL_OPERATORS } from './late-parts.ts';

/** Puts counters into a plan before it is built. */
export interface PlanWatcher {
  watch(plan: PhysicalPlan): PhysicalPlan;
}

/** Runs the subqueries of one plan's expressions, of which most plans have none. */
export class SubqueryRunner implements SubqueryEvaluator {
  private readonly watcher: PlanWatcher | null;
  private made: SubqueryEvaluator | null = null;

  constructor(watcher: PlanWatcher | null = null) {
    this.watcher = watcher;
  }

  scalar(subquery: SubqueryHandle, column: number, row: RowValues, context: EvaluationContext): SqlValue {
    return this.subqueries.scalar(subquery, column, row, context);
  }

  exists(subquery: SubqueryHandle, row: RowValues, context: EvaluationContext): boolean {
    return this.subqueries.exists(subquery, row, context);
  }

  contains(
    node: InSubqueryExpression,
    operands: readonly SqlValue[],
    row: RowValues,
    context: EvaluationContext,
  ): boolean | null {
    return this.subqueries.contains(node, operands, row, context);
  }

  private get subqueries(): SubqueryEvaluator {
    this.made ??= new (RELATIONAL_OPERATORS.get().Subqueries)(this.watcher);
    return this.made;
  }
}
