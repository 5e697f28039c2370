import { type SystemTable, systemColumn, systemTable } from './system-table.ts';

/** What users have called transactions: the rowid is the transaction's number. */
export const COMMIT_LABELS: SystemTable = {
  definition: systemTable(3, 'helios_commit_labels', [systemColumn('label', 'TEXT', true)]),
  indexes: [],
};
