import { isHeliosError } from '../../base/errors.ts';
import type { Storage, StorageFile } from '../../storage/storage.ts';
import { ERASURES } from '../transaction/erasures.ts';
import { UncountedChanges } from '../transaction/uncounted-changes.ts';
import type { WriteTransaction } from '../transaction/write-transaction.ts';
import type { CheckpointHost } from './checkpointer.ts';

/** Zeros that are written at once. */
const ZEROS_BYTES = 1024 * 1024;

/** The engine, as far as an erasure needs it. */
export interface ErasureHost extends CheckpointHost {
  lastCheckpointError: unknown;
  begin(): WriteTransaction;
  makeDurable(): void;
  checkpoint(): void;
}

/**
 * Makes an ERASE that is in force complete, now or when the file is opened the next time: nothing that is free holds a byte
 * of the erased rows any more, and then the record is there. Each of its steps may be done twice. A database that is too
 * full for the record waits with it until there is room: `lastCheckpointError` says so.
 */
export function completeErasure(host: ErasureHost): void {
  const { state } = host;
  const { erasure } = state;
  if (erasure === null) return;
  host.critically(() => clearFree(host));
  try {
    const { definition } = ERASURES;
    const table = state.tables.get(definition.id);
    if (table !== undefined && table.findLive(erasure.id) < 0) {
      const { erasedAtMicros, rows, versions, reason } = erasure;
      const transaction = host.begin();
      const values = [transaction.transaction, erasedAtMicros, erasure.table, rows, versions, reason];
      table.append(new UncountedChanges(transaction), erasure.id, values);
      transaction.commit();
      host.makeDurable();
    }
    state.erasure = null;
    host.checkpoint();
  } catch (error) {
    if (!isFull(error)) throw error;
    state.erasure = erasure;
    host.lastCheckpointError = error;
  }
}

function isFull(error: unknown): boolean {
  return isHeliosError(error) && ['DATABASE_FULL', 'DISK_FULL', 'QUOTA_EXCEEDED'].includes(error.code);
}

/** Writes zeros over all free pages, and cuts what lies behind the ends of both files. */
function clearFree(host: CheckpointHost): void {
  const { storage, state, superblock, wal, options } = host;
  host.cutFile();
  for (const { firstPage, pageCount } of state.allocator.freeExtents())
    writeZeros(storage.main, firstPage * superblock.pageSize, pageCount * superblock.pageSize);
  // Frames of earlier epochs lie there.
  wal.cutBeyond(0);
  if (options.synchronous !== 'off') flush(storage);
}

function flush({ main, wal }: Storage): void {
  main.flush();
  wal.flush();
}

function writeZeros(file: StorageFile, at: number, lengthBytes: number): void {
  const zeros = new Uint8Array(Math.min(lengthBytes, ZEROS_BYTES));
  for (let done = 0; done < lengthBytes; done += zeros.length)
    file.write(zeros.subarray(0, Math.min(zeros.length, lengthBytes - done)), at + done);
}
