import type {
  BoundExpression,
  CaseExpression,
  CoalesceExpression,
  IsTruthExpression,
  LogicalExpression,
  NotExpression,
} from '../bound-expression.ts';
import { truth } from '../values/numeric.ts';
import type { RowEvaluator, ScalarEvaluator } from './evaluator.ts';
import { compileScalar } from './scalar.ts';

/** AND and OR stop at the operand that decides. */
export function compileLogical(expression: LogicalExpression): ScalarEvaluator {
  const operands = expression.operands.map(compileScalar);
  const deciding = expression.kind === 'or';
  const decided = deciding ? 1n : 0n;
  const otherwise = deciding ? 0n : 1n;
  return (row, context) => {
    let unknown = false;
    for (const operand of operands) {
      const value = truth(operand(row, context));
      if (value === deciding) return decided;
      if (value === null) unknown = true;
    }
    return unknown ? null : otherwise;
  };
}

export function compileNot(expression: NotExpression): ScalarEvaluator {
  const operand = compileScalar(expression.operand);
  return (row, context) => {
    const value = truth(operand(row, context));
    return value === null ? null : value ? 0n : 1n;
  };
}

export function compileIsTruth(expression: IsTruthExpression): ScalarEvaluator {
  const operand = compileScalar(expression.operand);
  const { truth: wanted, negated } = expression;
  return (row, context) => ((truth(operand(row, context)) === wanted) !== negated ? 1n : 0n);
}

/** `compile` makes the evaluators of the results. */
export function compileCase<Value>(
  expression: CaseExpression,
  compile: (result: BoundExpression) => RowEvaluator<Value>,
): RowEvaluator<Value | null> {
  const conditions = expression.branches.map(({ when }) => compileScalar(when));
  const results = expression.branches.map(({ result }) => compile(result));
  const otherwise = expression.otherwise === null ? null : compile(expression.otherwise);
  return (row, context) => {
    for (let i = 0; i < conditions.length; i++) {
      if (truth(conditions[i](row, context)) === true) return results[i](row, context);
    }
    return otherwise === null ? null : otherwise(row, context);
  };
}

export function compileCoalesce<Value>(
  expression: CoalesceExpression,
  compile: (operand: BoundExpression) => RowEvaluator<Value>,
): RowEvaluator<Value | null> {
  const operands = expression.operands.map(compile);
  return (row, context) => {
    for (const operand of operands) {
      const value = operand(row, context);
      if (value !== null) return value;
    }
    return null;
  };
}
