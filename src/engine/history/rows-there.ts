import { NO_DOUBLES } from '../../base/empty-arrays.ts';
import { lowerBound } from '../../base/lower-bound.ts';
import type { ColumnVector } from '../column/vector.ts';
import { ReusedRoom } from '../column/vector-room.ts';
import { CREATED_ID, ENDED_ID, ROWID_ID } from '../segment/segment-format.ts';
import { findRow } from '../table/find-row.ts';
import type { ScanSources } from '../table/table-scan.ts';
import type { TableSegment } from '../table/table-segment.ts';

/** From so many rows that are looked for a block on, its columns as a whole cost less than single values of them. */
const ROWS_WORTH_A_BLOCK = 16;

/** Says of rowids, batch after batch, whether rows of them are there. */
export class RowsThere {
  private readonly segments: readonly TableSegment[];
  private readonly deltas: ScanSources;
  /** What is at hand of a segment that has been searched by blocks. */
  private readonly searches = new Map<TableSegment, RowSearch>();

  constructor({ segments, frozen, delta }: ScanSources) {
    // What took a version's place is a current one more often than not.
    const isCurrent = ({ reader }: TableSegment): boolean => reader.meta.kind === 'current';
    this.segments = [...segments.filter(isCurrent), ...segments.filter((segment) => !isCurrent(segment))];
    this.deltas = { segments: [], frozen, delta };
  }

  /**
   * For each of the first rowids 1 where a reader at the transaction beside it sees a row of it, and 0 elsewhere. Quickest
   * where rowids ascend.
   */
  find(rowids: Float64Array, at: Float64Array, count: number): Uint8Array {
    const found = new Uint8Array(count);
    const { deltas } = this;
    if (deltas.frozen !== null || deltas.delta.length > 0)
      for (let i = 0; i < count; i++) if (findRow(deltas, at[i], rowids[i]) >= 0) found[i] = 1;
    for (const segment of this.segments) this.findInSegment(segment, rowids, at, found);
    return found;
  }

  private findInSegment(segment: TableSegment, rowids: Float64Array, at: Float64Array, found: Uint8Array): void {
    const { minRowid, maxRowid, minCreated, maxEnded, kind } = segment.reader.meta;
    const until = kind === 'history' ? maxEnded : Number.POSITIVE_INFINITY;
    const wanted = new Uint32Array(found.length);
    let count = 0;
    for (let i = 0; i < found.length; i++) {
      wanted[count] = i;
      const mayBe = rowids[i] >= minRowid && rowids[i] <= maxRowid && at[i] >= minCreated && at[i] < until;
      count += Number(found[i] === 0 && mayBe);
    }
    if (count > 0)
      this.searchFor(segment, rowids[wanted[0]], rowids[wanted[count - 1]], count).find(
        rowids,
        at,
        wanted.subarray(0, count),
        found,
      );
  }

  /** How to look for so many rowids between two of them. */
  private searchFor(segment: TableSegment, least: number, greatest: number, count: number): RowSearch {
    const { reader } = segment;
    const { blockRows } = reader.meta;
    const blockOf = (rowid: number): number => Math.floor(reader.lowerBoundRowid(rowid) / blockRows);
    if (count < (Math.abs(blockOf(greatest) - blockOf(least)) + 1) * ROWS_WORTH_A_BLOCK) return bySingleValues(segment);
    let search = this.searches.get(segment);
    if (search === undefined) {
      search = reader.isDense ? new DenseSearch(segment) : new BlockSearch(segment);
      this.searches.set(segment, search);
    }
    return search;
  }
}

interface RowSearch {
  /** Marks those of the `wanted` rowids that the reader beside them sees a row of. */
  find(rowids: Float64Array, at: Float64Array, wanted: Uint32Array, found: Uint8Array): void;
}

function eachOf(sees: (rowid: number, transaction: number) => boolean): RowSearch['find'] {
  return (rowids, at, wanted, found) => {
    for (const i of wanted) if (sees(rowids[i], at[i])) found[i] = 1;
  };
}

function bySingleValues(segment: TableSegment): RowSearch {
  const { reader } = segment;
  const sees = (rowid: number, transaction: number): boolean => {
    const first = reader.findRowid(rowid);
    if (first < 0) return false;
    const end = reader.rowidRunEnd(first);
    for (let position = first; position < end; position++) if (segment.isVisible(position, transaction)) return true;
    return false;
  };
  return { find: eachOf(sees) };
}

/** Of a segment without gaps between its rowids, which tell where a row lies: a block of transactions at a time. */
class DenseSearch implements RowSearch {
  private readonly segment: TableSegment;
  /** A block's transactions are of no more use when the next ones are read: all of them would not fit into the cache. */
  private readonly createdRoom = new ReusedRoom();
  private readonly endedRoom = new ReusedRoom();
  private block = -1;
  private created: Float64Array = NO_DOUBLES;
  private ended: Float64Array | null = null;

  constructor(segment: TableSegment) {
    this.segment = segment;
  }

  find(rowids: Float64Array, at: Float64Array, wanted: Uint32Array, found: Uint8Array): void {
    const { minRowid, blockRows } = this.segment.reader.meta;
    for (let k = 0; k < wanted.length; ) {
      const block = Math.floor((rowids[wanted[k]] - minRowid) / blockRows);
      this.load(block);
      k = markSeen(this.created, this.ended, rowids, at, wanted, k, minRowid + block * blockRows, found);
    }
  }

  private load(block: number): void {
    const { segment, createdRoom, endedRoom } = this;
    const { reader } = segment;
    const isHistory = reader.meta.kind === 'history';
    // Of a current one rows may have ended since.
    if (!isHistory) this.ended = segment.endedIn(block);
    if (block === this.block) return;
    this.block = block;
    this.created = numbersOf(reader.columnIn(CREATED_ID, block, createdRoom, false));
    if (isHistory) this.ended = numbersOf(reader.columnIn(ENDED_ID, block, endedRoom, false));
  }
}

function numbersOf(vector: ColumnVector): Float64Array {
  return vector.kind === 'number' ? vector.values : NO_DOUBLES;
}

/**
 * Marks from the k-th wanted one on those whose rows are there, up to the first one that lies in another block, and answers
 * which that is. `first`: the rowid of the first row of the block that created and ended are of.
 */
function markSeen(
  created: Float64Array,
  ended: Float64Array | null,
  rowids: Float64Array,
  at: Float64Array,
  wanted: Uint32Array,
  k: number,
  first: number,
  found: Uint8Array,
): number {
  let next = k;
  for (; next < wanted.length; next++) {
    const i = wanted[next];
    const row = rowids[i] - first;
    if (row < 0 || row >= created.length) break;
    const began = created[row] <= at[i];
    found[i] = Number(ended === null ? began : began && ended[row] > at[i]);
  }
  return next;
}

/** Looks rows up in whole blocks, of which it has one at hand. */
class BlockSearch implements RowSearch {
  private readonly segment: TableSegment;
  private block = -1;
  private rowids!: Float64Array;
  private created!: Float64Array;
  private ended: Float64Array | null = null;
  /** In the block, of the row that was found last. */
  private row = 0;

  private readonly findEach = eachOf((rowid, transaction) => this.sees(rowid, transaction));

  constructor(segment: TableSegment) {
    this.segment = segment;
  }

  find(rowids: Float64Array, at: Float64Array, wanted: Uint32Array, found: Uint8Array): void {
    if (this.block >= 0) this.ended = this.segment.endedIn(this.block);
    this.findEach(rowids, at, wanted, found);
  }

  private sees(rowid: number, transaction: number): boolean {
    this.seek(rowid);
    while (this.row < this.rowids.length && this.rowids[this.row] === rowid) {
      const { row, ended } = this;
      if (this.created[row] <= transaction && (ended === null || ended[row] > transaction)) return true;
      this.row++;
      if (this.row === this.rowids.length && this.block + 1 < this.segment.reader.blockCount) this.load(this.block + 1);
    }
    return false;
  }

  /** Goes to the first row whose rowid is not below the given one. */
  private seek(rowid: number): void {
    const { reader } = this.segment;
    if (this.block >= 0 && this.row < this.rowids.length) {
      const { rowids, row } = this;
      const last = rowids.length - 1;
      // Where no rowid is left out and none comes twice, this is it.
      const guess = row + rowid - rowids[row];
      if (guess > 0 && guess <= last && rowids[guess] === rowid && rowids[guess - 1] < rowid) {
        this.row = guess;
        return;
      }
      if (rowids[0] < rowid && rowid <= rowids[last]) {
        this.row = lowerBound(rowids.length, (k) => rowids[k] < rowid);
        return;
      }
    }
    const position = reader.lowerBoundRowid(rowid);
    const { blockRows } = reader.meta;
    const block = Math.min(reader.blockCount - 1, Math.floor(position / blockRows));
    if (block !== this.block) this.load(block);
    this.row = position - block * blockRows;
  }

  private load(block: number): void {
    const { segment } = this;
    const rowids = segment.reader.column(ROWID_ID, block);
    this.block = block;
    this.row = 0;
    this.rowids = rowids.kind === 'number' ? rowids.values : new Float64Array(0);
    this.created = segment.createdIn(block);
    this.ended = segment.endedIn(block);
  }
}
