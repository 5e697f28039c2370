import type { ColumnStatistics } from '../engine/table/column-statistics.ts';
import type { Statistics } from './planner/statistics.ts';

/** Twice the bits of a size: a plan is for sizes up to four times apart. */
const sizeClass = (rows: number): number => (32 - Math.clz32(rows)) >> 1;

/** Statistics that note the sizes of the tables that they are asked for: those that a plan is made for. */
export class TableSizes implements Statistics {
  private readonly statistics: Statistics;
  private classes: Map<number, number> | null = null;
  /** Rows of all tables. */
  rows = 0;

  constructor(statistics: Statistics) {
    this.statistics = statistics;
  }

  rowCount(tableId: number): number {
    const rows = this.statistics.rowCount(tableId);
    this.classes ??= new Map();
    if (!this.classes.has(tableId)) this.rows += rows;
    this.classes.set(tableId, sizeClass(rows));
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
    if (this.classes === null) return true;
    for (const [tableId, known] of this.classes) {
      if (sizeClass(this.statistics.rowCount(tableId)) !== known) return false;
    }
    return true;
  }
}
