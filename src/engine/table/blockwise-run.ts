import { LIMITS } from '../../base/limits.ts';
import type { ColumnVector } from '../column/vector.ts';
import { sliceVector } from '../column/vector.ts';
import type { ScanBatch } from './access.ts';
import type { Run } from './index-runs.ts';
import { LazyBatch } from './table-scan.ts';
import type { TableSegment } from './table-segment.ts';

const { blockRows: BLOCK_ROWS, batchRows: BATCH_ROWS } = LIMITS;

/** From so many rows of a block on, its columns as they are, with a selection, cost less than copies of the rows' values. */
const ROWS_WORTH_A_BLOCK = 1024;
/** Positions that are read at once. */
const CHUNK_ROWS = 4096;

/** The rows of a run by the blocks that they lie in; null where they are few of most, or none of a segment. */
export function blockwiseRun(run: Run, transaction: number, columns: readonly number[]): BlockwiseRun | null {
  const { segment } = run;
  if (segment === null) return null;
  const blocks = blocksOf(run, segment);
  return blocks === null ? null : new BlockwiseRun(run, segment, blocks, transaction, columns);
}

/** Per block how many of its rows the run has; null where it has too few of most. */
function blocksOf(run: Run, segment: TableSegment): Uint16Array | null {
  const { reader, rowCount } = segment;
  const blocks = new Uint16Array(reader.blockCount);
  // All rows of the segment: where each of them lies need not be known.
  if (rowsLeft(run) === rowCount) return blocks.map((_, block) => reader.blockRows(block));
  let left = Math.floor(rowsLeft(run) / ROWS_WORTH_A_BLOCK);
  for (let k = firstOf(run); k < run.end; k += CHUNK_ROWS) {
    const positions = run.positions(k, Math.min(run.end, k + CHUNK_ROWS));
    for (let i = 0; i < positions.length; i++) {
      // Positions are below 2^32: cut to a whole number so, and not by Math.floor, is quicker.
      if (blocks[(positions[i] / BLOCK_ROWS) >>> 0]++ === 0 && --left < 0) return null;
    }
  }
  return blocks;
}

/** The row at the head has been fetched. */
function firstOf(run: Run): number {
  return run.next - 1;
}

function rowsLeft(run: Run): number {
  return run.end - firstOf(run);
}

/** Rows of a segment that an index has found, in the order in which they lie, as selections of the blocks' own columns. */
export class BlockwiseRun {
  private readonly base: number;
  private readonly segment: TableSegment;
  /** Per block how many rows the run has of it. */
  private readonly blocks: Uint16Array;
  private readonly transaction: number;
  private readonly columns: readonly number[];
  /** Per position from `marksStart` on 1 for the rows of the run; null where it has all rows of each block that it has rows of. */
  private readonly marks: Uint8Array | null;
  private readonly marksStart: number;
  /** The position behind the rows that were handed out. */
  private position: number;

  constructor(run: Run, segment: TableSegment, blocks: Uint16Array, transaction: number, columns: readonly number[]) {
    this.base = run.base;
    this.segment = segment;
    this.blocks = blocks;
    this.transaction = transaction;
    this.columns = columns;
    const isWhole = blocks.every((rows, block) => rows === 0 || rows === segment.reader.blockRows(block));
    this.marksStart = blocks.findIndex((rows) => rows > 0) * BLOCK_ROWS;
    const marksEnd = (blocks.findLastIndex((rows) => rows > 0) + 1) * BLOCK_ROWS;
    this.marks = isWhole ? null : marksOf(run, this.marksStart, marksEnd);
    this.position = this.marksStart;
  }

  next(): ScanBatch | null {
    const { segment, blocks } = this;
    while (this.position < segment.rowCount) {
      const block = Math.floor(this.position / BLOCK_ROWS);
      if (blocks[block] === 0) {
        this.position = (block + 1) * BLOCK_ROWS;
        continue;
      }
      return this.part(block);
    }
    return null;
  }

  /** The block, or a part of it where its rows are more than a batch. */
  private part(block: number): ScanBatch {
    const { segment, columns, blocks, position: from } = this;
    const start = block * BLOCK_ROWS;
    const blockRows = segment.reader.blockRows(block);
    const to = Math.min(from + (blocks[block] > BATCH_ROWS ? BATCH_ROWS : BLOCK_ROWS), start + blockRows);
    this.position = to;
    const load = (i: number): ColumnVector => {
      const whole = segment.column(columns[i], block);
      return to - from === blockRows ? whole : sliceVector(whole, from - start, to - start);
    };
    return new LazyBatch(to - from, this.selection(block, from, to), this.base + from, false, columns.length, load);
  }

  /** The visible rows of the run in a part of a block, counted from its start; null when they are all of it. */
  private selection(block: number, from: number, to: number): Uint32Array | null {
    const start = block * BLOCK_ROWS;
    const visible = this.segment.visibleRows(block, from - start, to - start, this.transaction);
    if (this.marks === null || this.blocks[block] === this.segment.reader.blockRows(block)) return visible;
    const selection = selectMarked(this.marks, from - this.marksStart, to - from, visible);
    return selection.length === to - from ? null : selection;
  }
}

/** Marks for the positions from `start` to `end`, between which all rows of the run lie. */
function marksOf(run: Run, start: number, end: number): Uint8Array {
  const marks = new Uint8Array(end - start);
  for (let k = firstOf(run); k < run.end; k += CHUNK_ROWS) {
    const positions = run.positions(k, Math.min(run.end, k + CHUNK_ROWS));
    for (let i = 0; i < positions.length; i++) marks[positions[i] - start] = 1;
  }
  return marks;
}

/** Of `rowCount` rows, whose marks begin at `from`. Without a branch a row: which rows are marked follows no pattern. */
function selectMarked(marks: Uint8Array, from: number, rowCount: number, visible: Uint32Array | null): Uint32Array {
  const length = visible === null ? rowCount : visible.length;
  const selection = new Uint32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    const row = visible === null ? i : visible[i];
    selection[count] = row;
    count += marks[from + row];
  }
  return selection.subarray(0, count);
}
