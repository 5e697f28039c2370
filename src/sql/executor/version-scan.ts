import { NO_DOUBLES, NO_UINTS } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import {
  type HistorySpan,
  type VersionBatch,
  type VersionReader,
  versionsBetween,
} from '../../engine/history/changes-between.ts';
import { committedAt } from '../../engine/history/instants.ts';
import { rowsThere } from '../../engine/history/rows-there.ts';
import { type Ends, searchFor, type VersionSearch } from '../../engine/history/version-search.ts';
import {
  type ColumnRange,
  type ReadPoint,
  ROWID_COLUMN,
  type ScanBatch,
  type ScanReads,
  type TableScan,
} from '../../engine/table/access.ts';
import { LocatedRows } from '../../engine/table/located-rows.ts';
import { rowidsAt } from '../../engine/table/merged-rowids.ts';
import type { Table } from '../../engine/table/table.ts';
import type { CommitLog } from '../../engine/transaction/commit-log.ts';
import type { VersionsSince } from '../binder/logical-plan.ts';
import {
  CREATED_AT_COLUMN,
  CREATED_TXN_COLUMN,
  ENDED_AT_COLUMN,
  ENDED_TXN_COLUMN,
  OPERATION_COLUMN,
  VERSION_ROWID_COLUMN,
} from '../binder/version-columns.ts';
import type { ExecutionContext } from './execution-context.ts';

/** What a version's `_operation` says, by its code. */
const OPERATIONS: readonly string[] = ['INSERT', 'UPDATE', 'DELETE'];
const [INSERTED, UPDATED, DELETED] = [0, 1, 2];

/** Where the versions come from, and what is asked of them. */
interface Source {
  readonly table: Table;
  readonly reader: VersionReader;
  readonly span: HistorySpan;
  readonly commitLog: CommitLog;
  /** What began by then may have replaced something that is no longer there. */
  readonly knownSince: number;
  readonly columns: readonly number[];
}

/** The versions that were in force at any time from one point to another, and a row for each deletion between them. */
export function scanVersions(
  table: Table,
  since: VersionsSince,
  to: ReadPoint,
  columns: readonly number[],
  ranges: readonly ColumnRange[],
  context: ExecutionContext,
): TableScan {
  const span = { from: context.pointOf(since.slot).transaction, to: to.transaction };
  const { commitLog } = context.session.engine;
  const stored = storedRanges(since, ranges);
  const search = searchOf(since, ranges);
  const reader = versionsBetween(table, span, stored, newerThanOf(ranges), search);
  return new VersionScan({ table, reader, span, commitLog, columns, knownSince: table.oldestReadable });
}

/** How versions in those ranges are searched for; null: they are not. */
export function searchOf<Value>(since: VersionsSince, ranges: readonly Ends<Value>[]): VersionSearch<Value> | null {
  return searchFor(since.table, since.indexes, storedRanges(since, ranges));
}

/** The ranges of what is stored of versions: the rowid has one name. */
function storedRanges<Range extends { readonly column: number }>(
  { table }: VersionsSince,
  ranges: readonly Range[],
): readonly Range[] {
  const isRowid = (column: number): boolean => column === VERSION_ROWID_COLUMN || column === table.rowidColumn;
  return ranges
    .filter(({ column }) => column !== CREATED_TXN_COLUMN)
    .map((range) => (isRowid(range.column) ? { ...range, column: ROWID_COLUMN } : range));
}

/** The newest transaction that no row may have been created by: a deletion's row is created by what ended the version. */
function newerThanOf(ranges: readonly ColumnRange[]): number {
  let newerThan = Number.NEGATIVE_INFINITY;
  for (const { column, low } of ranges) {
    if (column !== CREATED_TXN_COLUMN || low === undefined) continue;
    if (typeof low.value !== 'bigint' && typeof low.value !== 'number') continue;
    const first = low.inclusive ? Math.ceil(Number(low.value)) : Math.floor(Number(low.value)) + 1;
    newerThan = Math.max(newerThan, first - 1);
  }
  return newerThan;
}

class VersionScan implements TableScan {
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  next(): ScanBatch | null {
    const { reader, span } = this.source;
    // From a later point to an earlier one there is no time at all.
    const batch = span.from > span.to ? null : reader.next();
    return batch === null ? null : new Versions(this.source, withDeletions(batch, this.source));
  }

  reads(): ScanReads {
    return this.source.reader.reads();
  }
}

/** Versions with those that deletions left: a second row of the version that was deleted, from and to that transaction. */
function withDeletions(batch: VersionBatch, source: Source): VersionBatch {
  const deleted = deletedIn(batch, source);
  if (deleted.length === 0) return batch;
  const count = batch.count + deleted.length;
  const [locations, created, ended] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let i = 0, at = 0, next = 0; i < batch.count; i++) {
    locations[at] = batch.locations[i];
    created[at] = batch.created[i];
    ended[at++] = batch.ended[i];
    if (deleted[next] !== i) continue;
    next++;
    locations[at] = batch.locations[i];
    created[at] = batch.ended[i];
    ended[at++] = batch.ended[i];
  }
  return { count, locations, created, ended };
}

/** Which of the versions ended, until the end of the span, without another one in their place. */
function deletedIn(batch: VersionBatch, { table, reader, span }: Source): Uint32Array {
  const { count, ended, locations } = batch;
  const over = new Uint32Array(count);
  let overCount = 0;
  for (let i = 0; i < count; i++) {
    over[overCount] = i;
    overCount += Number(ended[i] <= span.to);
  }
  if (overCount === 0) return NO_UINTS;
  const ends = new Float64Array(overCount);
  const places = new Float64Array(overCount);
  for (let k = 0; k < overCount; k++) {
    ends[k] = ended[over[k]];
    places[k] = locations[over[k]];
  }
  const located = { sources: reader.sources, physicalOf: (column: number) => table.physicalKind(column) };
  const there = rowsThere(reader.sources, rowidsAt(located, places, overCount), ends, overCount);
  let deletedCount = 0;
  for (let k = 0; k < overCount; k++) {
    over[deletedCount] = over[k];
    deletedCount += 1 - there[k];
  }
  return over.subarray(0, deletedCount);
}

/** Columns are read when somebody asks for them. */
class Versions implements ScanBatch {
  readonly rowCount: number;
  readonly selection = null;
  readonly selectedCount: number;
  readonly locationBase = 0;
  readonly locations: Float64Array;
  readonly isInRanges = false;
  private readonly source: Source;
  private readonly batch: VersionBatch;
  private readonly rows: LocatedRows;
  private readonly loaded: (ColumnVector | undefined)[] = [];

  constructor(source: Source, batch: VersionBatch) {
    this.source = source;
    this.batch = batch;
    this.rows = rowsOf(batch, source.table, source.reader);
    this.rowCount = batch.count;
    this.selectedCount = batch.count;
    this.locations = batch.locations;
  }

  column(i: number): ColumnVector {
    this.loaded[i] ??= this.load(this.source.columns[i]);
    return this.loaded[i];
  }

  private load(column: number): ColumnVector {
    const { created, ended } = this.batch;
    const { span } = this.source;
    const isOver = (i: number): boolean => ended[i] <= span.to;
    switch (column) {
      case CREATED_TXN_COLUMN:
        return { kind: 'number', values: created, nulls: null };
      case ENDED_TXN_COLUMN:
        return nullable(ended, (i) => (isOver(i) ? ended[i] : null));
      case CREATED_AT_COLUMN: {
        const time = this.times();
        return nullable(created, (i) => time(created[i]));
      }
      case ENDED_AT_COLUMN: {
        const time = this.times();
        return nullable(ended, (i) => (isOver(i) ? time(ended[i]) : null));
      }
      case OPERATION_COLUMN:
        return this.operations();
      case VERSION_ROWID_COLUMN:
        return this.rows.column(ROWID_COLUMN);
      default:
        return this.rows.column(column);
    }
  }

  /** When transactions were committed; null: one has not been. Neighbours are often of the same. */
  private times(): (transaction: number) => number | null {
    const { commitLog } = this.source;
    const known = new Map<number, number | null>();
    return (transaction) => {
      let time = known.get(transaction);
      if (time === undefined) {
        time = transaction > commitLog.lastTransaction ? null : committedAt(commitLog, transaction);
        known.set(transaction, time);
      }
      return time;
    };
  }

  private operations(): ColumnVector {
    const { created, ended, count } = this.batch;
    const { reader, knownSince } = this.source;
    const rowids = this.rows.column(ROWID_COLUMN);
    const before = created.map((transaction) => transaction - 1);
    const there = rowsThere(reader.sources, rowids.kind === 'number' ? rowids.values : NO_DOUBLES, before, count);
    const codes = new Uint32Array(count);
    const nulls = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      if (created[i] === ended[i]) codes[i] = DELETED;
      // The state of before the first transaction is known: it is empty.
      else if (created[i] <= knownSince && knownSince > 0) nulls[i] = 1;
      else codes[i] = there[i] === 0 ? INSERTED : UPDATED;
    }
    return { kind: 'dictionary', codes, dictionary: OPERATIONS, nulls };
  }
}

function rowsOf({ locations, count }: VersionBatch, table: Table, { sources }: VersionReader): LocatedRows {
  return new LocatedRows(sources, (column) => table.physicalKind(column), locations, count);
}

function nullable({ length }: Float64Array, valueAt: (i: number) => number | null): ColumnVector {
  const values = new Float64Array(length);
  const nulls = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const value = valueAt(i);
    if (value === null) nulls[i] = 1;
    else values[i] = value;
  }
  return { kind: 'number', values, nulls };
}
