import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HeliosError } from '../base/errors.ts';
import { assertFileOffset } from '../storage/file-range.ts';
import type { Storage, StorageFile } from '../storage/storage.ts';
import { hasErrno, storageError } from './errno.ts';
import { lockDatabase } from './owner-lock.ts';

export interface FileStorageOptions {
  /** Opens both files for reading only. Readers share; a writer excludes them. */
  readonly readOnly?: boolean;
  /** Creates the files when they are missing (default). False, or readOnly: FILE_NOT_FOUND. */
  readonly create?: boolean;
}

class NodeFile implements StorageFile {
  readonly name: string;
  private descriptor: number;
  private readonly readOnly: boolean;
  private dirty = false;

  constructor(name: string, descriptor: number, readOnly: boolean) {
    this.name = name;
    this.descriptor = descriptor;
    this.readOnly = readOnly;
  }

  size(): number {
    return this.attempt('inspect', (fd) => fstatSync(fd).size);
  }

  read(into: Uint8Array, at: number): number {
    assertFileOffset(this.name, at);
    return this.attempt('read', (fd) => {
      let done = 0;
      while (done < into.length) {
        const step = readSync(fd, into, done, into.length - done, at + done);
        if (step === 0) break;
        done += step;
      }
      return done;
    });
  }

  write(from: Uint8Array, at: number): void {
    assertFileOffset(this.name, at);
    assertFileOffset(this.name, at + from.length);
    this.demandWritable();
    this.dirty = true;
    this.attempt('write to', (fd) => {
      let done = 0;
      while (done < from.length) done += writeSync(fd, from, done, from.length - done, at + done);
    });
  }

  truncate(size: number): void {
    assertFileOffset(this.name, size);
    this.demandWritable();
    this.dirty = true;
    this.attempt('truncate', (fd) => ftruncateSync(fd, size));
  }

  flush(): void {
    this.attempt('flush', (fd) => {
      if (this.dirty) fdatasyncSync(fd);
    });
    this.dirty = false;
  }

  close(): void {
    if (this.descriptor < 0) return;
    const descriptor = this.descriptor;
    this.descriptor = -1;
    try {
      closeSync(descriptor);
    } catch (error) {
      throw storageError(error, this.name, 'close');
    }
  }

  private demandWritable(): void {
    if (this.readOnly) throw new HeliosError('IO', `${this.name}: the file is open for reading only`);
  }

  private attempt<T>(doing: string, action: (descriptor: number) => T): T {
    if (this.descriptor < 0) throw new HeliosError('IO', `${this.name}: cannot ${doing} the file: it is closed`);
    try {
      return action(this.descriptor);
    } catch (error) {
      throw storageError(error, this.name, doing);
    }
  }
}

/** The log of a database that was copied without one, opened for reading: there is nothing in it. */
class AbsentFile implements StorageFile {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  size(): number {
    return 0;
  }

  read(): number {
    return 0;
  }

  write(): void {
    throw new HeliosError('IO', `${this.name}: the file is open for reading only`);
  }

  truncate(): void {
    this.write();
  }

  flush(): void {
    // Nothing was written.
  }

  close(): void {
    // Nothing is open.
  }
}

/** The one path of the database, whatever links lead to it: locks and the log stand beside the real file. */
function resolveDatabasePath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw storageError(error, absolute, 'open');
  }
  if (lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new HeliosError('FILE_NOT_FOUND', `${absolute}: a symbolic link to a file that does not exist`);
  }
  try {
    return join(realpathSync(dirname(absolute)), basename(absolute));
  } catch (error) {
    throw storageError(error, absolute, 'open');
  }
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw storageError(error, path, 'open');
  }
}

function openFile(path: string, flags: number): number {
  try {
    const descriptor = openSync(path, flags, 0o644);
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    throw storageError(error, path, 'open');
  }
  throw new HeliosError('IO', `${path}: cannot open the file: it is not a regular file`);
}

/** A file is durable only when its directory entry is. Windows has no such call: NTFS logs its directories. */
function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  try {
    const descriptor = openSync(directory, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw storageError(error, directory, 'flush the directory of');
  }
}

interface BothFiles {
  readonly main: StorageFile;
  readonly wal: StorageFile;
  /** The log that this opening put beside a file that was there: it goes again when it stays empty. */
  readonly addedLog: string | null;
}

function openBoth(path: string, readOnly: boolean): BothFiles {
  const walPath = `${path}-wal`;
  const hadMain = exists(path);
  const hadLog = exists(walPath);
  const created = !readOnly && !(hadMain && hadLog);
  const flags = readOnly ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT;
  const main = new NodeFile(path, openFile(path, flags), readOnly);
  try {
    const wal =
      readOnly && !exists(walPath)
        ? new AbsentFile(walPath)
        : new NodeFile(walPath, openFile(walPath, flags), readOnly);
    if (created) flushDirectory(dirname(path));
    return { main, wal, addedLog: hadMain && !hadLog && !readOnly ? walPath : null };
  } catch (error) {
    main.close();
    throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.size === 0) unlinkSync(path);
  } catch (error) {
    throw storageError(error, path, 'remove');
  }
}

/**
 * Opens the files `path` and `path-wal`, locked against other owners in this and in other processes.
 *
 * Throws LOCKED, FILE_NOT_FOUND, DISK_FULL, IO.
 */
export function openFileStorage(path: string, options: FileStorageOptions = {}): Storage {
  const readOnly = options.readOnly ?? false;
  const databasePath = resolveDatabasePath(path);
  if ((readOnly || options.create === false) && !exists(databasePath)) {
    throw new HeliosError(
      'FILE_NOT_FOUND',
      `${databasePath}: there is no such file; check the path${readOnly ? '' : ', or open with create'}`,
    );
  }
  const unlock = lockDatabase(databasePath, readOnly ? 'reader' : 'writer');
  try {
    const { main, wal, addedLog } = openBoth(databasePath, readOnly);
    return {
      kind: 'file',
      main,
      wal,
      readOnly,
      close() {
        try {
          main.close();
        } finally {
          try {
            wal.close();
            if (addedLog !== null) removeIfEmpty(addedLog);
          } finally {
            unlock();
          }
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
