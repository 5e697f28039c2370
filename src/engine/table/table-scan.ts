import { LIMITS } from '../../base/limits.ts';
import { lowerBound } from '../../base/lower-bound.ts';
import { compareValues } from '../column/compare.ts';
import { type ColumnVector, sliceVector } from '../column/vector.ts';
import type { ZoneMap } from '../segment/segment-format.ts';
import {
  type ColumnRange,
  FROZEN_BASE,
  type IsKnown,
  LOCATION_SOURCE,
  type ReadPoint,
  ROWID_COLUMN,
  type RowLocation,
  type ScanBatch,
  type ScanReads,
  SEGMENTS_BASE,
  type TableScan,
} from './access.ts';
import { chunkEnd, type Delta } from './delta.ts';
import { isBeyondCache, PassingBlock } from './passing-block.ts';
import { isOfNumbers, rowidStretch } from './rowid-stretch.ts';
import type { TableSegment } from './table-segment.ts';

const BATCH_ROWS = LIMITS.batchRows;
const NO_STRETCH: readonly [first: number, end: number] = [0, 0];

/** What a scan reads: a table's parts at the moment when the scan was opened. */
export interface ScanSources {
  readonly segments: readonly TableSegment[];
  /** What a checkpoint is writing. */
  readonly frozen: Delta | null;
  readonly delta: Delta;
}

/** All visible rows: the segments', ascending by rowid in each, then those of the deltas in the order of writing. */
export class FullScan implements TableScan {
  private segmentsPruned = 0;
  private blocksPruned = 0;
  private blocksRead = 0;
  private readonly sources: ScanSources;
  private readonly transaction: number;
  private readonly columns: readonly number[];
  private readonly ranges: readonly ColumnRange[];
  private readonly deltas: readonly VisibleDelta[];
  /** Those of rowids, which name a stretch of each segment, and the others. */
  private readonly rowidRanges: readonly ColumnRange[];
  private readonly otherRanges: readonly ColumnRange[];
  private segment = 0;
  /** The stretch of the segment that is read, by position; null: it has not been looked for. */
  private stretch: readonly [first: number, end: number] | null = null;
  private block = 0;
  /** The first row of a batch in the block; not of the block's first batch, where the stretch begins later. */
  private row = 0;
  private hasBegunBlock = false;
  private delta = 0;
  private deltaRow = 0;
  /** Of the block that is being read. */
  private isBlockInRanges = false;
  /** Null: blocks are left in the cache. */
  private readonly passing: PassingBlock | null;

  /** `rowidColumn`: the column that is the rowid under another name. */
  constructor(
    sources: ScanSources,
    at: ReadPoint,
    columns: readonly number[],
    ranges: readonly ColumnRange[],
    rowidColumn: number | null,
  ) {
    // A table replaces its parts at a checkpoint; this scan goes on with those of now.
    this.sources = { segments: sources.segments, frozen: sources.frozen, delta: sources.delta };
    this.transaction = at.transaction;
    this.columns = columns;
    this.ranges = ranges;
    const isOfRowids = (range: ColumnRange): boolean =>
      (range.column === ROWID_COLUMN || range.column === rowidColumn) && isOfNumbers(range);
    this.rowidRanges = ranges.filter(isOfRowids);
    this.otherRanges = this.rowidRanges.length === 0 ? ranges : ranges.filter((range) => !isOfRowids(range));
    this.deltas = visibleDeltas(sources, at.transaction);
    this.passing = isBeyondCache(sources.segments, columns.length) ? new PassingBlock() : null;
  }

  next(): ScanBatch | null {
    const segment = this.nextSegment();
    if (segment !== null) return this.nextOfBlock(segment);
    for (; this.delta < this.deltas.length; this.delta++, this.deltaRow = 0) {
      const source = this.deltas[this.delta];
      this.deltaRow = source.delta.nextNotEnded(this.deltaRow, source.rows, this.transaction);
      if (this.deltaRow < source.rows) return this.nextOfDelta(source);
    }
    return null;
  }

  takeKnown(isEnough: IsKnown): boolean {
    const segment = this.nextSegment();
    if (segment === null || this.hasBegunBlock) return false;
    const { block, transaction, columns } = this;
    const ids = columns.map((column) => segment.columnId(column));
    if (!ids.every((id) => segment.reader.hasColumn(id)) || !this.isInRanges(segment, this.ranges)) return false;
    const zones = ids.map((id) => segment.reader.zoneMap(id, block));
    const count = segment.visibleCount(block, transaction);
    if (count < 0 || !isEnough(count, zones, count === segment.reader.blockRows(block))) return false;
    this.blocksPruned++;
    this.block++;
    return true;
  }

  /** The segment with the next block to read, past those that zone maps leave out; null where only the delta is left. */
  private nextSegment(): TableSegment | null {
    const { segments } = this.sources;
    while (this.segment < segments.length) {
      const segment = segments[this.segment];
      this.stretch ??= this.enter(segment);
      const endBlock = Math.ceil(this.stretch[1] / LIMITS.blockRows);
      if (this.block >= endBlock) {
        this.blocksPruned += segment.reader.blockCount - endBlock;
        this.segment++;
        this.stretch = null;
      } else if (!this.hasBegunBlock && this.isBlockPruned(segment)) {
        this.blocksPruned++;
        this.block++;
        this.row = 0;
      } else return segment;
    }
    return null;
  }

  /** Goes to the first block of the segment's stretch, which is empty where none of its rows is wanted. */
  private enter(segment: TableSegment): readonly [first: number, end: number] {
    this.block = 0;
    this.row = 0;
    if (!this.isSegmentPruned(segment)) {
      const [first, end] = rowidStretch(segment.reader, this.rowidRanges);
      if (first < end) {
        this.block = Math.floor(first / LIMITS.blockRows);
        this.row = partStart(first % LIMITS.blockRows);
        this.blocksPruned += this.block;
        return [first, end];
      }
    }
    this.segmentsPruned++;
    return NO_STRETCH;
  }

  reads(): ScanReads {
    const { segmentsPruned, blocksRead, blocksPruned, segment, stretch } = this;
    const begun = stretch === null ? 0 : 1;
    return { segmentsRead: segment + begun - segmentsPruned, segmentsPruned, blocksRead, blocksPruned };
  }

  private isSegmentPruned(segment: TableSegment): boolean {
    return !segment.mayBeVisible(this.transaction) || !mayHoldRanges(segment, null, this.ranges);
  }

  private isBlockPruned(segment: TableSegment): boolean {
    return !mayHoldRanges(segment, this.block, this.ranges);
  }

  /** True when zone maps tell that all rows of the block lie in each of the ranges. */
  private isInRanges(segment: TableSegment, ranges: readonly ColumnRange[]): boolean {
    return ranges.every((range) => {
      const id = segment.columnId(range.column);
      return segment.reader.hasColumn(id) && isWithin(segment.reader.zoneMap(id, this.block), range);
    });
  }

  private nextOfBlock(segment: TableSegment): ScanBatch {
    const { block, row } = this;
    const [first, end] = this.stretch as readonly [number, number];
    const start = block * LIMITS.blockRows;
    const blockRows = segment.reader.blockRows(block);
    if (!this.hasBegunBlock) {
      this.blocksRead++;
      this.isBlockInRanges = this.ranges.length > 0 && this.isInRanges(segment, this.otherRanges);
      this.passing?.begin(segment, block);
    }
    const partEnd = Math.min(row + BATCH_ROWS, blockRows);
    const from = Math.max(row, first - start);
    const to = Math.min(partEnd, end - start);
    const isLast = partEnd === blockRows || start + partEnd >= end;
    this.hasBegunBlock = !isLast;
    this.row = isLast ? 0 : partEnd;
    if (isLast) this.block++;
    const base = SEGMENTS_BASE + this.segment * LOCATION_SOURCE + start + from;
    const visible = segment.visibleRows(block, row, partEnd, this.transaction);
    const selection = to - from === partEnd - row ? visible : cutRows(visible, from - row, to - row);
    const load = (i: number): ColumnVector => {
      const column = this.columns[i];
      const whole = this.passing?.column(segment, block, column, i) ?? segment.column(column, block);
      return to - from === blockRows ? whole : sliceVector(whole, from, to);
    };
    return new LazyBatch(to - from, selection, base, this.isBlockInRanges, this.columns.length, load);
  }

  private nextOfDelta({ delta, base, rows }: VisibleDelta): ScanBatch {
    const from = this.deltaRow;
    const to = Math.min(from + BATCH_ROWS, chunkEnd(from, rows));
    this.deltaRow = to;
    const selection = delta.selection(from, to, this.transaction);
    const load = (i: number): ColumnVector => delta.view(this.columns[i], from, to);
    return new LazyBatch(to - from, selection, base + from, false, this.columns.length, load);
  }
}

/** Where the part of a block of a batch's size begins that has the row. */
function partStart(row: number): number {
  return row - (row % BATCH_ROWS);
}

/** Those of ascending rows that lie in [from, to), counted from there; null when all do, as of all rows that are given as null. */
function cutRows(rows: Uint32Array | null, from: number, to: number): Uint32Array | null {
  if (rows === null) return null;
  const behind = (row: number): number => lowerBound(rows.length, (k) => rows[k] < row);
  const cut = rows.slice(behind(from), behind(to));
  if (cut.length === to - from) return null;
  for (let i = 0; i < cut.length; i++) cut[i] -= from;
  return cut;
}

/** Columns of a scan that are loaded when somebody asks for them. */
export class LazyBatch implements ScanBatch {
  readonly rowCount: number;
  readonly selection: Uint32Array | null;
  readonly selectedCount: number;
  readonly locationBase: number;
  readonly locations = null;
  readonly isInRanges: boolean;
  private readonly loaded: (ColumnVector | undefined)[];
  private readonly load: (i: number) => ColumnVector;

  constructor(
    rowCount: number,
    selection: Uint32Array | null,
    locationBase: number,
    isInRanges: boolean,
    columnCount: number,
    load: (i: number) => ColumnVector,
  ) {
    this.rowCount = rowCount;
    this.selection = selection;
    this.selectedCount = selection === null ? rowCount : selection.length;
    this.locationBase = locationBase;
    this.isInRanges = isInRanges;
    this.loaded = new Array(columnCount);
    this.load = load;
  }

  column(i: number): ColumnVector {
    let vector = this.loaded[i];
    if (vector === undefined) {
      vector = this.load(i);
      this.loaded[i] = vector;
    }
    return vector;
  }
}

/** A delta, where its rows lie, and how many of the first ones a reader may see. */
export interface VisibleDelta {
  readonly delta: Delta;
  readonly base: RowLocation;
  readonly rows: number;
}

/** The older one first. */
export function visibleDeltas({ frozen, delta }: ScanSources, transaction: number): VisibleDelta[] {
  const newest = { delta, base: 0, rows: visiblePrefix(delta, transaction) };
  if (frozen === null) return [newest];
  return [{ delta: frozen, base: FROZEN_BASE, rows: visiblePrefix(frozen, transaction) }, newest];
}

/** What holds the row at a location. */
export function sourceAt({ segments, frozen, delta }: ScanSources, location: RowLocation): Delta | TableSegment {
  if (location >= SEGMENTS_BASE) return segments[Math.floor(location / LOCATION_SOURCE) - 2];
  return location >= FROZEN_BASE ? (frozen as Delta) : delta;
}

/** A delta's versions are in the order of the transactions that created them: those that a reader may see come first. */
function visiblePrefix(delta: Delta, transaction: number): number {
  return delta.created.rowsUntil(transaction, delta.length);
}

/** Whether a block of the segment, null: the whole of it, may hold rows that lie in all of the ranges. */
export function mayHoldRanges(segment: TableSegment, block: number | null, ranges: readonly ColumnRange[]): boolean {
  const { reader } = segment;
  return ranges.every((range) => {
    const id = segment.columnId(range.column);
    if (!reader.hasColumn(id)) return true;
    return mayContain(block === null ? reader.segmentZoneMap(id) : reader.zoneMap(id, block), range);
  });
}

/** Whether rows within the bounds may hold a value of the range. NULL is in no range. */
function mayContain(zone: ZoneMap, range: ColumnRange): boolean {
  if (zone.nullCount === zone.rowCount) return false;
  const { low, high } = range;
  if (low !== undefined && zone.max !== null) {
    const order = compareValues(zone.max, low.value);
    if (order < 0 || (order === 0 && !low.inclusive)) return false;
  }
  if (high !== undefined && zone.min !== null) {
    const order = compareValues(zone.min, high.value);
    if (order > 0 || (order === 0 && !high.inclusive)) return false;
  }
  return true;
}

/** Whether all rows within the bounds have a value of the range. Bounds may be wider than the values. */
function isWithin(zone: ZoneMap, { low, high }: ColumnRange): boolean {
  if (zone.nullCount > 0 || zone.min === null || zone.max === null) return false;
  if (low !== undefined) {
    const order = compareValues(zone.min, low.value);
    if (order < 0 || (order === 0 && !low.inclusive)) return false;
  }
  if (high !== undefined) {
    const order = compareValues(zone.max, high.value);
    if (order > 0 || (order === 0 && !high.inclusive)) return false;
  }
  return true;
}
