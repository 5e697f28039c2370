import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { flashbackDatabase } from '../../engine/history/flashback-database.ts';
import type { RestoredCounts } from '../../engine/history/restore-rows.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { bindTarget } from '../binder/bind-target.ts';
import { Binder } from '../binder/binder.ts';
import type { BoundFlashback } from '../binder/bound-statement.ts';
import { executionContext, runEffects } from '../execution.ts';
import { type ChangeResult, emptyResult } from '../executor/change.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { restoreTable } from '../executor/table-restorer.ts';
import { withAccount } from '../executor/with-account.ts';
import type { Arguments } from '../parameters.ts';
import type { Session } from '../session.ts';

/** FLASHBACK: makes tables, or all of the database, what they were at a point of the history. */
export function runFlashback(
  { tables, instant }: BoundFlashback,
  session: Session,
  transaction: WriteTransaction,
  given: Arguments,
): ChangeResult {
  const point = given.instants[instant].transaction;
  const result = emptyResult();
  const count = ({ inserted, updated, deleted }: RestoredCounts): void => {
    result.changes += inserted + updated + deleted;
  };
  if (tables === null) {
    const { catalog } = session.engine;
    withAccount('FLASHBACK', session.memory, (need) => count(flashbackDatabase(transaction, catalog, point, need)));
    return result;
  }
  const context = executionContext(session, given, transaction, new SubqueryRunner());
  runEffects(session, context, transaction, (change) => {
    const binder = new Binder(session.catalog, transaction, '');
    for (const table of tables) {
      assertWasThere(table, point, session);
      const target = { ...bindTarget(binder, table, table.name, [], null), returning: [] };
      count(restoreTable(target, point, change));
    }
  });
  return result;
}

function assertWasThere({ id, name }: TableDefinition, point: number, { engine }: Session): void {
  const { catalog } = engine;
  if (catalog.byId({ transaction: point }, id) !== null) return;
  const made = catalog.versions(id)[0]?.createdTxn ?? 0;
  const other = catalog.table({ transaction: point }, name);
  throw new HeliosError(
    'INVALID_STATEMENT',
    `table "${name}" cannot go back to transaction ${point}: ${made} made it`,
    {
      hint:
        other === null
          ? 'DELETE FROM it, or DROP TABLE it.'
          : `Another table had that name then: UNDROP TABLE "${name}" AS a new name brings it back.`,
    },
  );
}
