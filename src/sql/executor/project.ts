import type { Batch } from '../expressions/batch.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { ProjectPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';

/** Computed columns, each only if somebody asks for it. */
export class Project implements Operator {
  private readonly input: Operator;
  private readonly evaluators: readonly VectorEvaluator[];
  private context!: ExecutionContext;

  constructor(plan: ProjectPlan, input: Operator) {
    this.input = input;
    const kinds = inputKinds(plan.input);
    this.evaluators = plan.expressions.map((expression) => compileVector(expression, kinds));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.input.open(context);
  }

  next(): Batch | null {
    const batch = this.input.next();
    if (batch === null || batch.selectedCount === 0) return batch;
    const { context } = this;
    const load = (i: number) => this.evaluators[i](batch, context);
    return new LazyBatch(batch.rowCount, load, batch.selection, batch.selectedCount);
  }
}
