import type { ColumnValue } from '../column/types.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, type RowLocation } from '../table/access.ts';
import type { Table } from '../table/table.ts';
import { type ScanSources, sourceAt } from '../table/table-scan.ts';
import { changesBetween, type HistorySpan } from './changes-between.ts';

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
 * none of them. The work is in proportion to what changed in between.
 */
export class TableDifference {
  private readonly sources: ScanSources;
  private readonly befores: LocatedByRowid;
  private readonly afters: LocatedByRowid;
  private readonly columns: readonly number[];

  /** `columns`: those that are compared. Throws SNAPSHOT_TOO_OLD. */
  constructor(table: Table, span: HistorySpan, columns: readonly number[]) {
    const reader = changesBetween(table, span);
    this.sources = reader.sources;
    this.columns = columns;
    const [befores, afters] = [new LocatedRowids(), new LocatedRowids()];
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      const { count, locations, created, ended } = batch;
      for (let i = 0; i < count; i++) {
        // What began and ended in between is in neither state.
        const into = created[i] <= span.from ? befores : ended[i] > span.to ? afters : null;
        into?.append(this.valueAt(locations[i], ROWID_COLUMN) as number, locations[i]);
      }
    }
    this.befores = befores.sorted();
    this.afters = afters.sorted();
  }

  *rows(): Generator<RowDifference> {
    const { befores, afters } = this;
    for (let b = 0, a = 0; b < befores.rowids.length || a < afters.rowids.length; ) {
      const before = b < befores.rowids.length ? befores.rowids[b] : Number.POSITIVE_INFINITY;
      const after = a < afters.rowids.length ? afters.rowids[a] : Number.POSITIVE_INFINITY;
      const rowid = Math.min(before, after);
      const difference = {
        rowid,
        before: before === rowid ? befores.locations[b++] : -1,
        after: after === rowid ? afters.locations[a++] : -1,
      };
      if (!this.isSame(difference)) yield difference;
    }
  }

  /** A value of one of the rows, whatever has become of the table meanwhile. */
  valueAt(location: RowLocation, column: number): ColumnValue {
    return sourceAt(this.sources, location).read(column, location % LOCATION_SOURCE);
  }

  /** True of two rows that have the same values in all columns that are compared; each given by what reads its columns. */
  areSame(a: (column: number) => ColumnValue, b: (column: number) => ColumnValue): boolean {
    return this.columns.every((column) => isSameValue(a(column), b(column)));
  }

  private isSame({ before, after }: RowDifference): boolean {
    if (before < 0 || after < 0) return false;
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

interface LocatedByRowid {
  readonly rowids: Float64Array;
  readonly locations: Float64Array;
}

/** Growing columns: what changed may be all of a large table. */
class LocatedRowids {
  private rowids = new Float64Array(64);
  private locations = new Float64Array(64);
  private count = 0;

  append(rowid: number, location: RowLocation): void {
    if (this.count === this.rowids.length) {
      this.rowids = twice(this.rowids);
      this.locations = twice(this.locations);
    }
    this.rowids[this.count] = rowid;
    this.locations[this.count++] = location;
  }

  /** Ascending; no rowid occurs twice in one state. */
  sorted(): LocatedByRowid {
    const { rowids, locations, count } = this;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (!isAscending(rowids, count)) order.sort((a, b) => rowids[a] - rowids[b]);
    return {
      rowids: Float64Array.from(order, (i) => rowids[i]),
      locations: Float64Array.from(order, (i) => locations[i]),
    };
  }
}

function isAscending(numbers: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (numbers[i] < numbers[i - 1]) return false;
  return true;
}

function twice(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(2 * numbers.length);
  grown.set(numbers);
  return grown;
}
