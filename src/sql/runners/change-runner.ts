import type { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { executionContext, runEffects } from '../execution.ts';
import { type Change, type ChangeResult, emptyResult } from '../executor/change.ts';
import type { ExecutionContext } from '../executor/execution-context.ts';
import { CHANGE_OPERATORS } from '../executor/late-parts.ts';
import type { ShortChange } from '../executor/short-change.ts';
import { ShortInsert } from '../executor/short-insert.ts';
import { type PlanWatcher, SubqueryRunner } from '../executor/subquery-runner.ts';
import { ConflictStop } from '../expressions/conflict-stop.ts';
import { type Arguments, bindParameters } from '../parameters.ts';
import type { ChangePlan } from '../planner/plan-statement.ts';
import type { Session } from '../session.ts';

/** Runs INSERT, UPDATE and DELETE. */
export class ChangeRunner {
  readonly kind = 'change';
  private readonly plan: ChangePlan;
  private readonly session: Session;
  private readonly shortInsert: ShortInsert | null;
  private readonly shortChange: ShortChange | null;
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
    this.shortChange = this.shortInsert === null ? CHANGE_OPERATORS.get().ShortChange.of(plan) : null;
  }

  /** For another text of the same plan: throws what is wrong with triggers, foreign keys and the text's literals. */
  check(parameterCount: number, literals: readonly SqlValue[]): void {
    this.session.programs.prepare(this.plan);
    this.shortInsert?.check(parameterCount, literals);
  }

  run(given: Arguments): ChangeResult {
    const { shortInsert } = this;
    if (shortInsert !== null && shortInsert.rowCount === 1 && this.session.isWriting)
      return this.insertRow(shortInsert, given);
    const { shortChange } = this;
    if (shortChange?.suits(this.session.engine.table(shortChange.tableId)) === true)
      return this.changeShortly(shortChange, given);
    const result = emptyResult();
    try {
      if (shortInsert === null) return this.write(given, result);
      return this.session.write((transaction) => {
        this.insertRows(shortInsert, transaction, given, result);
        return result;
      });
    } catch (error) {
      result.returned?.close();
      // As in SQLite: what a failed statement changed is nothing, but for the rows that FAIL keeps.
      const kept = error === this.keeping ? result.changes : 0;
      this.session.changes = kept;
      this.session.totalChanges += kept;
      throw error;
    } finally {
      this.keeping = null;
    }
  }

  /** Inside of a transaction: a load comes here with each of its rows. */
  private insertRow(insert: ShortInsert, given: Arguments): ChangeResult {
    const { session } = this;
    try {
      const transaction = session.beginRow();
      this.openDefaults(insert, transaction, given);
      const result = {
        changes: 1,
        lastInsertRowid: insert.runSole(transaction, unconverted(given)),
        returned: null,
      };
      session.count(result);
      return result;
    } catch (error) {
      session.changes = 0;
      refuseParameters(given);
      throw error;
    }
  }

  private changeShortly(change: ShortChange, given: Arguments): ChangeResult {
    const { session } = this;
    try {
      if (!change.isSole || !session.isWriting)
        return session.write((transaction) => this.changeRows(change, transaction, given));
      const result = this.changeRows(change, session.beginRow(), given);
      session.count(result);
      return result;
    } catch (error) {
      session.changes = 0;
      refuseParameters(given);
      throw error;
    }
  }

  private changeRows(change: ShortChange, transaction: WriteTransaction, given: Arguments): ChangeResult {
    const changes = change.run(transaction, unconverted(given), () => this.contextAt(transaction, given));
    if (changes === CHANGE_OPERATORS.get().TOO_MANY_ROWS) return this.changeAtLength(transaction, given, emptyResult());
    // What no row has asked for was not looked at.
    if (changes === 0) refuseParameters(given);
    return { changes, lastInsertRowid: null, returned: null };
  }

  private insertRows(insert: ShortInsert, transaction: WriteTransaction, given: Arguments, result: ChangeResult): void {
    this.openDefaults(insert, transaction, given);
    try {
      insert.run(transaction, unconverted(given), result);
    } catch (error) {
      refuseParameters(given);
      throw error;
    }
  }

  private openDefaults(insert: ShortInsert, transaction: WriteTransaction, given: Arguments): void {
    if (!insert.hasDefaults) return;
    insert.openDefaults(this.session.engine.clock.wallMicros(), () => this.contextAt(transaction, given));
  }

  private contextAt(at: ReadPoint, given: Arguments): ExecutionContext {
    return executionContext(this.session, given, at, this.subqueries);
  }

  private write(given: Arguments, result: ChangeResult): ChangeResult {
    return this.session.write((transaction) => this.changeAtLength(transaction, given, result));
  }

  private changeAtLength(transaction: WriteTransaction, given: Arguments, result: ChangeResult): ChangeResult {
    this.change ??= CHANGE_OPERATORS.get().buildChange(this.plan);
    const { change } = this;
    try {
      const context = this.contextAt(transaction, given);
      runEffects(this.session, context, transaction, (effects) => change.run(effects, result));
    } catch (error) {
      if (error instanceof ConflictStop && error.scope === 'fail') this.keeping = error.error;
      throw error;
    }
    return result;
  }
}

/** Throws for a value that is none in SQL: all other statements look at that first. */
function refuseParameters(given: Arguments): void {
  bindParameters(given);
}

/** Values as the caller passed them, and those of literals. */
function unconverted({ values, literals }: Arguments): readonly unknown[] {
  if (literals.length === 0) return values;
  return values.length === 0 ? literals : [...values, ...literals];
}
