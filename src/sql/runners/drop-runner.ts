import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { executionContext, runEffects } from '../execution.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import { NO_ARGUMENTS } from '../parameters.ts';
import type { Session } from '../session.ts';

/** Runs DROP. A table that foreign keys refer to is emptied first: what it leaves behind is theirs to say. No trigger fires. */
export function drop(ids: readonly number[], session: Session, transaction: WriteTransaction): undefined {
  const { catalog } = session;
  const context = executionContext(session, NO_ARGUMENTS, transaction, new SubqueryRunner());
  runEffects(session, context, transaction, (change) => {
    for (const id of ids) {
      if (session.settings.foreignKeys && catalog.live(id)?.kind === 'table') {
        session.programs.writer(id).clearForDrop(change);
      }
      for (const { keyTable } of catalog.computedIndexesOf(transaction, id)) transaction.drop(keyTable.id);
      transaction.drop(catalog.keyTableOf(id)?.id ?? id);
    }
  });
}
