import { HeliosError } from '../base/errors.ts';
import { Engine } from '../engine/engine.ts';
import { openFileStorage } from '../node/file-storage.ts';
import { loadLateParts } from '../sql/late-parts.ts';
import { MemoryDisk, openMemoryStorage } from '../storage/memory-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { DatabaseHandle } from './handles.ts';
import { keepHistoryOptions, keepHistoryOptionsSync } from './history-options.ts';
import { chunksOf, syncChunksOf } from './import-source.ts';
import { importInto, importIntoSync } from './local/import-into.ts';
import { LocalBackend } from './local/local-backend.ts';
import { LocalDatabase } from './local/local-database.ts';
import { checkOpenOptions, engineOptions, presentOptions } from './options.ts';
import { createScheduler } from './scheduler.ts';
import { SyncCore } from './sync/sync-core.ts';
import { SyncDatabaseHandle } from './sync/sync-database.ts';
import { systemClock, systemRandom } from './system-host.ts';
import type { Database, OpenOptions, StorageInfo, SyncDatabase } from './types.ts';

// The synchronous API cannot wait for them later.
await loadLateParts();

/** The path of a database that is gone when it is closed. */
const IN_MEMORY = ':memory:';

/**
 * Opens or creates the database at `path` (files `path` and `path-wal`), or one in memory at ':memory:'.
 *
 * Throws LOCKED while another process has it, FILE_NOT_FOUND, DATABASE_EXISTS (`from`), NOT_A_DATABASE, FORMAT_TOO_NEW, CORRUPT, DISK_FULL, IO,
 * MISUSE.
 */
export async function open(path: string, options: OpenOptions = {}): Promise<Database> {
  const storage = openStorage(path, options);
  try {
    if (options.from !== undefined) await importInto(storage, chunksOf(options.from));
    const engine = openEngine(storage, options);
    const { writerTimeoutMs } = options;
    const present = presentOptions(options);
    const database = new LocalDatabase(engine, { scheduler: createScheduler(), writerTimeoutMs, present });
    const handle = new DatabaseHandle(new LocalBackend(database, present, storageInfo(storage)));
    await keepHistoryOptions(handle, options);
    return handle;
  } catch (error) {
    storage.close();
    throw error;
  }
}

/** The synchronous twin of {@link open}, for batch jobs and the command line. */
export function openSync(path: string, options: OpenOptions = {}): SyncDatabase {
  const storage = openStorage(path, options);
  try {
    if (options.from !== undefined) importIntoSync(storage, syncChunksOf(options.from));
    const engine = openEngine(storage, options);
    const core = new SyncCore(engine, presentOptions(options));
    core.workWhenIdle(createScheduler());
    const handle = new SyncDatabaseHandle(core, storageInfo(storage));
    keepHistoryOptionsSync(handle, options);
    return handle;
  } catch (error) {
    storage.close();
    throw error;
  }
}

function openEngine(storage: Storage, options: OpenOptions): Engine {
  return Engine.open(storage, systemClock, systemRandom(), {
    ...engineOptions(options),
    // Memory has nothing to flush.
    ...(storage.kind === 'memory' ? { synchronous: 'off' } : {}),
  });
}

function storageInfo({ kind }: Storage): StorageInfo {
  return { kind, persisted: kind === 'file', role: 'leader' };
}

function openStorage(path: string, options: OpenOptions): Storage {
  if (typeof path !== 'string' || path === '') throw new HeliosError('MISUSE', "open takes a path, or ':memory:'");
  checkOpenOptions(options);
  const { readOnly, create } = options;
  if (path !== IN_MEMORY) return openFileStorage(path, { readOnly: readOnly ?? false, create: create ?? true });
  if (readOnly === true) throw new HeliosError('MISUSE', 'a new database in memory cannot be read only');
  return openMemoryStorage(new MemoryDisk(), { vanishes: true });
}
