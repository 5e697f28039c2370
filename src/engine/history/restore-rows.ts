import type { TableDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import type { RowLocation } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import type { WriteTransaction } from '../transaction/write-transaction.ts';
import type { Account, HistorySpan } from './changes-between.ts';
import { TableDifference } from './table-difference.ts';

/** What rows that go back mean to others. */
export interface RestoreObserver {
  /** Called before the live row is ended. */
  willEnd(location: RowLocation): void;
  /** The values that the row gets, in column order. Throws where a constraint does not admit them. */
  admit(rowid: number, values: ColumnValue[]): readonly ColumnValue[];
  /** Called when the row is there again. */
  didAppend(rowid: number, values: readonly ColumnValue[]): void;
}

/** How many rows have come back, have their old values again, or are gone. */
export interface RestoredCounts {
  inserted: number;
  updated: number;
  deleted: number;
}

/** The rows that two states do not have alike, in the columns of that definition of the table. Throws SNAPSHOT_TOO_OLD. */
export function differenceIn(
  { columns, rowidColumn }: TableDefinition,
  table: Table,
  span: HistorySpan,
): TableDifference {
  const compared = columns.flatMap(({ dropped }, column) => (dropped || column === rowidColumn ? [] : [column]));
  return new TableDifference(table, span, compared);
}

/**
 * Makes a table's rows what they were when `point` was the newest transaction, as changes of the transaction: only rows
 * that differ are written, with the columns that the table has now. First all rows go that are to be others, so that keys
 * may change places. Throws SNAPSHOT_TOO_OLD.
 */
export function restoreRows(
  transaction: WriteTransaction,
  table: Table,
  point: number,
  need: Account,
  observer: RestoreObserver | null = null,
): RestoredCounts {
  const { columns, rowidColumn } = table.definition;
  const difference = differenceIn(table.definition, table, { from: point, to: transaction.transaction });
  const counts = { inserted: 0, updated: 0, deleted: 0 };
  const returning = new ReturningRows(need);
  for (const row of difference.rows(need)) {
    if (row.before >= 0) returning.append(row.rowid, row.before);
    if (row.after < 0) {
      counts.inserted++;
      continue;
    }
    observer?.willEnd(row.after);
    if (row.before < 0) {
      table.end(transaction, row.after);
      counts.deleted++;
    } else {
      // Its new version, which is counted as the change, follows below.
      transaction.touch(table);
      table.markEnded(row.after, transaction.transaction);
      transaction.didEnd(table, row.after);
      counts.updated++;
    }
  }
  for (const { rowid, before } of returning.rows()) {
    const stored = columns.map((_, column) => (column === rowidColumn ? null : difference.valueAt(before, column)));
    const values = observer?.admit(rowid, stored) ?? stored;
    table.append(transaction, rowid, values);
    observer?.didAppend(rowid, values);
  }
  return counts;
}

/** Of memory: a run of neighbours. */
const RUN_BYTES = 3 * 16;

/** Rows that are to come back. As runs of neighbours: where a whole table does, they take a few numbers. */
class ReturningRows {
  private readonly need: Account;
  private readonly rowids: number[] = [];
  private readonly locations: RowLocation[] = [];
  private readonly lengths: number[] = [];

  constructor(need: Account) {
    this.need = need;
  }

  append(rowid: number, location: RowLocation): void {
    const { rowids, locations, lengths } = this;
    const last = lengths.length - 1;
    if (last >= 0 && rowids[last] + lengths[last] === rowid && locations[last] + lengths[last] === location) {
      lengths[last]++;
      return;
    }
    this.need(RUN_BYTES);
    rowids.push(rowid);
    locations.push(location);
    lengths.push(1);
  }

  *rows(): Generator<{ readonly rowid: number; readonly before: RowLocation }> {
    const { rowids, locations, lengths } = this;
    for (let run = 0; run < lengths.length; run++)
      for (let i = 0; i < lengths[run]; i++) yield { rowid: rowids[run] + i, before: locations[run] + i };
  }
}
