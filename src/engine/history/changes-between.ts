import { LIMITS } from '../../base/limits.ts';
import { lowerBound } from '../../base/lower-bound.ts';
import { LIVE } from '../catalog/catalog.ts';
import { CREATED_ID, ENDED_ID } from '../segment/segment-format.ts';
import { type ColumnRange, LOCATION_SOURCE, type RowLocation, type ScanReads, SEGMENTS_BASE } from '../table/access.ts';
import { type LocatedIn, RowidStream, rowidsAt } from '../table/merged-rowids.ts';
import { assertReadable } from '../table/readable.ts';
import type { Table } from '../table/table.ts';
import { mayHoldRanges, type ScanSources, type VisibleDelta, visibleDeltas } from '../table/table-scan.ts';
import type { TableSegment } from '../table/table-segment.ts';
import { BlockPart, isWhollyWanted } from './block-part.ts';
import { positionsInDelta, positionsInSegment, type VersionSearch } from './version-search.ts';

/** A stretch of the history: the state that transaction `from` left, and all that happened after it until `to`. */
export interface HistorySpan {
  readonly from: number;
  readonly to: number;
}

/** Asked for so many more bytes of memory, before they are taken; throws where that is too much. */
export type Account = (moreBytes: number) => void;

/** Some versions of a table's rows, with the transactions that created and ended them (LIVE: none). */
export interface VersionBatch {
  readonly count: number;
  /** In {@link VersionReader.sources}. */
  readonly locations: Float64Array;
  readonly created: Float64Array;
  readonly ended: Float64Array;
}

const NO_RANGES: readonly ColumnRange[] = [];

/**
 * The versions of a table's rows that began or ended after transaction `from` and until `to`: what changed between the
 * two, for whoever wants to know. The work is in proportion to what changed and to the blocks that hold some of it; others
 * are left out by the transactions that zone maps tell. A version that its own transaction has ended was never in force,
 * and is none.
 */
export function changesBetween(table: Table, span: HistorySpan): VersionReader {
  return new VersionReader(table, span, span.from, NO_RANGES);
}

/**
 * The versions that were in force at any time from the state that `from` left until `to`. May be left out: those that
 * lie outside of a range, those that `search` does not find, and those that neither began nor ended after transaction
 * `newerThan`.
 */
export function versionsBetween(
  table: Table,
  span: HistorySpan,
  ranges: readonly ColumnRange[] = NO_RANGES,
  newerThan = Number.NEGATIVE_INFINITY,
  search: VersionSearch | null = null,
): VersionReader {
  return new VersionReader(table, span, newerThan, ranges, search);
}

/** Pulls versions: those of segments first, each in the order of rowids, then those of the deltas as they were written. */
export class VersionReader {
  /** The table's parts when the reader was made: what locations mean, whatever a checkpoint does meanwhile. */
  readonly sources: ScanSources;
  private readonly span: HistorySpan;
  private readonly newerThan: number;
  private readonly ranges: readonly ColumnRange[];
  private readonly search: VersionSearch | null;
  private readonly batches: Iterator<VersionBatch>;
  /** Empty whenever a batch is handed on, so that the parts of a table can be read by turns. */
  private readonly found: FoundVersions;
  private readonly counted = { segmentsRead: 0, segmentsPruned: 0, blocksRead: 0, blocksPruned: 0 };

  /** Throws SNAPSHOT_TOO_OLD where the table's history does not go back to the start of the span. */
  constructor(
    table: Table,
    span: HistorySpan,
    newerThan: number,
    ranges: readonly ColumnRange[],
    search: VersionSearch | null = null,
  ) {
    assertReadable(table, { transaction: span.from, isPast: span.from < span.to });
    const { segments, frozen, delta } = table;
    this.ranges = ranges;
    this.search = search;
    this.sources = { segments, frozen, delta };
    this.span = span;
    this.newerThan = newerThan;
    this.found = new FoundVersions(newerThan, span);
    this.batches = this.read();
  }

  /** null: there are no more. */
  next(): VersionBatch | null {
    const next = this.batches.next();
    return next.done === true ? null : next.value;
  }

  reads(): ScanReads {
    return { ...this.counted };
  }

  /**
   * The same versions, of each part of the table for itself and in the order of rowids. `need`: see {@link Account}.
   */
  streams(located: LocatedIn, need: Account): readonly RowidStream<VersionBatch>[] {
    const segments = this.sources.segments.map((_, s) => this.ofSegment(s));
    const deltas = visibleDeltas(this.sources, this.span.to).map((visible) =>
      visible.delta.isAscending ? this.ofDelta(visible) : inOrderOfRowids(this.ofDelta(visible), located, need),
    );
    return [...segments, ...deltas].map((batches) => new RowidStream(batches, located));
  }

  private *read(): Generator<VersionBatch> {
    const { sources, span } = this;
    for (let s = 0; s < sources.segments.length; s++) yield* this.ofSegment(s);
    for (const visible of visibleDeltas(sources, span.to)) yield* this.ofDelta(visible);
  }

  private *ofSegment(s: number): Generator<VersionBatch> {
    const { sources, span, newerThan, ranges, search, counted, found } = this;
    const segment = sources.segments[s];
    const { reader } = segment;
    const isIn = mayHold(segment, span, newerThan) && mayHoldRanges(segment, null, ranges);
    const positions = isIn && search !== null ? positionsInSegment(segment, search) : null;
    if (!isIn || positions?.length === 0) {
      counted.segmentsPruned++;
      counted.blocksPruned += reader.blockCount;
      return;
    }
    counted.segmentsRead++;
    if (positions !== null) {
      yield* this.atPositions(segment, SEGMENTS_BASE + s * LOCATION_SOURCE, positions);
      return;
    }
    for (let block = 0; block < reader.blockCount; block++) {
      if (!blockMayHold(segment, block, span, newerThan) || !mayHoldRanges(segment, block, ranges)) {
        counted.blocksPruned++;
        continue;
      }
      counted.blocksRead++;
      const first = block * LIMITS.blockRows;
      const base = SEGMENTS_BASE + s * LOCATION_SOURCE + first;
      if (isWhollyWanted(segment, block, span, newerThan)) {
        if (found.count > 0) yield found.take();
        yield* partsOf(segment, block, base);
        continue;
      }
      const newest = reader.zoneMap(CREATED_ID, block).max;
      const ended = segment.endedIn(block);
      // Of rows that all began before, those count that have ended.
      if (newest !== null && Number(newest) <= newerThan && ended !== null)
        found.addEnded(base, ended, (i) => reader.createdAt(first + i));
      else found.add(base, segment.createdIn(block), ended);
      if (found.isFull) yield found.take();
    }
    // Rows of one source are read faster.
    if (found.count > 0) yield found.take();
  }

  private *atPositions(segment: TableSegment, base: RowLocation, positions: Uint32Array): Generator<VersionBatch> {
    const { counted, found } = this;
    const { reader } = segment;
    const blocks = new Set(Array.from(positions, (position) => Math.floor(position / LIMITS.blockRows))).size;
    counted.blocksRead += blocks;
    counted.blocksPruned += reader.blockCount - blocks;
    const createdAt = (position: number): number => reader.createdAt(position);
    yield* found.addSome(base, positions, createdAt, (position) => segment.endedAt(position));
  }

  private *ofDelta({ delta, base, rows }: VisibleDelta): Generator<VersionBatch> {
    const { newerThan, search, found } = this;
    const positions = search === null ? null : positionsInDelta(delta, search);
    if (positions !== null) {
      const there = positions.subarray(
        0,
        lowerBound(positions.length, (k) => positions[k] < rows),
      );
      const createdAt = (position: number): number => delta.created.get(position);
      yield* found.addSome(base, there, createdAt, (position) => delta.ended.get(position));
      return;
    }
    // Versions lie in the order in which they began.
    const older = delta.created.rowsUntil(newerThan, rows);
    for (let from = delta.endedCount === 0 ? older : 0; from < rows; ) {
      const to = Math.min(rows, from < older ? older : rows, from - (from % LIMITS.blockRows) + LIMITS.blockRows);
      const ended = delta.ended.view(from, to);
      const start = from;
      if (from < older) {
        if (ended !== null) found.addEnded(base + from, ended, (i) => delta.created.get(start + i));
      } else {
        const created = new Float64Array(to - from);
        delta.created.copyTo(created, from);
        found.add(base + from, created, ended);
      }
      if (found.isFull) yield found.take();
      from = to;
    }
    if (found.count > 0) yield found.take();
  }
}

/** All rows of a block, as batches. */
function* partsOf(segment: TableSegment, block: number, base: RowLocation): Generator<VersionBatch> {
  const blockRows = segment.reader.blockRows(block);
  for (let from = 0; from < blockRows; from += LIMITS.batchRows)
    yield new BlockPart(segment, block, base + from, from, Math.min(blockRows, from + LIMITS.batchRows));
}

/** What is kept of a version of a delta that is sorted, in bytes: four numbers and its place, and twice while it is done. */
const SORTED_BYTES = 2 * (4 * 8 + 4);

/** All of some versions as one batch. */
function* inOrderOfRowids(batches: Iterable<VersionBatch>, located: LocatedIn, need: Account): Generator<VersionBatch> {
  const all: VersionBatch[] = [];
  let count = 0;
  for (const batch of batches) {
    all.push(batch);
    count += batch.count;
    need(batch.count * SORTED_BYTES);
  }
  const rowids = new Float64Array(count);
  const joined = {
    locations: new Float64Array(count),
    created: new Float64Array(count),
    ended: new Float64Array(count),
  };
  let at = 0;
  for (const batch of all) {
    rowids.set(rowidsAt(located, batch.locations, batch.count), at);
    joined.locations.set(batch.locations, at);
    joined.created.set(batch.created, at);
    joined.ended.set(batch.ended, at);
    at += batch.count;
  }
  const order = Uint32Array.from(rowids, (_, i) => i).sort((a, b) => rowids[a] - rowids[b]);
  const sorted = (values: Float64Array): Float64Array => Float64Array.from(order, (i) => values[i]);
  const { locations, created, ended } = joined;
  yield { count, locations: sorted(locations), created: sorted(created), ended: sorted(ended) };
}

/** Versions on their way into a batch: a block's fit behind those that do not fill it. */
class FoundVersions {
  count = 0;
  private readonly newerThan: number;
  private readonly span: HistorySpan;
  private readonly locations = new Float64Array(LIMITS.batchRows + LIMITS.blockRows);
  private readonly created = new Float64Array(LIMITS.batchRows + LIMITS.blockRows);
  private readonly ended = new Float64Array(LIMITS.batchRows + LIMITS.blockRows);

  constructor(newerThan: number, span: HistorySpan) {
    this.newerThan = newerThan;
    this.span = span;
  }

  get isFull(): boolean {
    return this.count >= LIMITS.batchRows;
  }

  /** Those that are wanted of the rows from that location on. `ended` null: none has. */
  add(base: RowLocation, created: Float64Array, ended: Float64Array | null): void {
    const { newerThan, locations, created: allCreated, ended: allEnded } = this;
    const { from, to } = this.span;
    let { count } = this;
    // Each is put behind those that are wanted, and stays there if it is, too: without a branch for what follows no pattern.
    for (let i = 0; i < created.length; i++) {
      const began = created[i];
      const end = ended === null ? LIVE : ended[i];
      locations[count] = base + i;
      allCreated[count] = began;
      allEnded[count] = end;
      count += Number(isWanted(began, end, from, to, newerThan));
    }
    this.count = count;
  }

  /** Those that are wanted of the rows at some positions behind that location, all of them as batches. */
  *addSome(
    base: RowLocation,
    positions: Uint32Array,
    createdAt: (position: number) => number,
    endedAt: (position: number) => number,
  ): Generator<VersionBatch> {
    for (const position of positions) {
      this.addOne(base + position, createdAt(position), endedAt(position));
      if (this.isFull) yield this.take();
    }
    if (this.count > 0) yield this.take();
  }

  private addOne(location: RowLocation, began: number, end: number): void {
    const { from, to } = this.span;
    if (isWanted(began, end, from, to, this.newerThan)) this.append(location, began, end);
  }

  /** As {@link add}, of rows that all began until `newerThan`. */
  addEnded(base: RowLocation, ended: Float64Array, createdAt: (i: number) => number): void {
    const { from, to } = this.span;
    const after = Math.max(this.newerThan, from);
    for (let i = 0; i < ended.length; i++) {
      const end = ended[i];
      if (end > after && end <= to) this.append(base + i, createdAt(i), end);
    }
  }

  take(): VersionBatch {
    const { count } = this;
    this.count = 0;
    return {
      count,
      locations: this.locations.slice(0, count),
      created: this.created.slice(0, count),
      ended: this.ended.slice(0, count),
    };
  }

  private append(location: RowLocation, created: number, ended: number): void {
    const at = this.count++;
    this.locations[at] = location;
    this.created[at] = created;
    this.ended[at] = ended;
  }
}

/** Whether a version was in force in the span, and began after `newerThan` or ended after it within the span. */
function isWanted(began: number, end: number, from: number, to: number, newerThan: number): boolean {
  return began <= to && end > from && began !== end && (began > newerThan || (end > newerThan && end <= to));
}

/** False: no row of the segment is wanted. */
function mayHold(
  { reader: { meta }, endedCount }: TableSegment,
  { from, to }: HistorySpan,
  newerThan: number,
): boolean {
  const isHistory = meta.kind === 'history';
  if (meta.minCreated > to || (isHistory && meta.maxEnded <= from)) return false;
  if (meta.maxCreated > newerThan) return true;
  return isHistory ? meta.minEnded <= to && meta.maxEnded > newerThan : endedCount > 0;
}

/** As {@link mayHold}, for a block of the segment. */
function blockMayHold(segment: TableSegment, block: number, { from, to }: HistorySpan, newerThan: number): boolean {
  const { reader } = segment;
  const created = reader.zoneMap(CREATED_ID, block);
  if (Number(created.min ?? 0) > to) return false;
  if (created.max === null || Number(created.max) > newerThan) return true;
  if (reader.meta.kind === 'current') return segment.endedIn(block) !== null;
  const ended = reader.zoneMap(ENDED_ID, block);
  return Number(ended.max ?? to) > Math.max(from, newerThan) && Number(ended.min ?? from) <= to;
}
