import type { SqlValue } from '../../engine/column/types.ts';
import type { IndexRange } from '../../engine/table/access.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { IndexStretchPlan } from '../planner/physical-plan.ts';
import { type Bound, type CompiledRange, compileBound, evaluateRange } from './bounds.ts';
import type { ExecutionContext } from './execution-context.ts';

const BEHIND_NULLS: Bound = { value: null, inclusive: false };

/** A stretch of an index whose ends are computed when a scan is opened. */
export class CompiledStretch {
  private readonly plan: IndexStretchPlan;
  private readonly equal: readonly ScalarEvaluator[];
  private readonly range: CompiledRange;

  constructor(plan: IndexStretchPlan) {
    this.plan = plan;
    this.equal = plan.equal.map(compileScalar);
    this.range = { low: compileBound(plan.low), high: compileBound(plan.high) };
  }

  /** null: an end is NULL, and so no row is in the stretch. */
  evaluate(context: ExecutionContext): IndexRange | null {
    const { nulls, skipsNulls } = this.plan;
    const equal: SqlValue[] = [];
    for (let i = 0; i < this.equal.length; i++) {
      const value = this.equal[i](EMPTY_ROW, context);
      if (value === null && !nulls[i]) return null;
      equal.push(value);
    }
    const ends = evaluateRange(this.range, context);
    if (ends === null) return null;
    if (skipsNulls) ends.low ??= BEHIND_NULLS;
    return { equal, ...ends };
  }
}
