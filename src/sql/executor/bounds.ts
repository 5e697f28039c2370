import type { SqlValue } from '../../engine/column/types.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { PlanBound } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';

/** The end of a range whose value is known when the operator opens. */
export interface Bound {
  readonly value: SqlValue;
  readonly inclusive: boolean;
}

export interface CompiledRange {
  readonly low: CompiledBound | null;
  readonly high: CompiledBound | null;
}

interface CompiledBound {
  readonly evaluate: ScalarEvaluator;
  readonly inclusive: boolean;
}

export function compileBound(bound: PlanBound | null): CompiledBound | null {
  return bound === null ? null : { evaluate: compileScalar(bound.expression), inclusive: bound.inclusive };
}

/** The range's ends, as the engine wants them; null when an end is NULL, because then no row is in it. */
export function evaluateRange(range: CompiledRange, context: ExecutionContext): { low?: Bound; high?: Bound } | null {
  const result: { low?: Bound; high?: Bound } = {};
  if (range.low !== null) {
    const value = range.low.evaluate(EMPTY_ROW, context);
    if (value === null) return null;
    result.low = { value, inclusive: range.low.inclusive };
  }
  if (range.high !== null) {
    const value = range.high.evaluate(EMPTY_ROW, context);
    if (value === null) return null;
    result.high = { value, inclusive: range.high.inclusive };
  }
  return result;
}
