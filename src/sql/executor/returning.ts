import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { ReturningPlan } from '../planner/plan-statement.ts';
import type { ChangeResult } from './change.ts';
import { ExecutionContext } from './execution-context.ts';
import { ReturnedRows } from './returned-rows.ts';
import type { TableRow } from './table-row.ts';

/** Computes RETURNING for a row. */
export class Returning {
  private readonly evaluators: readonly ScalarEvaluator[];
  private readonly kinds: readonly PhysicalKind[];
  private readonly hasSubquery: boolean;

  constructor(plans: readonly ReturningPlan[]) {
    this.kinds = plans.map(({ column }) => physicalKindOf(column.type));
    this.evaluators = plans.map((plan) => compileScalar(plan.expression));
    this.hasSubquery = plans.some((plan) => hasSubquery(plan.expression));
  }

  get isEmpty(): boolean {
    return this.evaluators.length === 0;
  }

  add(row: TableRow, context: ExecutionContext, result: ChangeResult): void {
    if (this.evaluators.length === 0) return;
    // A subquery sees what the statement has done so far: nothing of what it gave for the row before is kept.
    const own = this.hasSubquery ? new ExecutionContext(context, context.outer) : context;
    result.returned ??= new ReturnedRows(this.kinds, context);
    result.returned.add(this.evaluators.map((evaluate) => evaluate(row, own)));
  }
}
