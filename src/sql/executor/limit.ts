import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { EvaluationContext } from '../expressions/context.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import type { LimitPlan } from '../planner/physical-plan.ts';
import { rowsOf } from './batch-slices.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { Ties } from './ties.ts';

/** Rows offset to offset + limit of its input; asks for no batch beyond. */
export class Limit implements Operator {
  private readonly input: Operator;
  private readonly limit: CountEvaluator;
  private readonly offset: CountEvaluator;
  private readonly plan: LimitPlan;
  private toSkip = 0;
  private toYield = 0;
  /** WITH TIES: what further rows must equal, once as many rows as wanted are through. */
  private ties: Ties | null = null;

  constructor(plan: LimitPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.limit = compileCount(plan.limit, 'LIMIT', Number.POSITIVE_INFINITY);
    this.offset = compileCount(plan.offset, 'OFFSET', 0);
  }

  open(context: ExecutionContext): void {
    this.toYield = this.limit(context);
    this.toSkip = this.offset(context);
    this.ties = null;
    if (this.toYield > 0) this.input.open(context);
  }

  next(): Batch | null {
    if (this.toYield <= 0 && this.ties === null) return null;
    const batch = this.input.next();
    if (batch === null) return null;
    if (this.ties !== null) return this.nextTies(batch, this.ties);
    const { selectedCount } = batch;
    const skipped = Math.min(this.toSkip, selectedCount);
    const taken = Math.min(this.toYield, selectedCount - skipped);
    this.toSkip -= skipped;
    this.toYield -= taken;
    if (this.toYield === 0 && taken > 0 && this.plan.ties.length > 0) {
      return this.withTies(batch, skipped, taken);
    }
    return taken === selectedCount ? batch : rowsOf(batch, skipped, taken);
  }

  /** The last rows that are wanted, and those of the batch that tie with them. */
  private withTies(batch: Batch, skipped: number, taken: number): Batch {
    const end = skipped + taken;
    const ties = new Ties(this.plan.ties, inputKinds(this.plan), batch, end - 1);
    const tied = ties.count(batch, end);
    this.ties = end + tied === batch.selectedCount ? ties : null;
    return rowsOf(batch, skipped, taken + tied);
  }

  private nextTies(batch: Batch, ties: Ties): Batch {
    const tied = ties.count(batch, 0);
    if (tied < batch.selectedCount) this.ties = null;
    return rowsOf(batch, 0, tied);
  }
}

export type CountEvaluator = (context: EvaluationContext) => number;

/** A count of rows. NULL and negative numbers stand for `otherwise`, as in SQLite. */
export function compileCount(expression: BoundExpression | null, clause: string, otherwise: number): CountEvaluator {
  if (expression === null) return () => otherwise;
  const evaluate = compileScalar(expression);
  return (context) => {
    const value = evaluate(EMPTY_ROW, context);
    const count = integerOf(value);
    if (count === null) throw new HeliosError('TYPE_MISMATCH', `${clause} needs an integer, not ${describe(value)}`);
    return count < 0 ? otherwise : count;
  };
}

/** -1 for NULL, null for what is no integer. */
function integerOf(value: SqlValue): number | null {
  if (value === null) return -1;
  const converted = applyAffinity(value, 'INTEGER');
  if (typeof converted === 'bigint') return Number(converted);
  return typeof converted === 'number' && Number.isInteger(converted) ? converted : null;
}

function describe(value: SqlValue): string {
  return value instanceof Uint8Array ? 'a BLOB' : `'${String(value)}'`;
}
