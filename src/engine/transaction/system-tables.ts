import { Table } from '../table/table.ts';
import { COMMIT_LABELS } from './commit-labels.ts';
import { COMMIT_LOG, type CommitLog } from './commit-log.ts';
import { ERASURES } from './erasures.ts';
import { LEDGER } from './ledger.ts';
import { NAMED_SNAPSHOTS } from './named-snapshots.ts';
import type { SystemTable } from './system-table.ts';

/**
 * The tables of the database's own. They are in no catalogue, so that nobody can name, change or drop them; all else
 * about them is as with any table: write transactions change them, so that the log, rollbacks, checkpoints, exports and
 * readers of the history treat them like the users'. `helios.…` shows what is in them.
 *
 * A file that was written before a table was added here opens with that table empty: neither its manifest nor its log
 * names it. Nor does the manifest of a database that has never used it.
 */
export const SYSTEM_TABLES: readonly SystemTable[] = [
  { definition: COMMIT_LOG, indexes: [] },
  NAMED_SNAPSHOTS,
  COMMIT_LABELS,
  ERASURES,
  LEDGER,
];

/** All of them, empty, by id. */
export function createSystemTables(commitLog: CommitLog): Map<number, Table> {
  const tables = new Map<number, Table>();
  for (const { definition, indexes } of SYSTEM_TABLES) {
    const table = definition === COMMIT_LOG ? commitLog.table : new Table(definition);
    for (const index of indexes) table.addIndex(index);
    tables.set(definition.id, table);
  }
  return tables;
}
