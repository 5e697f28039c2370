/** What a failed file operation was: hosts map their own errors onto these codes of HeliosError. */
export type StorageErrorCode = 'DISK_FULL' | 'QUOTA_EXCEEDED' | 'IO' | 'LOCKED' | 'STORAGE_EVICTED';

/**
 * A file of bytes. Synchronous, because OPFS sync access handles and Node's fs both are. Offsets and lengths in bytes.
 *
 * Only the engine calls it, from one thread. Buffers stay the caller's: an implementation copies before it returns.
 * Every failure is a HeliosError with a {@link StorageErrorCode}. After a failed flush nothing that was written since
 * the last good one may be trusted; the engine then stops using the file.
 */
export interface StorageFile {
  /** Name for messages. */
  readonly name: string;
  size(): number;
  /** Reads into all of `into`; returns the bytes read, short only at the end of the file. */
  read(into: Uint8Array, at: number): number;
  /** Writes all of `from`, growing the file with zeros up to `at` where needed, or throws. */
  write(from: Uint8Array, at: number): void;
  truncate(size: number): void;
  /** Returns when everything written before it is durable. */
  flush(): void;
  /** Does not flush. Idempotent. */
  close(): void;
}

/**
 * The two files of one database, open and locked for this owner. Hosts open both before the engine starts: no file is
 * created while a statement runs (OPFS opens handles asynchronously).
 */
export interface Storage {
  readonly kind: 'memory' | 'file' | 'opfs' | 'indexeddb';
  /** Segments, manifest and superblocks. */
  readonly main: StorageFile;
  /** The write-ahead log. */
  readonly wal: StorageFile;
  readonly readOnly: boolean;
  /** Nobody can open it again: no log is needed, and nothing has to be in order when it is closed. */
  readonly vanishes?: boolean;
  /** Closes both files and gives up the lock. Idempotent. */
  close(): void;
}
