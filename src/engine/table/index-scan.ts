import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import {
  type IndexRange,
  LOCATION_SOURCE,
  type ReadPoint,
  type ScanBatch,
  type ScanReads,
  type TableScan,
} from './access.ts';
import type { Delta } from './delta.ts';
import { DeltaIndex } from './delta-index.ts';
import { rangeOf } from './index-range.ts';
import { compareEntries, type ReadValue } from './key.ts';
import { ROWID_INDEX } from './rowid-order.ts';
import { inAll, type MarkedRows, markedRows, type Stretch } from './stretch-rows.ts';
import { type ScanSources, visiblePrefix } from './table-scan.ts';
import type { OrderedPositions } from './table-segment.ts';
import { columnVectorOf } from './vector-builder.ts';

export type ScanDirection = 'forward' | 'backward' | 'any';

/** The first batch is small: LIMIT and EXISTS often want no more. Each next one is larger, up to a whole batch. */
const FIRST_BATCH_ROWS = 128;
const BATCH_GROWTH = 4;
const MERGED_ROWS = LIMITS.batchRows;

/** A sorted run of one source's rows, narrowed to the range: k goes from `next` to `end` (both counted in scan direction). */
interface Run {
  readonly base: number;
  readonly read: ReadValue;
  /** The positions from k to end, in an array of the caller's own. */
  readonly positions: (k: number, end: number) => Float64Array | Uint32Array;
  /** The values of a column at many positions, where there is a faster way than one by one; otherwise null. */
  readonly gather: (column: number, positions: Uint32Array) => ColumnVector | null;
  readonly isVisible: (position: number, transaction: number) => boolean;
  /** True when isVisible is true of every row. */
  readonly isWhollyVisible: boolean;
  /** Positions fetched ahead, from k = aheadFrom on. */
  ahead: Float64Array | Uint32Array;
  aheadFrom: number;
  next: number;
  readonly end: number;
  /** The visible row at the head, or -1 when the run is exhausted. */
  head: number;
}

/** Rows of an index range, in index order: the sorted runs of the segments and of the delta, merged by their keys. */
export class RangeScan implements TableScan {
  private readonly segmentCount: number;
  private readonly segmentsRead: number;
  /** Source and block of the rows read; null: nobody counts. */
  private blocks: Set<number> | null = null;
  private readonly transaction: number;
  private readonly index: IndexDefinition;
  private readonly direction: ScanDirection;
  private readonly columns: readonly number[];
  private readonly physicals: readonly PhysicalKind[];
  private readonly runs: Run[];
  private batchRows = FIRST_BATCH_ROWS;

  constructor(
    sources: ScanSources,
    at: ReadPoint,
    index: IndexDefinition,
    range: IndexRange,
    columns: readonly number[],
    physicals: readonly PhysicalKind[],
    direction: ScanDirection,
    also: readonly Stretch[] = [],
  ) {
    this.transaction = at.transaction;
    this.index = index;
    this.columns = columns;
    this.physicals = physicals;
    this.runs = openRuns(sources, at, { index, range }, direction, also);
    // Few rows are merged even if nobody asked: an order that does not depend on what was written when is a kindness.
    const isSmall = this.runs.reduce((rows, run) => rows + run.end - run.next, 0) <= MERGED_ROWS;
    this.direction = direction === 'any' && isSmall ? 'forward' : direction;
    for (const run of this.runs) this.advance(run);
    this.dropExhausted();
    this.segmentCount = sources.segments.length;
    this.segmentsRead = this.runs.filter((run) => run.base >= LOCATION_SOURCE).length;
  }

  reads(): ScanReads {
    this.blocks ??= new Set();
    const { segmentsRead, segmentCount, blocks } = this;
    return { segmentsRead, segmentsPruned: segmentCount - segmentsRead, blocksRead: blocks.size, blocksPruned: 0 };
  }

  next(): ScanBatch | null {
    if (this.runs.length === 0) return null;
    const { batchRows } = this;
    this.batchRows = Math.min(LIMITS.batchRows, batchRows * BATCH_GROWTH);
    const isAlone = this.runs.length === 1 || this.direction === 'any';
    if (isAlone && this.runs[0].isWhollyVisible) return this.stretch(this.runs[0], batchRows);
    const locations = new Float64Array(batchRows);
    const sources: Run[] = [];
    const positions = new Uint32Array(batchRows);
    let count = 0;
    while (count < batchRows && this.runs.length > 0) {
      const run = this.pick();
      sources.push(run);
      positions[count] = run.head;
      locations[count++] = run.base + run.head;
      this.advance(run);
      if (run.head < 0) this.dropExhausted();
    }
    return this.batch(locations.subarray(0, count), sources, positions.subarray(0, count));
  }

  /** The next rows of a run that no other is merged with, none of which needs to be looked at. */
  private stretch(run: Run, batchRows: number): ScanBatch {
    const from = run.next - 1;
    const to = Math.min(run.end, from + batchRows);
    const positions = new Uint32Array(run.positions(from, to));
    const locations = new Float64Array(positions.length);
    for (let i = 0; i < locations.length; i++) locations[i] = run.base + positions[i];
    run.next = Math.min(to + 1, run.end);
    run.head = to < run.end ? run.positions(to, to + 1)[0] : -1;
    if (run.head < 0) this.dropExhausted();
    return this.batch(locations, [run], positions);
  }

  /** `sources`: the run of each row, or the only one of all. */
  private batch(locations: Float64Array, sources: readonly Run[], positions: Uint32Array): ScanBatch {
    const loaded: (ColumnVector | undefined)[] = new Array(this.columns.length);
    const rowCount = locations.length;
    if (this.blocks !== null) countBlocks(locations, this.blocks);
    const only = sources.every((run) => run === sources[0]) ? sources[0] : null;
    const sourceOf = (row: number): Run => only ?? sources[row];
    const load = (i: number): ColumnVector => {
      const column = this.columns[i];
      const gathered = only === null ? null : only.gather(column, positions);
      if (gathered !== null) return gathered;
      const values: ColumnValue[] = new Array(rowCount);
      for (let row = 0; row < rowCount; row++) values[row] = sourceOf(row).read(column, positions[row]);
      return columnVectorOf(this.physicals[i], values);
    };
    const column = (i: number): ColumnVector => {
      const vector = loaded[i] ?? load(i);
      loaded[i] = vector;
      return vector;
    };
    const all = { rowCount, selection: null, selectedCount: rowCount };
    return { ...all, locationBase: 0, locations, isInRanges: false, column };
  }

  private pick(): Run {
    let best = this.runs[0];
    if (this.direction === 'any') return best;
    const sign = this.direction === 'backward' ? -1 : 1;
    for (let i = 1; i < this.runs.length; i++) {
      const run = this.runs[i];
      if (sign * compareEntries(this.index, run.read, run.head, best.read, best.head) < 0) best = run;
    }
    return best;
  }

  /** Moves to the next visible row. */
  private advance(run: Run): void {
    while (run.next < run.end) {
      if (run.next - run.aheadFrom >= run.ahead.length) this.fetchAhead(run);
      const position = run.ahead[run.next - run.aheadFrom];
      run.next++;
      if (run.isVisible(position, this.transaction)) {
        run.head = position;
        return;
      }
    }
    run.head = -1;
  }

  private fetchAhead(run: Run): void {
    run.aheadFrom = run.next;
    run.ahead = run.positions(run.next, Math.min(run.end, run.next + this.batchRows));
  }

  private dropExhausted(): void {
    for (let i = this.runs.length - 1; i >= 0; i--) if (this.runs[i].head < 0) this.runs.splice(i, 1);
  }
}

function openRuns(
  sources: ScanSources,
  at: ReadPoint,
  { index, range }: Stretch,
  direction: ScanDirection,
  also: readonly Stretch[],
): Run[] {
  const runs: Run[] = [];
  const add = (
    source: number,
    length: number,
    order: Pick<OrderedPositions, 'positionAt' | 'range'>,
    { read, gather, isVisible, isWhollyVisible }: Pick<Run, 'read' | 'gather' | 'isVisible' | 'isWhollyVisible'>,
    others: () => readonly MarkedRows[],
  ) => {
    const whole = rangeOf(index, range, length, (k) => order.positionAt(k), read);
    if (whole[0] >= whole[1]) return;
    const kept = also.length === 0 ? null : inAll(order.range(...whole), others());
    const [from, to] = kept === null ? whole : [0, kept.length];
    if (from >= to) return;
    const ordered = kept === null ? order : { range: (k: number, end: number) => kept.slice(k, end) };
    const positions =
      direction === 'backward'
        ? (k: number, end: number) => ordered.range(from + to - end, from + to - k).reverse()
        : (k: number, end: number) => ordered.range(k, end);
    const none = new Uint32Array(0);
    const base = source * LOCATION_SOURCE;
    runs.push({
      base,
      read,
      gather,
      positions,
      isVisible,
      isWhollyVisible,
      ahead: none,
      aheadFrom: from,
      next: from,
      end: to,
      head: -1,
    });
  };
  sources.segments.forEach((segment, i) => {
    if (!segment.mayBeVisible(at.transaction)) return;
    const order = segment.order(index);
    const access = {
      read: segment.read,
      gather: (column: number, positions: Uint32Array) => segment.gather(column, positions),
      isVisible: (position: number, t: number) => segment.isVisible(position, t),
      isWhollyVisible: segment.isWhollyVisible(at.transaction),
    };
    add(i + 1, order.length, order, access, () =>
      also.map((other) => markedRows(other, [segment.order(other.index)], segment.rowCount, segment.read)),
    );
  });
  const { delta } = sources;
  if (delta.length === 0) return runs;
  // By position: rows that a rollback takes away while the scan goes on cannot be asked any more.
  const visibleRows = visiblePrefix(delta, at.transaction);
  for (const order of deltaRuns(delta, index)) {
    const access = {
      read: delta.read,
      gather: (column: number, positions: Uint32Array) => delta.gather(column, positions),
      isVisible: (position: number, t: number) => position < visibleRows && delta.ended.get(position) > t,
      isWhollyVisible: visibleRows === delta.length && delta.endedCount === 0,
    };
    add(0, order.length, order, access, () =>
      also.map((other) => markedRows(other, deltaRuns(delta, other.index), delta.length, delta.read)),
    );
  }
  return runs;
}

function deltaRuns(delta: Delta, index: IndexDefinition): readonly OrderedPositions[] {
  if (index === ROWID_INDEX) return delta.rowidRuns();
  // An index that was dropped since the query was planned is made once more, for this query.
  const deltaIndex = delta.indexes.find((each) => each.definition.id === index.id) ?? new DeltaIndex(index, delta);
  return deltaIndex.orderedRuns();
}

/** Blocks lie in segments: rows of the delta are in none. */
function countBlocks(locations: Float64Array, blocks: Set<number>): void {
  for (const location of locations) {
    if (location >= LOCATION_SOURCE) blocks.add(Math.floor(location / LIMITS.blockRows));
  }
}
