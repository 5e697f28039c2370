import { type SystemTable, systemColumn, systemTable } from './system-table.ts';

/** What ERASE has done. */
export interface Erasure {
  /** Its row among the records. */
  readonly id: number;
  readonly erasedAtMicros: number;
  readonly table: string;
  readonly rows: number;
  readonly versions: number;
  readonly reason: string;
}

/** The records of what was erased: how much of which table, when and why; never what. */
export const ERASURES: SystemTable = {
  definition: systemTable(4, 'helios_erased', [
    systemColumn('txn', 'INTEGER', true),
    systemColumn('erased_at', 'TIMESTAMP', true),
    systemColumn('table_name', 'TEXT', true),
    systemColumn('rows', 'INTEGER', true),
    systemColumn('versions', 'INTEGER', true),
    systemColumn('reason', 'TEXT', true),
  ]),
  indexes: [],
};
