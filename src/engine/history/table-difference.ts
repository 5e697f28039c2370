import type { ColumnValue } from '../column/types.ts';
import { LOCATION_SOURCE, type RowLocation } from '../table/access.ts';
import { type LocatedIn, MergedRowids } from '../table/merged-rowids.ts';
import type { Table } from '../table/table.ts';
import { sourceAt } from '../table/table-scan.ts';
import {
  type Account,
  changesBetween,
  type HistorySpan,
  type VersionBatch,
  type VersionReader,
} from './changes-between.ts';

/** A row that two states of a table do not have alike. */
export interface RowDifference {
  readonly rowid: number;
  /** In the earlier state; -1: it was not there. */
  readonly before: RowLocation;
  /** In the later state; -1: it is not there. */
  readonly after: RowLocation;
}

/**
 * The rows in which two states of a table differ, in the order of their rowids. A row that changed and changed back is
 * none of them. The work is in proportion to what changed in between, and of each segment a batch is in memory.
 */
export class TableDifference {
  private readonly reader: VersionReader;
  private readonly span: HistorySpan;
  private readonly located: LocatedIn;
  private readonly columns: readonly number[];

  /** `columns`: those that are compared. Throws SNAPSHOT_TOO_OLD. */
  constructor(table: Table, span: HistorySpan, columns: readonly number[]) {
    this.reader = changesBetween(table, span);
    this.span = span;
    this.located = { sources: this.reader.sources, physicalOf: (column) => table.physicalKind(column) };
    this.columns = columns;
  }

  /** Once. */
  *rows(need: Account): Generator<RowDifference> {
    const { reader, located, span } = this;
    const merged = new MergedRowids(reader.streams(located, need));
    let rowid = Number.NaN;
    let before = -1;
    let after = -1;
    for (let version = merged.next(); version !== null; version = merged.next()) {
      if (version.rowid !== rowid) {
        if (!this.isSame(before, after)) yield { rowid, before, after };
        rowid = version.rowid;
        before = -1;
        after = -1;
      }
      const { created, ended } = version.batch as VersionBatch;
      // What began and ended in between is in neither state.
      if (created[version.row] <= span.from) before = version.location;
      else if (ended[version.row] > span.to) after = version.location;
    }
    if (!this.isSame(before, after)) yield { rowid, before, after };
  }

  /** A value of one of the rows, whatever has become of the table meanwhile. */
  valueAt(location: RowLocation, column: number): ColumnValue {
    return sourceAt(this.located.sources, location).read(column, location % LOCATION_SOURCE);
  }

  /** True of two rows that have the same values in all columns that are compared; each given by what reads its columns. */
  areSame(a: (column: number) => ColumnValue, b: (column: number) => ColumnValue): boolean {
    return this.columns.every((column) => isSameValue(a(column), b(column)));
  }

  /** True, too, where the row is in neither state. */
  private isSame(before: RowLocation, after: RowLocation): boolean {
    if (before < 0 || after < 0) return before === after;
    return this.areSame(
      (column) => this.valueAt(before, column),
      (column) => this.valueAt(after, column),
    );
  }
}

/** As they are stored: 1 and 1.0 are two values, and so are 0.0 and -0.0. */
function isSameValue(a: ColumnValue, b: ColumnValue): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return Object.is(a, b);
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
