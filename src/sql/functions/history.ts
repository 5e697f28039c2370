import { lastScnOf } from '../../engine/history/instants.ts';
import type { EvaluationContext } from '../expressions/context.ts';
import { define } from './define.ts';

/** Where in the history a statement reads. */
export const HISTORY_FUNCTIONS = [
  define('helios_txn', 0, 'INTEGER', (_args, context) => BigInt(newestCommit(context)), { deterministic: false }),
  define(
    'helios_scn',
    0,
    'INTEGER',
    (_args, context) => BigInt(lastScnOf(context.session.engine.commitLog, newestCommit(context))),
    { deterministic: false },
  ),
];

/** A statement inside of a transaction that writes sees the commits before it. */
function newestCommit({ at, session }: EvaluationContext): number {
  return Math.min(at.transaction, session.engine.commitLog.lastTransaction);
}
