import type { TableDefinition } from '../catalog/definitions.ts';
import { Table } from '../table/table.ts';
import { systemColumn, systemTable } from './system-table.ts';

export const SCN_COLUMN = 0;
export const COMMITTED_AT_COLUMN = 1;

/**
 * When each transaction was committed, and up to which SCN: a table like any other, so that it is checkpointed, encoded
 * and compacted like any other. Its rowid is the transaction's number. Its rows are not in the log: each frame implies one.
 */
export const COMMIT_LOG: TableDefinition = systemTable(1, 'helios_commit_log', [
  systemColumn('scn', 'INTEGER', true),
  systemColumn('committed_at', 'TIMESTAMP', true),
]);

/** The newest commit, and the table of all of them. */
export class CommitLog {
  readonly table = new Table(COMMIT_LOG);
  lastTransaction = 0;
  lastScn = 0;
  /** Microseconds since 1970 UTC; never goes back, whatever the clock does. */
  lastMicros = 0;

  /** The time of the next commit: now, or just after the last one when the clock has jumped back. */
  nextMicros(wallMicros: number): number {
    return Math.max(Math.trunc(wallMicros), this.lastMicros + 1);
  }

  append(transaction: number, changes: number, micros: number): void {
    this.lastTransaction = transaction;
    this.lastScn += changes;
    this.lastMicros = micros;
    this.table.appendVersion(transaction, transaction, [this.lastScn, micros]);
  }
}
