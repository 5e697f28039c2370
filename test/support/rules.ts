import { bindStatement } from '../../src/sql/binder/bind-statement.ts';
import { parseStatement } from '../../src/sql/parser/parse.ts';
import { Estimator } from '../../src/sql/planner/estimate.ts';
import { Optimizer } from '../../src/sql/planner/optimize.ts';
import { type DisabledSwitches, OPTIMIZER_SWITCHES, type OptimizerSwitch } from '../../src/sql/planner/switches.ts';
import { Session } from '../../src/sql/session.ts';
import { planText } from './plan-text.ts';
import { query } from './sql-session.ts';

/** The logical plan of a query as text, after these rules and no others. */
export function planAfter(session: Session, sql: string, ...rules: readonly OptimizerSwitch[]): string {
  const bound = bindStatement(parseStatement(sql).statement, session.catalog, session.readPoint, sql);
  if (bound.kind !== 'query') throw new Error(`no query: ${sql}`);
  const disabled: DisabledSwitches = new Set(OPTIMIZER_SWITCHES.filter((name) => !rules.includes(name)));
  return planText(new Optimizer(new Estimator(session.statistics), disabled).optimize(bound.query).plan);
}

/** The rows of a query over the session's database, planned without these rules. */
export function rowsWithout(session: Session, sql: string, ...disabledRules: readonly string[]): unknown[][] {
  return query(new Session(session.engine, { disabledRules: [...disabledRules, 'direct'] }), sql);
}
