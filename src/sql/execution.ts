import type { ReadPoint } from '../engine/table/access.ts';
import { ExecutionContext } from './executor/execution-context.ts';
import type { SubqueryRunner } from './executor/subquery-runner.ts';
import { bindParameters, type ParameterNames } from './parameters.ts';
import type { Session } from './session.ts';

/** The context of one execution: its parameters, its instant, and what it reads. */
export function executionContext(
  session: Session,
  values: readonly unknown[],
  names: ParameterNames,
  at: ReadPoint,
  subqueries: SubqueryRunner,
): ExecutionContext {
  const { engine } = session;
  return new ExecutionContext({
    parameters: bindParameters(values, names),
    nowMicros: engine.clock.wallMicros(),
    random: engine.random,
    session,
    at,
    tables: engine,
    subqueries,
    batchRows: session.batchRows,
  });
}
