import type { Statistics } from './planner/statistics.ts';

/** Twice the bits of a size: a plan is for sizes up to four times apart. */
const sizeClass = (rows: number): number => (32 - Math.clz32(rows)) >> 1;

/** The sizes of tables that a plan was made for, noted as the planner asks for them. */
export class TableSizes {
  private readonly statistics: Statistics;
  private readonly classes = new Map<number, number>();
  /** Rows of all tables. */
  rows = 0;

  constructor(statistics: Statistics) {
    this.statistics = statistics;
  }

  /** Statistics that note what they are asked for. */
  noted(): Statistics {
    const { statistics, classes } = this;
    return {
      rowCount: (tableId) => {
        const rows = statistics.rowCount(tableId);
        if (!classes.has(tableId)) this.rows += rows;
        classes.set(tableId, sizeClass(rows));
        return rows;
      },
      isInRowidOrder: statistics.isInRowidOrder,
      column: statistics.column,
    };
  }

  /** False when a table has grown or shrunk so much that another plan may be better. */
  areAsBefore(): boolean {
    for (const [tableId, known] of this.classes) {
      if (sizeClass(this.statistics.rowCount(tableId)) !== known) return false;
    }
    return true;
  }
}
