import { HeliosError } from '../base/errors.ts';
import { ChunkedBytes } from './chunked-bytes.ts';
import { assertFileOffset } from './file-range.ts';
import type { Storage, StorageFile } from './storage.ts';

/** What survives the closing of a memory storage: two images and who has them open. */
export class MemoryDisk {
  readonly main = new ChunkedBytes();
  readonly wal = new ChunkedBytes();
  private writers = 0;
  private readers = 0;

  /** One writer, or any number of readers; otherwise LOCKED, as in the hosts. Returns the function that unlocks. */
  lock(readOnly: boolean): () => void {
    if (this.writers > 0 || (!readOnly && this.readers > 0)) {
      throw new HeliosError('LOCKED', 'memory: the database is open already; close the other handle first');
    }
    const step = readOnly ? { readers: 1, writers: 0 } : { readers: 0, writers: 1 };
    this.readers += step.readers;
    this.writers += step.writers;
    return () => {
      this.readers -= step.readers;
      this.writers -= step.writers;
    };
  }
}

class MemoryFile implements StorageFile {
  readonly name: string;
  private readonly bytes: ChunkedBytes;
  private readonly readOnly: boolean;
  private closed = false;

  constructor(name: string, bytes: ChunkedBytes, readOnly: boolean) {
    this.name = name;
    this.bytes = bytes;
    this.readOnly = readOnly;
  }

  size(): number {
    this.demandOpen();
    return this.bytes.size;
  }

  read(into: Uint8Array, at: number): number {
    this.demandOpen();
    assertFileOffset(this.name, at);
    return this.bytes.read(into, at);
  }

  write(from: Uint8Array, at: number): void {
    this.demandWritable();
    assertFileOffset(this.name, at + from.length);
    assertFileOffset(this.name, at);
    try {
      this.bytes.write(from, at);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new HeliosError('DISK_FULL', `${this.name}: no memory left for ${from.length} bytes`, { cause });
    }
  }

  truncate(size: number): void {
    this.demandWritable();
    assertFileOffset(this.name, size);
    this.bytes.truncate(size);
  }

  flush(): void {
    this.demandOpen();
  }

  close(): void {
    this.closed = true;
  }

  private demandOpen(): void {
    if (this.closed) throw new HeliosError('IO', `${this.name}: the file is closed`);
  }

  private demandWritable(): void {
    this.demandOpen();
    if (this.readOnly) throw new HeliosError('IO', `${this.name}: the file is open for reading only`);
  }
}

export interface MemoryOptions {
  readonly readOnly?: boolean;
  /** See {@link Storage.vanishes}. */
  readonly vanishes?: boolean;
}

/**
 * A database in memory: the twin of the file hosts. It is gone with the disk object; a disk that is kept can be opened
 * again after close, as a file can.
 */
export function openMemoryStorage(disk = new MemoryDisk(), options: MemoryOptions = {}): Storage {
  const readOnly = options.readOnly ?? false;
  const unlock = disk.lock(readOnly);
  const main = new MemoryFile('memory', disk.main, readOnly);
  const wal = new MemoryFile('memory-wal', disk.wal, readOnly);
  let open = true;
  return {
    kind: 'memory',
    main,
    wal,
    readOnly,
    vanishes: options.vanishes ?? false,
    close() {
      if (!open) return;
      open = false;
      main.close();
      wal.close();
      unlock();
    },
  };
}
