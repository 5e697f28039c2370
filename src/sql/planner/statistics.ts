import type { ColumnStatistics } from '../../engine/table/column-statistics.ts';

/** What the planner knows of the data. */
export interface Statistics {
  /** Live rows of a table, roughly. */
  rowCount(tableId: number): number;
  /** Whether a scan of the table finds its rows in the order of their rowids; it may change until the query runs. */
  isInRowidOrder(tableId: number): boolean;
  /** What is roughly known of a table's column, which may be ROWID_COLUMN. */
  column(tableId: number, column: number): ColumnStatistics;
}
