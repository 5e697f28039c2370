import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { type ReadPoint, type ScanBatch, type ScanReads, SEGMENTS_BASE, type TableScan } from './access.ts';
import type { BlockwiseRun } from './blockwise-run.ts';
import { openRuns, type Run, type ScanDirection, type Wanted } from './index-runs.ts';
import { compareEntries } from './key.ts';
import { BLOCKWISE_RUNS, MERGED_RUNS } from './late-parts.ts';
import type { MergedRuns } from './merged-runs.ts';
import type { ScanSources } from './table-scan.ts';
import { columnVectorOf } from './vector-builder.ts';

/** The first batch is small: LIMIT and EXISTS often want no more. Each next one is larger, up to a whole batch. */
const FIRST_BATCH_ROWS = 128;
const BATCH_GROWTH = 4;
/** Whoever wants no order mostly wants all rows. */
const BATCH_GROWTH_OF_ANY = 16;
const MERGED_ROWS = LIMITS.batchRows;

/**
 * Rows of ranges of an index, in index order: the sorted runs of the segments and of the deltas, merged by their keys. In any
 * order runs come one after the other, and by blocks where they have many rows of each.
 */
export class RangeScan implements TableScan {
  private readonly segmentCount: number;
  private readonly segmentsRead: number;
  /** Source and block of the rows read; null: nobody counts. */
  private blocks: Set<number> | null = null;
  private readonly transaction: number;
  private readonly index: IndexDefinition;
  /** The first columns of the index, of which all rows have the same values: no reason to read them. */
  private readonly sharedColumns: number;
  private readonly direction: ScanDirection;
  private readonly columns: readonly number[];
  private readonly physicals: readonly PhysicalKind[];
  private readonly runs: Run[];
  private readonly growth: number;
  private batchRows = FIRST_BATCH_ROWS;
  /** What is left of the run that is read by blocks; null: none is. */
  private blockwise: BlockwiseRun | null = null;
  /** The run that will not be. */
  private rowwise: Run | null = null;
  /** What is read of the runs row by row, once that is loaded; null: nothing yet. */
  private merged: MergedRuns | null = null;

  constructor(
    sources: ScanSources,
    at: ReadPoint,
    wanted: Wanted,
    columns: readonly number[],
    physicals: readonly PhysicalKind[],
  ) {
    const { index, direction, ranges } = wanted;
    this.sharedColumns = ranges.length === 1 ? ranges[0].equal.length : 0;
    this.transaction = at.transaction;
    this.index = index;
    this.columns = columns;
    this.physicals = physicals;
    this.runs = openRuns(sources, at, wanted);
    // Few rows are merged even if nobody asked: an order that does not depend on what was written when is a kindness.
    const isSmall = this.rowsLeft <= MERGED_ROWS;
    this.direction = direction === 'any' && isSmall ? 'forward' : direction;
    this.growth = direction === 'any' ? BATCH_GROWTH_OF_ANY : BATCH_GROWTH;
    for (const run of this.runs) this.advance(run);
    this.dropExhausted();
    this.segmentCount = sources.segments.length;
    this.segmentsRead = this.runs.filter((run) => run.base >= SEGMENTS_BASE).length;
  }

  reads(): ScanReads {
    this.blocks ??= new Set();
    const { segmentsRead, segmentCount, blocks } = this;
    return { segmentsRead, segmentsPruned: segmentCount - segmentsRead, blocksRead: blocks.size, blocksPruned: 0 };
  }

  next(): ScanBatch | null {
    while (this.blockwise !== null || this.runs.length > 0) {
      const ofBlock = this.direction === 'any' && BLOCKWISE_RUNS.isLoaded ? this.nextOfBlocks() : null;
      if (ofBlock !== null || this.runs.length === 0) return ofBlock;
      const { batchRows } = this;
      this.batchRows = Math.min(LIMITS.batchRows, batchRows * this.growth);
      if (!MERGED_RUNS.isLoaded) return this.nextOneByOne(batchRows);
      const rows = this.nextMerged(batchRows);
      if (rows !== null) return rows;
    }
    return null;
  }

  /** The next rows of all runs, of the first one where no order is wanted; null: they have no more. */
  private nextMerged(batchRows: number): ScanBatch | null {
    const { runs, direction, index, sharedColumns, transaction } = this;
    const count = direction === 'any' ? 1 : runs.length;
    const order = { index, sharedColumns, isBackward: direction === 'backward' };
    this.merged ??= new (MERGED_RUNS.get().MergedRuns)(runs.slice(0, count), transaction, order);
    const rows = this.merged.next(batchRows);
    if (rows !== null) return this.batch(rows.locations, (i) => rows.column(this.columns[i], this.physicals[i]));
    this.merged = null;
    runs.splice(0, count);
    return null;
  }

  private nextOneByOne(batchRows: number): ScanBatch {
    const isAlone = this.runs.length === 1 || this.direction === 'any';
    if (isAlone && this.runs[0].isWhollyVisible) return this.stretch(this.runs[0], batchRows);
    const room = Math.min(batchRows, this.rowsLeft);
    const locations = new Float64Array(room);
    const sources: Run[] = [];
    const positions = new Uint32Array(room);
    let count = 0;
    while (count < room && this.runs.length > 0) {
      const run = this.pick();
      sources.push(run);
      positions[count] = run.head;
      locations[count++] = run.base + run.head;
      this.advance(run);
      if (run.head < 0) this.dropExhausted();
    }
    return this.batch(locations.subarray(0, count), (i) => this.valuesOf(i, sources, positions.subarray(0, count)));
  }

  /** At most. */
  private get rowsLeft(): number {
    return this.runs.reduce((rows, { next, end, head }) => rows + end - next + (head < 0 ? 0 : 1), 0);
  }

  /** The next rows of a run that is read by blocks; null where the run that comes next is not. */
  private nextOfBlocks(): ScanBatch | null {
    while (this.blockwise !== null || this.runs.length > 0) {
      if (this.blockwise === null) {
        const [run] = this.runs;
        if (run === this.rowwise) return null;
        this.blockwise = BLOCKWISE_RUNS.get().blockwiseRun(run, this.transaction, this.columns);
        if (this.blockwise === null) {
          this.rowwise = run;
          return null;
        }
        this.runs.shift();
      }
      const batch = this.blockwise.next();
      if (batch !== null) {
        this.blocks?.add(Math.floor(batch.locationBase / LIMITS.blockRows));
        return batch;
      }
      this.blockwise = null;
    }
    return null;
  }

  /** The next rows of a run that no other is merged with, none of which needs to be looked at. */
  private stretch(run: Run, batchRows: number): ScanBatch {
    const from = run.next - 1;
    const to = Math.min(run.end, from + batchRows);
    const positions = run.positions(from, to);
    const locations = new Float64Array(positions.length);
    for (let i = 0; i < locations.length; i++) locations[i] = run.base + positions[i];
    run.next = Math.min(to + 1, run.end);
    run.head = to < run.end ? run.positions(to, to + 1)[0] : -1;
    if (run.head < 0) this.dropExhausted();
    return this.batch(locations, (i) => this.valuesOf(i, [run], positions));
  }

  /** Of the i-th column; `sources`: the run of each row, or the only one of all. */
  private valuesOf(i: number, sources: readonly Run[], positions: Uint32Array): ColumnVector {
    const column = this.columns[i];
    const only = sources.every((run) => run === sources[0]) ? sources[0] : null;
    const gathered = only === null ? null : only.gather(column, positions);
    if (gathered !== null) return gathered;
    const values: ColumnValue[] = new Array(positions.length);
    for (let row = 0; row < positions.length; row++) values[row] = (only ?? sources[row]).read(column, positions[row]);
    return columnVectorOf(this.physicals[i], values);
  }

  private batch(locations: Float64Array, load: (i: number) => ColumnVector): ScanBatch {
    const loaded: (ColumnVector | undefined)[] = new Array(this.columns.length);
    const rowCount = locations.length;
    if (this.blocks !== null) countBlocks(locations, this.blocks);
    const column = (i: number): ColumnVector => {
      const vector = loaded[i] ?? load(i);
      loaded[i] = vector;
      return vector;
    };
    return {
      rowCount,
      selection: null,
      selectedCount: rowCount,
      locationBase: 0,
      locations,
      isInRanges: false,
      column,
    };
  }

  private pick(): Run {
    let best = this.runs[0];
    if (this.direction === 'any') return best;
    const sign = this.direction === 'backward' ? -1 : 1;
    for (let i = 1; i < this.runs.length; i++) {
      const run = this.runs[i];
      const order = compareEntries(this.index, run.read, run.head, best.read, best.head, this.sharedColumns);
      if (sign * order < 0) best = run;
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

/** Blocks lie in segments: rows of deltas are in none. */
function countBlocks(locations: Float64Array, blocks: Set<number>): void {
  for (const location of locations) {
    if (location >= SEGMENTS_BASE) blocks.add(Math.floor(location / LIMITS.blockRows));
  }
}
