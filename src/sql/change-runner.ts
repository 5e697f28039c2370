import { executionContext, runEffects } from './execution.ts';
import { buildChange } from './executor/build-change.ts';
import type { Change, ChangeResult } from './executor/change.ts';
import type { ExecutionContext } from './executor/execution-context.ts';
import { ShortInsert } from './executor/short-insert.ts';
import { type PlanWatcher, SubqueryRunner } from './executor/subquery-runner.ts';
import type { ParameterNames } from './parameters.ts';
import type { ChangePlan } from './planner/plan-statement.ts';
import type { Session } from './session.ts';

/** Runs INSERT, UPDATE and DELETE. */
export class ChangeRunner {
  private readonly plan: ChangePlan;
  private readonly session: Session;
  private readonly shortInsert: ShortInsert | null;
  private readonly subqueries: SubqueryRunner;
  private change: Change | null = null;

  /** `watch`: who counts what subqueries do. */
  constructor(plan: ChangePlan, session: Session, watch: PlanWatcher | null = null) {
    this.subqueries = new SubqueryRunner(watch);
    this.plan = plan;
    this.session = session;
    this.shortInsert = plan.kind === 'insert' ? ShortInsert.of(plan) : null;
  }

  run(values: readonly unknown[], names: ParameterNames): ChangeResult {
    try {
      return this.write(values, names);
    } catch (error) {
      // As in SQLite: what a failed statement changed is nothing.
      this.session.changes = 0;
      throw error;
    }
  }

  private write(values: readonly unknown[], names: ParameterNames): ChangeResult {
    const { session, shortInsert } = this;
    const contextAt = (at: { readonly transaction: number }): ExecutionContext =>
      executionContext(session, values, names, at, this.subqueries);
    if (shortInsert !== null) {
      const nowMicros = session.engine.clock.wallMicros();
      return session.write(
        (transaction) => shortInsert.run(transaction, values, nowMicros, () => contextAt(transaction)),
        shortInsert.rowCount === 1,
      );
    }
    this.change ??= buildChange(this.plan);
    const { change } = this;
    return session.write((transaction) =>
      runEffects(session, contextAt(transaction), transaction, (effects) => change.run(effects)),
    );
  }
}
