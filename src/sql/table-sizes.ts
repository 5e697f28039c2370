import { appended, NO_NUMBERS } from '../base/short-lists.ts';
import type { ColumnStatistics } from '../engine/table/column-statistics.ts';
import type { Statistics } from './planner/statistics.ts';

/** Twice the bits of a size: a plan is for sizes up to four times apart. */
const sizeClass = (rows: number): number => (32 - Math.clz32(rows)) >> 1;

/** Statistics that note the sizes of the tables that they are asked for: those that a plan is made for. */
export class TableSizes implements Statistics {
  private readonly statistics: Statistics;
  // No map: a statement names few tables, and makes one of these.
  private tables = NO_NUMBERS;
  private classes = NO_NUMBERS;
  /** Rows of all tables. */
  rows = 0;

  constructor(statistics: Statistics) {
    this.statistics = statistics;
  }

  rowCount(tableId: number): number {
    const rows = this.statistics.rowCount(tableId);
    if (this.tables.includes(tableId)) return rows;
    this.rows += rows;
    this.tables = appended(this.tables, tableId);
    this.classes = appended(this.classes, sizeClass(rows));
    return rows;
  }

  isInRowidOrder(tableId: number): boolean {
    return this.statistics.isInRowidOrder(tableId);
  }

  column(tableId: number, column: number): ColumnStatistics {
    return this.statistics.column(tableId, column);
  }

  /** False when a table has grown or shrunk so much that another plan may be better. */
  areAsBefore(): boolean {
    const { tables, classes } = this;
    for (let i = 0; i < tables.length; i++) {
      if (sizeClass(this.statistics.rowCount(tables[i])) !== classes[i]) return false;
    }
    return true;
  }
}
