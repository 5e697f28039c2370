import { COMMIT_LABELS } from '../transaction/commit-labels.ts';
import { UncountedChanges } from '../transaction/uncounted-changes.ts';
import type { WriteTransaction } from '../transaction/write-transaction.ts';

/** What the transaction is called once it is committed; null: nothing. */
export function setLabel(transaction: WriteTransaction, label: string | null): void {
  const table = transaction.table(COMMIT_LABELS.definition.id);
  const changes = new UncountedChanges(transaction);
  const rowid = transaction.transaction;
  const location = table.find(transaction, rowid);
  if (label !== null && location >= 0) table.update(changes, location, rowid, [label]);
  else if (label !== null) table.append(changes, rowid, [label]);
  else if (location >= 0) table.end(changes, location);
}
