import { type SystemTable, systemColumn, systemIndex, systemTable } from './system-table.ts';

export const SNAPSHOT_NAME_COLUMN = 0;
export const SNAPSHOT_TXN_COLUMN = 1;
export const SNAPSHOT_CREATED_AT_COLUMN = 2;
export const SNAPSHOT_EXPIRES_AT_COLUMN = 3;

const DEFINITION = systemTable(2, 'helios_named_snapshots', [
  { ...systemColumn('name', 'TEXT', true), collation: 'NOCASE' },
  systemColumn('txn', 'INTEGER', true),
  systemColumn('created_at', 'TIMESTAMP', true),
  systemColumn('expires_at', 'TIMESTAMP', false),
]);

export const SNAPSHOTS_BY_NAME = systemIndex(8, DEFINITION, SNAPSHOT_NAME_COLUMN, { unique: true });
export const SNAPSHOTS_BY_EXPIRY = systemIndex(9, DEFINITION, SNAPSHOT_EXPIRES_AT_COLUMN, { unique: false });

/**
 * The snapshots that users have named: each is a row, and keeps the state of its transaction readable until it expires
 * or is dropped. Rows ascend by transaction, as later snapshots name later states.
 */
export const NAMED_SNAPSHOTS: SystemTable = {
  definition: DEFINITION,
  indexes: [SNAPSHOTS_BY_NAME, SNAPSHOTS_BY_EXPIRY],
};
