import { type Endpoint, expose } from 'comlink';
import { HeliosError, isHeliosError } from '../../base/errors.ts';
import { withParts } from '../../base/late-part.ts';
import { Engine } from '../../engine/engine.ts';
import { checkOpfsName } from '../../opfs/opfs-names.ts';
import { type OpfsStorage, openOpfsStorage } from '../../opfs/opfs-storage.ts';
import { loadLateParts } from '../../sql/late-parts.ts';
import { INSERT_PARSING, TABLE_PARSING } from '../../sql/parser/late-parts.ts';
import type { Storage } from '../../storage/storage.ts';
import { LocalDatabase } from '../local/local-database.ts';
import { engineOptions } from '../options.ts';
import { createScheduler } from '../scheduler.ts';
import { systemClock, systemRandom } from '../system-host.ts';
import { closedEndpoint } from './closed-endpoint.ts';
import { engineMethods } from './engine-worker.ts';
import { holdLifeLock } from './life-lock.ts';
import { METHOD_NAMES, type OpenedDatabase, type WorkerOpenOptions } from './protocol.ts';

/** How often the worker looks whether its files still have their names. */
const EVICTION_CHECK_MS = 2000;
/** When the worker fetches the parts of the engine that no statement has asked for yet: behind the page's own start. */
const LATE_PARTS_AFTER_MS = 1000;
/** When it tries again, where one did not come. */
const LATE_PARTS_RETRY_MS = 30_000;

const scheduler = createScheduler();

interface ChosenStorage {
  readonly storage: Storage;
  readonly opfs: OpfsStorage | null;
  readonly reason: string | null;
}

/** auto: OPFS where it works. A database that is locked or broken is an error all the same: memory would hide it. */
async function chooseStorage(name: string, options: WorkerOpenOptions): Promise<ChosenStorage> {
  const { storage: wanted, create, lockTimeoutMs } = options;
  checkOpfsName(name);
  if (wanted === 'memory') return inMemory(null);
  try {
    const opfs = await openOpfsStorage(name, {
      ...(create === undefined ? {} : { create }),
      ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    });
    return { storage: opfs, opfs, reason: null };
  } catch (error) {
    if (wanted === 'opfs' || !isHeliosError(error, 'OPFS_UNAVAILABLE')) throw error;
    return inMemory(error.message);
  }
}

async function inMemory(reason: string | null): Promise<ChosenStorage> {
  const { MemoryDisk, openMemoryStorage } = await import('../../storage/memory-storage.ts');
  return { storage: openMemoryStorage(new MemoryDisk(), { vanishes: true }), opfs: null, reason };
}

async function open(
  name: string,
  options: WorkerOpenOptions,
  bytes: AsyncIterable<Uint8Array> | null,
): Promise<{ database: LocalDatabase; opened: OpenedDatabase }> {
  if (options.readOnly === true) {
    throw new HeliosError('NOT_SUPPORTED', 'readOnly is not built for browsers: one worker has the files for itself');
  }
  const { storage, opfs, reason } = await chooseStorage(name, options);
  try {
    if (bytes !== null) {
      const { importInto } = await import('../local/import-into.ts');
      await importInto(storage, bytes);
    }
    const openEngine = (): Engine =>
      Engine.open(storage, systemClock, systemRandom(), {
        ...engineOptions(options),
        ...(opfs === null ? { synchronous: 'off' } : {}),
      });
    const engine = await withParts(openEngine);
    // What comes next: a first visit creates its tables, and nearly every one writes something.
    if (engine.lastTransaction === 0) fetchPart(() => TABLE_PARSING.load());
    fetchPart(() => INSERT_PARSING.load());
    const { writerTimeoutMs } = options;
    const database = new LocalDatabase(engine, { scheduler, writerTimeoutMs });
    if (opfs !== null) watchEviction(name, opfs, database);
    setTimeout(fetchPart, LATE_PARTS_AFTER_MS, loadLateParts);
    return { database, opened: { kind: opfs === null ? 'memory' : 'opfs', reason } };
  } catch (error) {
    storage.close();
    throw error;
  }
}

/** Before a statement asks for it: so that it is there when the network is not. */
async function fetchPart(load: () => Promise<void>): Promise<void> {
  try {
    await load();
  } catch (error) {
    // A statement that needs the part does not wait for this, and tells.
    if (!isHeliosError(error, 'PART_UNAVAILABLE')) throw error;
    setTimeout(fetchPart, LATE_PARTS_RETRY_MS, load);
  }
}

/** Writes into files that the browser has removed succeed, and lead nowhere: only a look by name tells. */
function watchEviction(name: string, opfs: OpfsStorage, database: LocalDatabase): void {
  const timer = setInterval(async () => {
    try {
      if (await opfs.stillExists()) return;
      const message = `${name}: the browser has removed the database's files; what was not exported is lost`;
      fail(new HeliosError('STORAGE_EVICTED', message, { hint: 'Open it again to start with an empty one.' }));
    } catch (error) {
      fail(error instanceof HeliosError ? error : new HeliosError('IO', `${name}: ${String(error)}`, { cause: error }));
    }
  }, EVICTION_CHECK_MS);
  const fail = (error: HeliosError): void => {
    clearInterval(timer);
    database.fail(error);
  };
}

const endpoint = closedEndpoint(globalThis as unknown as Endpoint, METHOD_NAMES);
expose(engineMethods({ scheduler, holdLifeLock, open }), endpoint);
