import { bindViewText } from '../bind-view.ts';
import type { Binder } from '../binder.ts';
import type { Query } from '../logical-plan.ts';
import { SYSTEM_CATALOG } from './system-catalog.ts';

/**
 * `helios.…` tables that show what system tables hold: views over them, so that conditions find their rows as they find
 * those of users' tables, and AS OF tells what they held.
 */
export const SYSTEM_VIEWS: Readonly<Record<string, string>> = {
  snapshots: `CREATE VIEW snapshots AS
    SELECT name, txn, helios_scn(txn) AS scn, created_at, expires_at
      FROM helios_named_snapshots WHERE expires_at IS NULL OR expires_at > now()`,
  ledger: `CREATE VIEW ledger AS SELECT table_name, txn, lower(hex(hash)) AS hash FROM helios_ledger`,
  erasures: `CREATE VIEW erasures AS SELECT txn, erased_at, table_name, rows, versions, reason FROM helios_erased`,
  transactions: `CREATE VIEW transactions AS
    SELECT txn, CASE WHEN changes > 0 THEN scn - changes + 1 END AS scn_from, CASE WHEN changes > 0 THEN scn END AS scn_to,
        committed_at, changes, label
      FROM (SELECT log.rowid AS txn, scn, scn - helios_scn(log.rowid - 1) AS changes, committed_at, label
        FROM helios_commit_log AS log LEFT JOIN helios_commit_labels AS named ON named.rowid = log.rowid)`,
  transaction_changes: `CREATE VIEW transaction_changes AS
    SELECT log.rowid AS txn, table_name, inserted, updated, deleted
      FROM helios_commit_log AS log, helios_changes(log.rowid)`,
};

/** A reference to the system view of that text. */
export function bindSystemView(name: string, sql: string, binder: Binder): Query {
  return bindViewText({ id: 0, name, sql }, binder.within(sql, 'main', null, SYSTEM_CATALOG));
}
