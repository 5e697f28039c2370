import type { SqlValue } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, ColumnIds, ScanNode } from '../binder/logical-plan.ts';
import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { IndexStretch } from './index-stretch.ts';

/** The rows of a table: in the order of an index where a plan would go through that, as SQLite does. */
export class Scan implements RowSource {
  private readonly slot: number;
  private readonly stretch: IndexStretch | null;
  private readonly execution: DirectExecution;
  private readonly ids: readonly ColumnId[];
  private readonly positions: readonly number[];
  private readonly values: SqlValue[];
  private readonly sink: RowSink;

  /** `slot`: the table's place among the execution's; `read`: the columns that somebody reads. */
  constructor(
    { table, columns }: ScanNode,
    slot: number,
    stretch: IndexStretch | null,
    read: ColumnIds,
    execution: DirectExecution,
    sink: RowSink,
  ) {
    this.slot = slot;
    this.stretch = stretch;
    const used = columns.filter(({ id }) => read.has(id));
    this.ids = used.map(({ id }) => id);
    this.positions = used.map(({ column }) => (column === ROWID_COLUMN ? table.columns.length : column));
    this.execution = execution;
    this.values = execution.frame.values;
    this.sink = sink;
  }

  run(): boolean {
    const table = this.execution.tables[this.slot];
    const rows = this.stretch === null ? table.rows : this.stretch.rowsOf(table);
    this.execution.spend(rows.length);
    for (let i = 0; i < rows.length; i++) {
      this.load(rows[i]);
      if (!this.sink.take()) return false;
    }
    return true;
  }

  private load(row: readonly SqlValue[]): void {
    const { ids, positions, values } = this;
    for (let k = 0; k < ids.length; k++) values[ids[k]] = row[positions[k]];
  }
}
