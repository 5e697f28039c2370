import { HeliosError } from '../base/errors.ts';
import type { Storage } from '../storage/storage.ts';
import { errorName, opfsError, unavailable } from './opfs-errors.ts';
import { OpfsFile } from './opfs-file.ts';
import { checkOpfsName, OPFS_DIRECTORY, WAL_SUFFIX } from './opfs-names.ts';

export interface OpfsStorageOptions {
  /** Creates the files when they are missing (default). False: FILE_NOT_FOUND. */
  readonly create?: boolean;
  /** How long to wait for the handles of an owner that has just died. */
  readonly lockTimeoutMs?: number;
}

export interface OpfsStorage extends Storage {
  readonly kind: 'opfs';
  /**
   * Looks both files up by name. False when the browser has removed them, which no read or write would notice: they go
   * on succeeding in files without a name. The owner polls this and ends with STORAGE_EVICTED.
   */
  stillExists(): Promise<boolean>;
}

/** Handles of a dead worker, tab or renderer come back after 20 to 80 ms. */
const RETRY_PAUSE_MS = 20;
const LOCK_TIMEOUT_MS = 2000;

/** The directory of all databases. Throws OPFS_UNAVAILABLE with the reason. */
async function databaseDirectory(): Promise<FileSystemDirectoryHandle> {
  if (typeof navigator === 'undefined' || typeof navigator.storage?.getDirectory !== 'function') {
    const insecure = typeof isSecureContext === 'boolean' && !isSecureContext;
    throw unavailable(
      insecure ? 'the page is not served over HTTPS' : 'the browser has no navigator.storage.getDirectory',
    );
  }
  if (typeof FileSystemFileHandle === 'undefined' || !('createSyncAccessHandle' in FileSystemFileHandle.prototype)) {
    throw unavailable('sync access handles exist in dedicated workers only');
  }
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(OPFS_DIRECTORY, { create: true });
  } catch (error) {
    if (errorName(error) === 'QuotaExceededError') throw opfsError(error, OPFS_DIRECTORY, 'create');
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw unavailable(`the browser refuses (private window, or storage blocked for this site): ${detail}`, error);
  }
}

async function fileHandle(directory: FileSystemDirectoryHandle, name: string, create: boolean) {
  try {
    return await directory.getFileHandle(name, { create });
  } catch (error) {
    if (errorName(error) !== 'NotFoundError') throw opfsError(error, name, 'open');
    throw new HeliosError('FILE_NOT_FOUND', `${name}: there is no such database in this browser`, { cause: error });
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Retries while another owner has the file, until `deadline` (performance.now). Throws LOCKED. */
async function retryWhileLocked<T>(name: string, deadline: number, action: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (errorName(error) !== 'NoModificationAllowedError') throw opfsError(error, name, 'open');
      if (performance.now() + RETRY_PAUSE_MS > deadline) {
        throw new HeliosError('LOCKED', `${name}: another tab or worker has the database open; close it there first`, {
          cause: error,
        });
      }
    }
    await pause(RETRY_PAUSE_MS);
  }
}

/** True when the name still leads to our file. */
async function leadsTo(directory: FileSystemDirectoryHandle, handle: FileSystemFileHandle): Promise<boolean> {
  try {
    return await handle.isSameEntry(await directory.getFileHandle(handle.name));
  } catch (error) {
    if (errorName(error) === 'NotFoundError') return false;
    throw opfsError(error, handle.name, 'look up');
  }
}

/**
 * Opens a database of this origin, in a dedicated worker: two files in the directory 'heliosdb'. The handles are the lock.
 *
 * Throws OPFS_UNAVAILABLE, LOCKED, FILE_NOT_FOUND, QUOTA_EXCEEDED, IO, and MISUSE for an impossible name.
 */
export async function openOpfsStorage(name: string, options: OpfsStorageOptions = {}): Promise<OpfsStorage> {
  checkOpfsName(name);
  const create = options.create ?? true;
  const deadline = performance.now() + (options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
  const directory = await databaseDirectory();
  const mainEntry = await fileHandle(directory, name, create);
  const mainHandle = await retryWhileLocked(name, deadline, () => mainEntry.createSyncAccessHandle());
  const main = new OpfsFile(name, mainHandle);
  try {
    const walEntry = await fileHandle(directory, name + WAL_SUFFIX, true);
    const walHandle = await retryWhileLocked(walEntry.name, deadline, () => walEntry.createSyncAccessHandle());
    return assemble(directory, [mainEntry, walEntry], main, new OpfsFile(walEntry.name, walHandle));
  } catch (error) {
    main.close();
    throw error;
  }
}

function assemble(
  directory: FileSystemDirectoryHandle,
  entries: readonly FileSystemFileHandle[],
  main: OpfsFile,
  wal: OpfsFile,
): OpfsStorage {
  return {
    kind: 'opfs',
    main,
    wal,
    readOnly: false,
    close() {
      try {
        main.close();
      } finally {
        wal.close();
      }
    },
    async stillExists() {
      const found = await Promise.all(entries.map((entry) => leadsTo(directory, entry)));
      return found.every((each) => each);
    },
  };
}

/**
 * Deletes both files; a database that does not exist is deleted already. Waits for a dying owner as open does. Throws
 * LOCKED, OPFS_UNAVAILABLE, IO, MISUSE.
 */
export async function deleteOpfsDatabase(
  name: string,
  options: Pick<OpfsStorageOptions, 'lockTimeoutMs'> = {},
): Promise<void> {
  checkOpfsName(name);
  const deadline = performance.now() + (options.lockTimeoutMs ?? LOCK_TIMEOUT_MS);
  const directory = await databaseDirectory();
  // The log last: a main file without its log is a database that has lost commits, a log without its main file is none.
  for (const fileName of [name, name + WAL_SUFFIX]) {
    await retryWhileLocked(fileName, deadline, async () => {
      try {
        await directory.removeEntry(fileName);
      } catch (error) {
        if (errorName(error) !== 'NotFoundError') throw error;
      }
    });
  }
}
