/** What the planner knows of the data. */
export interface Statistics {
  /** Live rows of a table, roughly. */
  rowCount(tableId: number): number;
}
