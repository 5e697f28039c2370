import { HeliosError } from '../base/errors.ts';
import { assertFileOffset } from '../storage/file-range.ts';
import type { StorageFile } from '../storage/storage.ts';
import { opfsError, quotaError } from './opfs-errors.ts';

/** A file behind a sync access handle. Only in dedicated workers. */
export class OpfsFile implements StorageFile {
  readonly name: string;
  private handle: FileSystemSyncAccessHandle | null;
  /** A flush costs milliseconds even when there is nothing to do. */
  private dirty = false;

  constructor(name: string, handle: FileSystemSyncAccessHandle) {
    this.name = name;
    this.handle = handle;
  }

  size(): number {
    return this.attempt('inspect', (handle) => handle.getSize());
  }

  read(into: Uint8Array, at: number): number {
    assertFileOffset(this.name, at);
    return this.attempt('read', (handle) => {
      let done = 0;
      while (done < into.length) {
        const step = handle.read(done === 0 ? into : into.subarray(done), { at: at + done });
        if (step === 0) break;
        done += step;
      }
      return done;
    });
  }

  write(from: Uint8Array, at: number): void {
    assertFileOffset(this.name, at);
    assertFileOffset(this.name, at + from.length);
    if (from.length === 0) return;
    const written = this.attempt('write to', (handle) => {
      this.dirty = true;
      return handle.write(from, { at });
    });
    // Browsers report a full quota as a short write, some without any exception.
    if (written < from.length) throw quotaError(this.name, 'write to');
  }

  truncate(size: number): void {
    assertFileOffset(this.name, size);
    this.attempt('truncate', (handle) => {
      this.dirty = true;
      handle.truncate(size);
    });
  }

  flush(): void {
    this.attempt('flush', (handle) => {
      if (this.dirty) handle.flush();
    });
    this.dirty = false;
  }

  close(): void {
    const handle = this.handle;
    this.handle = null;
    try {
      handle?.close();
    } catch (error) {
      throw opfsError(error, this.name, 'close');
    }
  }

  private attempt<T>(doing: string, action: (handle: FileSystemSyncAccessHandle) => T): T {
    if (this.handle === null) throw new HeliosError('IO', `${this.name}: cannot ${doing} the file: it is closed`);
    try {
      return action(this.handle);
    } catch (error) {
      throw opfsError(error, this.name, doing);
    }
  }
}
