import type { IndexDefinition } from '../catalog/definitions.ts';
import { type SystemTable, systemColumn, systemTable } from './system-table.ts';

export const LEDGER_TABLE_COLUMN = 0;
export const LEDGER_TXN_COLUMN = 1;
export const LEDGER_HASH_COLUMN = 3;

const DEFINITION = systemTable(5, 'helios_ledger', [
  systemColumn('table_id', 'INTEGER', true),
  systemColumn('txn', 'INTEGER', true),
  systemColumn('table_name', 'TEXT', true),
  systemColumn('hash', 'BLOB', true),
]);

export const LEDGER_BY_TABLE: IndexDefinition = {
  id: 10,
  name: 'helios_ledger_by_table',
  tableId: DEFINITION.id,
  columns: [LEDGER_TABLE_COLUMN, LEDGER_TXN_COLUMN].map((column) => ({
    column,
    descending: false,
    collation: 'BINARY',
  })),
  unique: false,
  origin: 'index',
  sql: null,
};

/** The chains of hashes of ledger tables: a link for each transaction that has changed one. */
export const LEDGER: SystemTable = { definition: DEFINITION, indexes: [LEDGER_BY_TABLE] };
