/** Allocation unit: growth copies nothing, and a small file costs one chunk. */
const DEFAULT_CHUNK_BYTES = 64 * 1024;

/** A sparse array of bytes that grows by chunks. Chunks that were never written take no memory and read as zeros. */
export class ChunkedBytes {
  private chunks: (Uint8Array | undefined)[] = [];
  /** Chunks that a copy reads too: whoever writes first takes one of its own. */
  private shared: boolean[] = [];
  private sizeBytes = 0;
  private readonly chunkBytes: number;

  constructor(chunkBytes = DEFAULT_CHUNK_BYTES) {
    this.chunkBytes = chunkBytes;
  }

  get size(): number {
    return this.sizeBytes;
  }

  /** Copies bytes from offset `at` into all of `into`; returns how many there were before the end. */
  read(into: Uint8Array, at: number): number {
    const { chunkBytes } = this;
    const length = Math.max(0, Math.min(into.length, this.sizeBytes - at));
    let done = 0;
    while (done < length) {
      const from = (at + done) % chunkBytes;
      const step = Math.min(length - done, chunkBytes - from);
      const chunk = this.chunks[Math.floor((at + done) / chunkBytes)];
      if (chunk === undefined) into.fill(0, done, done + step);
      else into.set(chunk.subarray(from, from + step), done);
      done += step;
    }
    return length;
  }

  /** Copies `from` to offset `at`; what lies between the old end and `at` becomes zeros. */
  write(from: Uint8Array, at: number): void {
    const { chunkBytes } = this;
    let done = 0;
    while (done < from.length) {
      const index = Math.floor((at + done) / chunkBytes);
      const start = (at + done) % chunkBytes;
      const step = Math.min(from.length - done, chunkBytes - start);
      this.writableChunk(index).set(from.subarray(done, done + step), start);
      done += step;
    }
    if (from.length > 0) this.sizeBytes = Math.max(this.sizeBytes, at + from.length);
  }

  /** Cuts, or grows with zeros. Bytes beyond the end are always zeros, so growth has nothing to clear. */
  truncate(size: number): void {
    if (size < this.sizeBytes) {
      const kept = Math.ceil(size / this.chunkBytes);
      this.chunks.length = Math.min(this.chunks.length, kept);
      const cut = size % this.chunkBytes;
      if (cut !== 0 && this.chunks[kept - 1] !== undefined) this.writableChunk(kept - 1).fill(0, cut);
    }
    this.sizeBytes = size;
  }

  /** An independent copy, which costs nothing until one of the two is written. */
  copy(): ChunkedBytes {
    const copy = new ChunkedBytes(this.chunkBytes);
    copy.chunks = this.chunks.slice();
    this.shared = this.chunks.map(() => true);
    copy.shared = this.shared.slice();
    copy.sizeBytes = this.sizeBytes;
    return copy;
  }

  /** All of it in one array: for tests and exports of small files. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.sizeBytes);
    this.read(bytes, 0);
    return bytes;
  }

  /** The chunk at `index` as it lies in memory, not to be written: a copy has the same one until one of the two changes. */
  chunkAt(index: number): Uint8Array | undefined {
    return this.chunks[index];
  }

  private writableChunk(index: number): Uint8Array {
    let chunk = this.chunks[index];
    if (chunk === undefined) chunk = new Uint8Array(this.chunkBytes);
    else if (this.shared[index]) chunk = chunk.slice();
    this.chunks[index] = chunk;
    this.shared[index] = false;
    return chunk;
  }
}
