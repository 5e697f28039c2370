import type { SqlValue } from '../../engine/column/types.ts';
import { lastScnOf } from '../../engine/history/instants.ts';
import type { EvaluationContext } from '../expressions/context.ts';
import { define } from './define.ts';

/** Where in the history a statement reads. */
export const HISTORY_FUNCTIONS = [
  define('helios_txn', 0, 'INTEGER', (_args, context) => BigInt(newestCommit(context)), { deterministic: false }),
  define('helios_scn', [0, 1], 'INTEGER', scn, { deterministic: false }),
];

/** Of the given transaction, or of the newest one; NULL for one that the statement does not see. */
function scn(args: readonly SqlValue[], context: EvaluationContext): SqlValue {
  const newest = newestCommit(context);
  const transaction = args.length === 0 ? newest : Number(args[0]);
  const isSeen = Number.isInteger(transaction) && transaction >= 0 && transaction <= newest;
  return isSeen ? BigInt(lastScnOf(context.session.engine.commitLog, transaction)) : null;
}

/** A statement inside of a transaction that writes sees the commits before it. */
function newestCommit({ at, session }: EvaluationContext): number {
  return Math.min(at.transaction, session.engine.commitLog.lastTransaction);
}
