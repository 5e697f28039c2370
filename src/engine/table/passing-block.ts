import { assert } from '../../base/assert.ts';
import type { ColumnVector } from '../column/vector.ts';
import { ReusedRoom } from '../column/vector-room.ts';
import type { TableSegment } from './table-segment.ts';

/** What a number of a decoded column takes. */
const NUMBER_BYTES = 8;

/** Whether a scan decodes so much that it finds next to nothing of it in the cache when it comes again. */
export function isBeyondCache(segments: readonly TableSegment[], columnCount: number): boolean {
  if (segments.length === 0) return false;
  const rows = segments.reduce((sum, segment) => sum + segment.rowCount, 0);
  return rows * columnCount * NUMBER_BYTES > segments[0].reader.cache.budgetBytes;
}

/**
 * The block that a scan is at, where blocks are not left in the cache: each is decoded into the memory of the one before
 * it. As garbage, which the collector does not count with what calls for it, all of a large table might be there at once.
 */
export class PassingBlock {
  private readonly rooms: ReusedRoom[] = [];
  private readonly decoded: (ColumnVector | undefined)[] = [];
  private segment: TableSegment | null = null;
  private block = -1;

  /** What was decoded of the last one is of no more use. */
  begin(segment: TableSegment, block: number): void {
    this.segment = segment;
    this.block = block;
    this.decoded.length = 0;
  }

  /** The i-th column of the scan. */
  column(segment: TableSegment, block: number, column: number, i: number): ColumnVector {
    assert(segment === this.segment && block === this.block, 'a batch is read before the next one');
    const room = this.rooms[i] ?? new ReusedRoom();
    this.rooms[i] = room;
    const vector = this.decoded[i] ?? segment.columnIn(column, block, room, false);
    this.decoded[i] = vector;
    return vector;
  }
}
