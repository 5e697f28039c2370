import type { ReadPoint } from '../engine/table/access.ts';
import type { WriteTransaction } from '../engine/transaction/write-transaction.ts';
import type { ChangeContext } from './executor/change.ts';
import { Effects } from './executor/effects.ts';
import { ExecutionContext } from './executor/execution-context.ts';
import { ForeignKeyLedger } from './executor/foreign-key-ledger.ts';
import { StatementMemory } from './executor/operator-memory.ts';
import type { SubqueryRunner } from './executor/subquery-runner.ts';
import { ConflictStop } from './expressions/conflict-stop.ts';
import { type Arguments, bindParameters } from './parameters.ts';
import type { Session } from './session.ts';

/** The context of one execution: its parameters, its instant, and what it reads. */
export function executionContext(
  session: Session,
  given: Arguments,
  at: ReadPoint,
  subqueries: SubqueryRunner,
): ExecutionContext {
  const { engine } = session;
  return new ExecutionContext({
    parameters: bindParameters(given),
    nowMicros: engine.clock.wallMicros(),
    random: engine.random,
    session,
    at,
    instants: given.instants,
    tables: engine,
    subqueries,
    memory: new StatementMemory(session.memory, engine.temporarySpace),
    batchRows: session.batchRows,
    interrupt: session.interrupt,
  });
}

/**
 * Runs a change with everything that it sets off, and looks at the foreign keys when it is done. Call inside of
 * {@link Session.write}.
 */
export function runEffects<Result>(
  session: Session,
  context: ExecutionContext,
  transaction: WriteTransaction,
  body: (change: ChangeContext) => Result,
): Result {
  const { settings, programs, deferredKeys, interrupt } = session;
  const immediate = new ForeignKeyLedger();
  const effects = new Effects(settings, session, programs, immediate, deferredKeys);
  const betweenRows = (): void => {
    interrupt();
    if (effects.isIdle) session.relieve(transaction);
  };
  const settle = (): void => {
    if (!immediate.isEmpty) immediate.settle(transaction, (tableId) => session.catalog.live(tableId) !== null);
  };
  try {
    const result = body({ context, transaction, interrupt: betweenRows, effects, policy: null });
    settle();
    return result;
  } catch (error) {
    // The rows that FAIL keeps must have their parents too.
    if (error instanceof ConflictStop && error.scope === 'fail') settle();
    throw error;
  } finally {
    context.memory.release();
  }
}
