import type { SqlValue } from '../../engine/column/types.ts';
import { executionContext } from '../execution.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { EMPTY_ROW } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { Arguments } from '../parameters.ts';
import type { Session } from '../session.ts';

/** What tells the value of an expression that reads no row. A literal, which most are, asks for no context. */
export function evaluatorOf(expression: BoundExpression, session: Session): (given: Arguments) => SqlValue {
  if (expression.kind === 'literal') return () => expression.value;
  const evaluate = compileScalar(session.planner().expression(expression, []));
  return (given) => evaluate(EMPTY_ROW, executionContext(session, given, session.readPoint, new SubqueryRunner()));
}
