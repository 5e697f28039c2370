import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { IndexStretch } from './index-stretch.ts';
import type { TableRow } from './row-cache.ts';
import type { RowLoader } from './row-loader.ts';

/** The rows of a table: in the order of an index where a plan would go through that, as SQLite does. */
export class Scan implements RowSource {
  /** The row at hand. */
  row!: TableRow;
  private readonly slot: number;
  private readonly stretch: IndexStretch | null;
  private readonly into: RowLoader;
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  /** `slot`: the table's place among the execution's. */
  constructor(slot: number, stretch: IndexStretch | null, into: RowLoader, execution: DirectExecution, sink: RowSink) {
    this.slot = slot;
    this.stretch = stretch;
    this.into = into;
    this.execution = execution;
    this.sink = sink;
  }

  run(): boolean {
    const table = this.execution.tables[this.slot];
    const rows = this.stretch === null ? table.rows : this.stretch.rowsOf(table);
    this.execution.spend(rows.length);
    for (let i = 0; i < rows.length; i++) {
      this.row = rows[i];
      this.into.load(rows[i]);
      if (!this.sink.take()) return false;
    }
    return true;
  }
}
