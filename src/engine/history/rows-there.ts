import { lowerBound } from '../../base/lower-bound.ts';
import { ROWID_ID } from '../segment/segment-format.ts';
import { findRow } from '../table/find-row.ts';
import type { ScanSources } from '../table/table-scan.ts';
import type { TableSegment } from '../table/table-segment.ts';

/** From so many rows that are looked for a block on, its columns as a whole cost less than single values of them. */
const ROWS_WORTH_A_BLOCK = 16;

/**
 * For each of the first rowids 1 where a reader at the transaction beside it sees a row of it, and 0 elsewhere. Quickest where
 * rowids ascend.
 */
export function rowsThere(sources: ScanSources, rowids: Float64Array, at: Float64Array, count: number): Uint8Array {
  const found = new Uint8Array(count);
  const { segments, frozen, delta } = sources;
  const deltas = { segments: [], frozen, delta };
  if (frozen !== null || delta.length > 0)
    for (let i = 0; i < count; i++) if (findRow(deltas, at[i], rowids[i]) >= 0) found[i] = 1;
  // What took a version's place is a current one more often than not.
  for (const kind of ['current', 'history'] as const)
    for (const segment of segments)
      if (segment.reader.meta.kind === kind) findInSegment(segment, rowids, at, count, found);
  return found;
}

function findInSegment(
  segment: TableSegment,
  rowids: Float64Array,
  at: Float64Array,
  count: number,
  found: Uint8Array,
): void {
  const { minRowid, maxRowid, minCreated, maxEnded, kind } = segment.reader.meta;
  const until = kind === 'history' ? maxEnded : Number.POSITIVE_INFINITY;
  const wanted = new Uint32Array(count);
  let wantedCount = 0;
  for (let i = 0; i < count; i++) {
    wanted[wantedCount] = i;
    const mayBe = rowids[i] >= minRowid && rowids[i] <= maxRowid && at[i] >= minCreated && at[i] < until;
    wantedCount += Number(found[i] === 0 && mayBe);
  }
  if (wantedCount === 0) return;
  const blockRows = segment.reader.meta.blockRows;
  const first = segment.reader.lowerBoundRowid(rowids[wanted[0]]);
  const last = segment.reader.lowerBoundRowid(rowids[wanted[wantedCount - 1]]);
  const blocks = Math.abs(Math.floor(last / blockRows) - Math.floor(first / blockRows)) + 1;
  const search = wantedCount < blocks * ROWS_WORTH_A_BLOCK ? bySingleValues(segment) : new BlockSearch(segment);
  for (let k = 0; k < wantedCount; k++) {
    const i = wanted[k];
    if (search.sees(rowids[i], at[i])) found[i] = 1;
  }
}

interface RowSearch {
  sees(rowid: number, transaction: number): boolean;
}

function bySingleValues(segment: TableSegment): RowSearch {
  const { reader } = segment;
  return {
    sees(rowid, transaction) {
      const first = reader.findRowid(rowid);
      if (first < 0) return false;
      const end = reader.rowidRunEnd(first);
      for (let position = first; position < end; position++) if (segment.isVisible(position, transaction)) return true;
      return false;
    },
  };
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

  constructor(segment: TableSegment) {
    this.segment = segment;
  }

  sees(rowid: number, transaction: number): boolean {
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
