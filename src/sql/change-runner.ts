import type { HeliosError } from '../base/errors.ts';
import type { SqlValue } from '../engine/column/types.ts';
import { executionContext, runEffects } from './execution.ts';
import { type Change, type ChangeResult, emptyResult } from './executor/change.ts';
import type { ExecutionContext } from './executor/execution-context.ts';
import { CHANGE_OPERATORS } from './executor/late-parts.ts';
import { ShortInsert } from './executor/short-insert.ts';
import { type PlanWatcher, SubqueryRunner } from './executor/subquery-runner.ts';
import { ConflictStop } from './expressions/conflict-stop.ts';
import type { Arguments } from './parameters.ts';
import type { ChangePlan } from './planner/plan-statement.ts';
import type { Session } from './session.ts';

/** Runs INSERT, UPDATE and DELETE. */
export class ChangeRunner {
  readonly kind = 'change';
  private readonly plan: ChangePlan;
  private readonly session: Session;
  private readonly shortInsert: ShortInsert | null;
  private readonly subqueries: SubqueryRunner;
  private change: Change | null = null;
  /** The error after which the statement's earlier rows stay. */
  private keeping: HeliosError | null = null;

  /** `watch`: who counts what subqueries do. */
  constructor(plan: ChangePlan, session: Session, watch: PlanWatcher | null = null) {
    this.subqueries = new SubqueryRunner(watch);
    this.plan = plan;
    this.session = session;
    session.programs.prepare(plan);
    this.shortInsert = plan.kind === 'insert' ? ShortInsert.of(plan) : null;
    // Asked for before anything is done.
    if (this.shortInsert === null) CHANGE_OPERATORS.get();
  }

  /** For another text of the same plan: throws what is wrong with triggers, foreign keys and the text's literals. */
  check(parameterCount: number, literals: readonly SqlValue[]): void {
    this.session.programs.prepare(this.plan);
    this.shortInsert?.check(parameterCount, literals);
  }

  run(given: Arguments): ChangeResult {
    const result = emptyResult();
    try {
      return this.write(given, result);
    } catch (error) {
      // As in SQLite: what a failed statement changed is nothing, but for the rows that FAIL keeps.
      const kept = error === this.keeping ? result.changes : 0;
      this.session.changes = kept;
      this.session.totalChanges += kept;
      throw error;
    } finally {
      this.keeping = null;
    }
  }

  private write(given: Arguments, result: ChangeResult): ChangeResult {
    const { session, shortInsert } = this;
    const contextAt = (at: { readonly transaction: number }): ExecutionContext =>
      executionContext(session, given, at, this.subqueries);
    if (shortInsert !== null) {
      const nowMicros = session.engine.clock.wallMicros();
      const parameters = unconverted(given);
      return session.write(
        (transaction) => shortInsert.run(transaction, parameters, nowMicros, () => contextAt(transaction)),
        shortInsert.rowCount === 1,
      );
    }
    this.change ??= CHANGE_OPERATORS.get().buildChange(this.plan);
    const { change } = this;
    return session.write((transaction) => {
      try {
        runEffects(session, contextAt(transaction), transaction, (effects) => change.run(effects, result));
      } catch (error) {
        if (error instanceof ConflictStop && error.scope === 'fail') this.keeping = error.error;
        throw error;
      }
      return result;
    });
  }
}

/** Values as the caller passed them, and those of literals. */
function unconverted({ values, literals }: Arguments): readonly unknown[] {
  if (literals.length === 0) return values;
  return values.length === 0 ? literals : [...values, ...literals];
}
