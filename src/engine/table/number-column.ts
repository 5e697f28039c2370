import { LIMITS } from '../../base/limits.ts';
import { FRESH, type VectorRoom } from '../column/vector-room.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { gatherRows } from './delta-column.ts';

const CHUNK_ROWS = LIMITS.deltaChunkRows;
const FIRST_ROWS = 64;

/** A growable column of numbers that are never NULL and may change in place: rowids, transactions. Chunked as DeltaColumn is. */
export class NumberColumn {
  private readonly chunks: Float64Array[] = [];
  private rowCount = 0;
  /** The last chunk, which has room for the next row where that is below {@link roomTo}. */
  private tail: Float64Array | undefined;
  private roomTo = 0;
  private readonly room: VectorRoom;

  /** `room`: where chunks come from, all 0. */
  constructor(room: VectorRoom = FRESH) {
    this.room = room;
  }

  get length(): number {
    return this.rowCount;
  }

  get(row: number): number {
    return this.chunks[Math.floor(row / CHUNK_ROWS)][row % CHUNK_ROWS];
  }

  set(row: number, value: number): void {
    this.chunks[Math.floor(row / CHUNK_ROWS)][row % CHUNK_ROWS] = value;
  }

  append(value: number): void {
    const row = this.rowCount;
    const offset = row & (CHUNK_ROWS - 1);
    const chunk = row < this.roomTo ? (this.tail as Float64Array) : this.makeRoom(row, offset);
    chunk[offset] = value;
    this.rowCount = row + 1;
  }

  /** Appends the same value `count` times. */
  appendRun(value: number, count: number): void {
    for (let left = count; left > 0; ) {
      const offset = this.rowCount % CHUNK_ROWS;
      const rows = Math.min(left, CHUNK_ROWS - offset);
      this.chunkFor(this.rowCount + rows - 1, offset + rows - 1).fill(value, offset, offset + rows);
      this.rowCount += rows;
      left -= rows;
    }
  }

  appendValues(values: Float64Array): void {
    for (let from = 0; from < values.length; ) {
      const offset = this.rowCount % CHUNK_ROWS;
      const rows = Math.min(values.length - from, CHUNK_ROWS - offset);
      this.chunkFor(this.rowCount + rows - 1, offset + rows - 1).set(values.subarray(from, from + rows), offset);
      this.rowCount += rows;
      from += rows;
    }
  }

  /** Rows [from, to), which must lie in one chunk, as a view of memory that {@link set} changes. */
  view(from: number, to: number): Float64Array {
    const start = from % CHUNK_ROWS;
    return this.chunks[Math.floor(from / CHUNK_ROWS)].subarray(start, start + to - from);
  }

  gather(rows: Uint32Array, room: VectorRoom): Float64Array {
    const values = room.floats(rows.length);
    gatherRows(this.chunks, rows, values);
    return values;
  }

  truncate(length: number): void {
    this.rowCount = length;
    this.roomTo = 0;
    this.chunks.length = Math.ceil(length / CHUNK_ROWS);
  }

  /** Gives the memory of all rows to `pool`. */
  recycle(pool: ChunkPool): void {
    for (const chunk of this.chunks.splice(0)) pool.give(chunk);
  }

  sizeBytes(): number {
    return this.chunks.reduce((bytes, chunk) => bytes + chunk.byteLength, 0);
  }

  private makeRoom(row: number, offset: number): Float64Array {
    const chunk = this.chunkFor(row, offset);
    this.tail = chunk;
    this.roomTo = row - offset + chunk.length;
    return chunk;
  }

  private chunkFor(row: number, offset: number): Float64Array {
    const index = Math.floor(row / CHUNK_ROWS);
    const chunk = this.chunks[index];
    if (chunk !== undefined && offset < chunk.length) return chunk;
    let rows = index === 0 ? FIRST_ROWS : CHUNK_ROWS;
    while (rows <= offset) rows *= 2;
    const grown = this.room.floats(rows);
    // What is kept of the smaller one must not be written to any more.
    this.roomTo = 0;
    if (chunk !== undefined) grown.set(chunk);
    this.chunks[index] = grown;
    return grown;
  }
}
