import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { FilterPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';

/** The rows for which the condition is true. */
export class Filter implements Operator {
  private readonly input: Operator;
  private readonly condition: FilterEvaluator;
  private context!: ExecutionContext;

  constructor(plan: FilterPlan, input: Operator) {
    this.input = input;
    this.condition = compileFilter(plan.condition, inputKinds(plan.input));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.input.open(context);
  }

  next(): Batch | null {
    const batch = this.input.next();
    return batch === null ? null : narrow(batch, this.condition, this.context);
  }
}

/** The rows of a batch that pass a condition. */
export function narrow(batch: Batch, condition: FilterEvaluator, context: ExecutionContext): Batch {
  if (batch.selectedCount === 0) return batch;
  const { selection, count } = condition(batch, context);
  return selection === null ? batch : new NarrowedBatch(batch, selection, count);
}
