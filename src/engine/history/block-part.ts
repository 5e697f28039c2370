import { LIVE } from '../catalog/catalog.ts';
import type { ColumnVector } from '../column/vector.ts';
import { sliceVector } from '../column/vector.ts';
import { CREATED_ID, ENDED_ID } from '../segment/segment-format.ts';
import type { RowLocation } from '../table/access.ts';
import type { TableSegment } from '../table/table-segment.ts';
import type { HistorySpan, VersionBatch } from './changes-between.ts';

/** Rows [from, to) of a block, all of which are wanted: what nobody asks of them is not read. */
export class BlockPart implements VersionBatch {
  readonly count: number;
  /** Of the first row; the others follow. */
  readonly base: RowLocation;
  readonly segment: TableSegment;
  readonly block: number;
  readonly from: number;
  private readonly to: number;
  private madeLocations: Float64Array | null = null;
  private madeCreated: Float64Array | null = null;
  private madeEnded: Float64Array | null = null;

  constructor(segment: TableSegment, block: number, base: RowLocation, from: number, to: number) {
    this.segment = segment;
    this.block = block;
    this.base = base;
    this.from = from;
    this.to = to;
    this.count = to - from;
  }

  get locations(): Float64Array {
    this.madeLocations ??= Float64Array.from({ length: this.count }, (_, i) => this.base + i);
    return this.madeLocations;
  }

  get created(): Float64Array {
    this.madeCreated ??= this.segment.createdIn(this.block).subarray(this.from, this.to);
    return this.madeCreated;
  }

  get ended(): Float64Array {
    this.madeEnded ??= this.isLive
      ? new Float64Array(this.count).fill(LIVE)
      : (this.segment.endedIn(this.block) as Float64Array).subarray(this.from, this.to);
    return this.madeEnded;
  }

  /** None of the rows had ended when they were found. */
  get isLive(): boolean {
    return this.segment.reader.meta.kind === 'current';
  }

  /** Zone maps tell that all of the rows had ended by that transaction. */
  isOverBy(transaction: number): boolean {
    return !this.isLive && Number(this.segment.reader.zoneMap(ENDED_ID, this.block).max ?? LIVE) <= transaction;
  }

  /** The part of a vector of the block's rows. */
  partOf(vector: ColumnVector): ColumnVector {
    return this.count === this.segment.reader.blockRows(this.block) ? vector : sliceVector(vector, this.from, this.to);
  }
}

/** Whether zone maps tell that all rows of a block were in force in the span, and began after `newerThan`. */
export function isWhollyWanted(
  segment: TableSegment,
  block: number,
  { from, to }: HistorySpan,
  newerThan: number,
): boolean {
  const { reader } = segment;
  const { min, max } = reader.zoneMap(CREATED_ID, block);
  if (min === null || max === null || Number(max) > to || Number(min) <= newerThan) return false;
  if (reader.meta.kind === 'current') return segment.endedIn(block) === null;
  const firstEnd = reader.zoneMap(ENDED_ID, block).min;
  // What began and ended in one transaction was never in force: of rows that all began before the first end none has.
  return firstEnd !== null && Number(firstEnd) > from && Number(max) < Number(firstEnd);
}
