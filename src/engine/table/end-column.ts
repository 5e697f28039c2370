import { LIMITS } from '../../base/limits.ts';
import { LIVE } from '../catalog/catalog.ts';

const CHUNK_ROWS = LIMITS.deltaChunkRows;
const FIRST_ROWS = 64;

/**
 * The transactions that ended the rows of a delta, LIVE where none has. In chunks as a DeltaColumn, each of which takes no
 * memory before a row of it ends, and then as much as goes up to the last one that has.
 */
export class EndColumn {
  private readonly chunks: (Float64Array | undefined)[] = [];

  get(row: number): number {
    return this.chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] ?? LIVE;
  }

  set(row: number, transaction: number): void {
    const index = Math.floor(row / CHUNK_ROWS);
    while (this.chunks.length <= index) this.chunks.push(undefined);
    const offset = row % CHUNK_ROWS;
    this.withRows(index, offset + 1)[offset] = transaction;
  }

  /** Rows [from, to), which must lie in one chunk, as a view of memory that {@link set} may change; null: all are live. */
  view(from: number, to: number): Float64Array | null {
    const index = Math.floor(from / CHUNK_ROWS);
    if (this.chunks[index] === undefined) return null;
    const start = from % CHUNK_ROWS;
    const end = start + to - from;
    return this.withRows(index, end).subarray(start, end);
  }

  /** Forgets every row from `length` on. */
  truncate(length: number): void {
    this.chunks.length = Math.min(this.chunks.length, Math.ceil(length / CHUNK_ROWS));
    this.chunks[Math.floor(length / CHUNK_ROWS)]?.fill(LIVE, length % CHUNK_ROWS);
  }

  sizeBytes(): number {
    return this.chunks.reduce((bytes, chunk) => bytes + (chunk?.byteLength ?? 0), 0);
  }

  /** A chunk that has at least so many rows. */
  private withRows(index: number, rows: number): Float64Array {
    const chunk = this.chunks[index];
    if (chunk !== undefined && chunk.length >= rows) return chunk;
    let capacity = FIRST_ROWS;
    while (capacity < rows) capacity *= 2;
    const grown = new Float64Array(capacity).fill(LIVE);
    if (chunk !== undefined) grown.set(chunk);
    this.chunks[index] = grown;
    return grown;
  }
}
