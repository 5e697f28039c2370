import { HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import { superblockSpacing } from '../extent/layout.ts';
import { readSuperblocks } from '../manifest/superblock.ts';

/** Both superblocks lie within these bytes, whatever the page size. */
const HEAD_BYTES = 2 * superblockSpacing(LIMITS.maxPageSize);

/**
 * Writes an exported file, as its bytes come, into the storage of a database that does not exist yet. The superblocks
 * are held back until all else is durable: what a crash interrupts is no database, and can be imported again.
 */
export class DatabaseImport {
  private readonly storage: Storage;
  private readonly head = new Uint8Array(HEAD_BYTES);
  private received = 0;

  /** Throws DATABASE_EXISTS, with nothing changed, where there is one. */
  constructor(storage: Storage) {
    const { main, wal } = storage;
    if (main.size() > 0 && !isInterruptedImport(storage)) {
      throw new HeliosError('DATABASE_EXISTS', `${main.name} exists already, and has not been changed`, {
        hint: 'Import under another name, or delete it first.',
      });
    }
    this.storage = storage;
    main.truncate(0);
    wal.truncate(0);
  }

  write(chunk: Uint8Array): void {
    const inHead = Math.max(0, Math.min(chunk.length, HEAD_BYTES - this.received));
    if (inHead > 0) this.head.set(chunk.subarray(0, inHead), this.received);
    if (chunk.length > inHead) this.storage.main.write(chunk.subarray(inHead), this.received + inHead);
    this.received += chunk.length;
  }

  /** All bytes have come. Throws NOT_A_DATABASE or FORMAT_TOO_NEW, and leaves nothing then. */
  finish(): void {
    const { main } = this.storage;
    main.flush();
    main.write(this.head.subarray(0, Math.min(this.received, HEAD_BYTES)), 0);
    main.flush();
    try {
      if (readSuperblocks(main) === 'empty') {
        throw new HeliosError('NOT_A_DATABASE', `what ${main.name} is to be made of is empty`);
      }
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** The bytes have stopped coming: what there is goes. */
  abandon(): void {
    this.storage.main.truncate(0);
  }
}

/** True of a file whose superblocks were never written. */
function isInterruptedImport({ main }: Storage): boolean {
  const head = new Uint8Array(HEAD_BYTES);
  main.read(head, 0);
  return head.every((byte) => byte === 0);
}
