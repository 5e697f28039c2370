import type { StorageFile } from '../../../src/storage/storage.ts';

/** A file in memory whose bytes a test can reach, which counts calls, and which can stop taking bytes half-way. */
export class BytesFile implements StorageFile {
  readonly name = 'test.db';
  bytes = new Uint8Array(0);
  reads = 0;
  writes = 0;
  flushes = 0;
  /** Bytes that may still be written; then a write stores what fits and throws. */
  writableBytes = Number.POSITIVE_INFINITY;

  size(): number {
    return this.bytes.length;
  }

  read(into: Uint8Array, at: number): number {
    this.reads++;
    const found = this.bytes.subarray(at, at + into.length);
    into.set(found);
    return found.length;
  }

  write(from: Uint8Array, at: number): void {
    this.writes++;
    const taken = from.subarray(0, Math.min(from.length, this.writableBytes));
    this.writableBytes -= taken.length;
    if (at + taken.length > this.bytes.length && taken.length > 0) {
      const grown = new Uint8Array(at + taken.length);
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(taken, at);
    if (taken.length < from.length) throw new Error('crash');
  }

  truncate(size: number): void {
    this.bytes = this.bytes.slice(0, size);
  }

  flush(): void {
    this.flushes++;
  }

  close(): void {
    this.flushes += 0;
  }
}
