import { NO_DOUBLES, NO_UINTS } from '../../base/empty-arrays.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { BlockPart } from '../../engine/history/block-part.ts';
import {
  type HistorySpan,
  type VersionBatch,
  type VersionReader,
  versionsBetween,
} from '../../engine/history/changes-between.ts';
import { committedAt } from '../../engine/history/instants.ts';
import { RowsThere } from '../../engine/history/rows-there.ts';
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
import { isBeyondCache, PassingBlock } from '../../engine/table/passing-block.ts';
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
  readonly rowsThere: RowsThere;
  readonly span: HistorySpan;
  readonly commitLog: CommitLog;
  /** What began by then may have replaced something that is no longer there. */
  readonly knownSince: number;
  readonly columns: readonly number[];
  /** Null: blocks are left in the cache. */
  readonly passing: PassingBlock | null;
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
  const { sources } = reader;
  const rowsThere = new RowsThere(sources);
  const passing = isBeyondCache(sources.segments, columns.length) ? new PassingBlock() : null;
  const knownSince = table.oldestReadable;
  return new VersionScan({ table, reader, rowsThere, span, commitLog, columns, knownSince, passing });
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
    const { reader, span, passing } = this.source;
    // From a later point to an earlier one there is no time at all.
    const batch = span.from > span.to ? null : reader.next();
    if (batch === null) return null;
    if (batch instanceof BlockPart && batch.from === 0) passing?.begin(batch.segment, batch.block);
    return new Versions(this.source, withDeletions(batch, this.source));
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
function deletedIn(batch: VersionBatch, source: Source): Uint32Array {
  const isPart = batch instanceof BlockPart;
  if (isPart && batch.isLive) return NO_UINTS;
  const { span, rowsThere } = source;
  const over = isPart && batch.isOverBy(span.to) ? null : overBy(batch, span.to);
  const count = over?.length ?? batch.count;
  if (count === 0) return NO_UINTS;
  const there = rowsThere.find(rowidsOf(batch, over, source), picked(batch.ended, over), count);
  const deleted = new Uint32Array(count);
  let deletedCount = 0;
  for (let k = 0; k < count; k++) {
    deleted[deletedCount] = over === null ? k : over[k];
    deletedCount += 1 - there[k];
  }
  return deleted.subarray(0, deletedCount);
}

function overBy({ ended, count }: VersionBatch, transaction: number): Uint32Array {
  const over = new Uint32Array(count);
  let overCount = 0;
  for (let i = 0; i < count; i++) {
    over[overCount] = i;
    overCount += Number(ended[i] <= transaction);
  }
  return over.subarray(0, overCount);
}

/** The rowids of some ascending rows of a batch; null: of all. */
function rowidsOf(batch: VersionBatch, rows: Uint32Array | null, { table, reader }: Source): Float64Array {
  if (batch instanceof BlockPart) {
    const all = batch.partOf(batch.segment.column(ROWID_COLUMN, batch.block));
    if (all.kind === 'number') return picked(all.values, rows);
  }
  const located = { sources: reader.sources, physicalOf: (column: number) => table.physicalKind(column) };
  const locations = picked(batch.locations, rows);
  return rowidsAt(located, locations, locations.length);
}

function picked(values: Float64Array, rows: Uint32Array | null): Float64Array {
  if (rows === null) return values;
  const found = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) found[k] = values[rows[k]];
  return found;
}

/** Columns are read when somebody asks for them. */
class Versions implements ScanBatch {
  readonly rowCount: number;
  readonly selection = null;
  readonly selectedCount: number;
  readonly locationBase = 0;
  readonly isInRanges = false;
  private readonly source: Source;
  private readonly batch: VersionBatch;
  private located: LocatedRows | null = null;
  private readonly loaded: (ColumnVector | undefined)[] = [];

  constructor(source: Source, batch: VersionBatch) {
    this.source = source;
    this.batch = batch;
    this.rowCount = batch.count;
    this.selectedCount = batch.count;
  }

  get locations(): Float64Array {
    return this.batch.locations;
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
        return this.stored(ROWID_COLUMN);
      default:
        return this.stored(column);
    }
  }

  private stored(column: number): ColumnVector {
    const { batch, source } = this;
    if (batch instanceof BlockPart) return batch.partOf(columnOf(batch, column, source));
    this.located ??= rowsOf(batch, source.table, source.reader);
    return this.located.column(column);
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
    const { rowsThere, knownSince } = this.source;
    const rowids = this.stored(ROWID_COLUMN);
    const before = created.map((transaction) => transaction - 1);
    const there = rowsThere.find(rowids.kind === 'number' ? rowids.values : NO_DOUBLES, before, count);
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

/** A column of the block that the part is of. */
function columnOf({ segment, block }: BlockPart, column: number, { columns, passing }: Source): ColumnVector {
  const i = columns.indexOf(column);
  return passing === null || i < 0 ? segment.column(column, block) : passing.column(segment, block, column, i);
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
