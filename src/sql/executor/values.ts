import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { ValuesPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { vectorOfValues } from './value-vector.ts';

/** Rows of expressions without columns. */
export class Values implements Operator {
  private readonly plan: ValuesPlan;
  private readonly rows: readonly (readonly ScalarEvaluator[])[];
  private context!: ExecutionContext;
  private position = 0;

  constructor(plan: ValuesPlan) {
    this.plan = plan;
    this.rows = plan.rows.map((row) => row.map(compileScalar));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.position = 0;
  }

  next(): Batch | null {
    if (this.position >= this.rows.length) return null;
    const rows = this.rows.slice(this.position, this.position + this.context.batchRows);
    this.position += rows.length;
    const kinds = inputKinds(this.plan);
    const { context } = this;
    return new LazyBatch(rows.length, (i) =>
      vectorOfValues(
        rows.map((row) => row[i](EMPTY_ROW, context)),
        kinds[i],
      ),
    );
  }
}
