import { HeliosError } from '../base/errors.ts';
import { DatabaseHandle } from './handles.ts';
import { keepHistoryOptions } from './history-options.ts';
import { chunksOf } from './import-source.ts';
import { checkChoice, checkOpenOptions, presentOptions } from './options.ts';
import type { OpenedDatabase, WorkerOpenOptions } from './remote/protocol.ts';
import { RemoteBackend } from './remote/remote-backend.ts';
import { startWorker } from './remote/start-worker.ts';
import type { WorkerLink } from './remote/worker-link.ts';
import type { BrowserOpenOptions, Database, ImportSource, StorageInfo } from './types.ts';

/**
 * Opens the database `name` of this site in a worker of its own.
 *
 * Throws LOCKED while another tab has it, OPFS_UNAVAILABLE (storage 'opfs'), FILE_NOT_FOUND (create: false),
 * QUOTA_EXCEEDED, NOT_A_DATABASE, CORRUPT, WORKER_DIED, MISUSE.
 */
export async function open(name: string, options: BrowserOpenOptions = {}): Promise<Database> {
  if (typeof name !== 'string') throw new HeliosError('MISUSE', 'open takes the name of a database');
  checkOpenOptions(options, ['storage', 'persist', 'lockTimeoutMs', 'workerUrl']);
  checkChoice('storage', options.storage, ['auto', 'opfs', 'indexeddb', 'memory']);
  if (options.storage === 'indexeddb') {
    throw new HeliosError('NOT_SUPPORTED', "storage 'indexeddb' is not built yet", {
      hint: "Use 'opfs', 'memory', or 'auto', which takes the first of them that the browser has.",
    });
  }
  const worker = await startWorker(options.workerUrl);
  try {
    const opening = worker.link.call('open', name, workerOptions(options, options.storage ?? 'auto'));
    if (options.from !== undefined) await sendImport(worker.link, options.from, opening);
    const opened = await opening;
    const storage = await storageInfo(opened, options.persist === true);
    const release = (): void => worker.stop(new HeliosError('CLOSED', 'the database is closed'));
    const handle = new DatabaseHandle(new RemoteBackend(worker.link, presentOptions(options), storage, release));
    await keepHistoryOptions(handle, options);
    return handle;
  } catch (error) {
    worker.stop(error);
    throw error;
  }
}

/** Sends the bytes, one chunk after the other, until the worker has them or has failed. */
async function sendImport(link: WorkerLink, from: ImportSource, opening: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  opening.then(end, end);
  try {
    for await (const chunk of chunksOf(from)) {
      if (isOver) return;
      await link.call('importChunk', chunk);
    }
  } catch (error) {
    if (!link.isOver) await link.call('endImport', false);
    throw error;
  }
  await link.call('endImport', true);
}

function workerOptions(options: BrowserOpenOptions, storage: WorkerOpenOptions['storage']): WorkerOpenOptions {
  const { synchronous, memoryLimitMb, cacheMb, maxDbSizeMb, walCheckpointIntervalKb, pageSize } = options;
  const { readOnly, create, writerTimeoutMs, lockTimeoutMs } = options;
  const sizes = { memoryLimitMb, cacheMb, maxDbSizeMb, walCheckpointIntervalKb, pageSize };
  const imports = options.from !== undefined;
  return { imports, storage, synchronous, ...sizes, readOnly, create, writerTimeoutMs, lockTimeoutMs };
}

async function storageInfo(opened: OpenedDatabase, mayAsk: boolean): Promise<StorageInfo> {
  const persisted = opened.kind === 'opfs' && (await isPersisted(mayAsk));
  const reason = opened.reason === null ? {} : { reason: opened.reason };
  return { kind: opened.kind, persisted, role: 'leader', ...reason };
}

/** Only pages have `persist`. */
async function isPersisted(mayAsk: boolean): Promise<boolean> {
  const { storage } = navigator;
  if (await storage.persisted()) return true;
  return mayAsk && (await storage.persist());
}
