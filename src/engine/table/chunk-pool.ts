import { LIMITS } from '../../base/limits.ts';
import type { VectorRoom } from '../column/vector-room.ts';

const CHUNK_ROWS = LIMITS.deltaChunkRows;

/**
 * Where the chunks of a table's deltas come from: those of one that is in segments are used again by the next. As garbage
 * they would wait for a collection of the whole heap, and several deltas of them with each other.
 */
export class ChunkPool implements VectorRoom {
  private readonly spareFloats: Float64Array[] = [];
  private readonly spareCodes: Uint32Array[] = [];

  /** All 0. */
  floats(rows: number): Float64Array {
    const spare = rows === CHUNK_ROWS ? this.spareFloats.pop() : undefined;
    return spare?.fill(0) ?? new Float64Array(rows);
  }

  /** All 0. */
  codes(rows: number): Uint32Array {
    const spare = rows === CHUNK_ROWS ? this.spareCodes.pop() : undefined;
    return spare?.fill(0) ?? new Uint32Array(rows);
  }

  /** Takes a chunk that nobody reads any more, or will write to. */
  give(chunk: Float64Array | Uint32Array): void {
    if (chunk.length !== CHUNK_ROWS) return;
    if (chunk instanceof Float64Array) this.spareFloats.push(chunk);
    else this.spareCodes.push(chunk);
  }

  clear(): void {
    this.spareFloats.length = 0;
    this.spareCodes.length = 0;
  }

  get sizeBytes(): number {
    return (this.spareFloats.length * 8 + this.spareCodes.length * 4) * CHUNK_ROWS;
  }
}
