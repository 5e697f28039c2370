import { LIMITS } from '../../base/limits.ts';
import { compareValues } from '../column/compare.ts';
import { type ColumnVector, sliceVector } from '../column/vector.ts';
import type { ZoneMap } from '../segment/segment-format.ts';
import {
  type ColumnRange,
  FROZEN_BASE,
  type IsKnown,
  LOCATION_SOURCE,
  type ReadPoint,
  type RowLocation,
  type ScanBatch,
  type ScanReads,
  SEGMENTS_BASE,
  type TableScan,
} from './access.ts';
import { chunkEnd, type Delta } from './delta.ts';
import { isBeyondCache, PassingBlock } from './passing-block.ts';
import type { TableSegment } from './table-segment.ts';

const BATCH_ROWS = LIMITS.batchRows;

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
  private segment = 0;
  private block = 0;
  private row = 0;
  private delta = 0;
  private deltaRow = 0;
  /** Of the block that is being read. */
  private isBlockInRanges = false;
  /** Null: blocks are left in the cache. */
  private readonly passing: PassingBlock | null;

  constructor(sources: ScanSources, at: ReadPoint, columns: readonly number[], ranges: readonly ColumnRange[]) {
    // A table replaces its parts at a checkpoint; this scan goes on with those of now.
    this.sources = { segments: sources.segments, frozen: sources.frozen, delta: sources.delta };
    this.transaction = at.transaction;
    this.columns = columns;
    this.ranges = ranges;
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
    if (segment === null || this.row > 0) return false;
    const { block, transaction, columns } = this;
    const ids = columns.map((column) => segment.columnId(column));
    if (!ids.every((id) => segment.reader.hasColumn(id)) || !this.isInRanges(segment)) return false;
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
      if (this.block === 0 && this.row === 0 && this.isSegmentPruned(segment)) {
        this.blocksPruned += segment.reader.blockCount;
        this.segmentsPruned++;
        this.segment++;
        continue;
      }
      if (this.block === segment.reader.blockCount) {
        this.segment++;
        this.block = 0;
        continue;
      }
      if (this.row === 0 && this.isBlockPruned(segment)) {
        this.blocksPruned++;
        this.block++;
        continue;
      }
      return segment;
    }
    return null;
  }

  reads(): ScanReads {
    const { segmentsPruned, blocksRead, blocksPruned, segment, block, row } = this;
    const begun = block > 0 || row > 0 ? 1 : 0;
    return { segmentsRead: segment + begun - segmentsPruned, segmentsPruned, blocksRead, blocksPruned };
  }

  private isSegmentPruned(segment: TableSegment): boolean {
    return !segment.mayBeVisible(this.transaction) || !mayHoldRanges(segment, null, this.ranges);
  }

  private isBlockPruned(segment: TableSegment): boolean {
    return !mayHoldRanges(segment, this.block, this.ranges);
  }

  /** True when zone maps tell that all rows of the block lie in every range. */
  private isInRanges(segment: TableSegment): boolean {
    return this.ranges.every((range) => {
      const id = segment.columnId(range.column);
      return segment.reader.hasColumn(id) && isWithin(segment.reader.zoneMap(id, this.block), range);
    });
  }

  private nextOfBlock(segment: TableSegment): ScanBatch {
    const { block, row } = this;
    const blockRows = segment.reader.blockRows(block);
    const end = Math.min(row + BATCH_ROWS, blockRows);
    if (row === 0) {
      this.blocksRead++;
      this.isBlockInRanges = this.ranges.length > 0 && this.isInRanges(segment);
      this.passing?.begin(segment, block);
    }
    this.row = end === blockRows ? 0 : end;
    if (end === blockRows) this.block++;
    const base = SEGMENTS_BASE + this.segment * LOCATION_SOURCE + block * LIMITS.blockRows + row;
    const selection = segment.visibleRows(block, row, end, this.transaction);
    const load = (i: number): ColumnVector => {
      const column = this.columns[i];
      const whole = this.passing?.column(segment, block, column, i) ?? segment.column(column, block);
      return end - row === blockRows ? whole : sliceVector(whole, row, end);
    };
    return new LazyBatch(end - row, selection, base, this.isBlockInRanges, this.columns.length, load);
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
