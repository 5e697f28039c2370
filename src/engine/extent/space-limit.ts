import { HeliosError } from '../../base/errors.ts';
import type { ExtentAllocator } from './allocator.ts';

/** Bytes of a column in the directory of a segment: a block's place and its zone map. */
const DIRECTORY_BYTES = 96;

/** A database as a commit would leave it. */
export interface SpaceUse {
  readonly allocator: ExtentAllocator;
  readonly pageSize: number;
  /** The length of the log's frames, with the room that its file grows by. */
  readonly logBytes: number;
  /** The most that the next checkpoint writes. */
  readonly neededBytes: number;
  /** The commit adds rows or definitions, it does not only take some away. */
  readonly grows: boolean;
}

/** A table as far as its deltas' segments depend on it. */
interface TableInMemory {
  deltas(): readonly { readonly length: number }[];
  readonly definition: { readonly columns: readonly unknown[] };
  readonly indexes: readonly unknown[];
}

/** The most that the next checkpoint writes: what the log has, and beside it page ends, directories and indexes. */
export function checkpointBytes(tables: Iterable<TableInMemory>, logBytes: number, pageSize: number): number {
  let bytes = logBytes;
  for (const table of tables) {
    const { columns } = table.definition;
    for (const { length } of table.deltas()) {
      if (length === 0) continue;
      // Live rows and history are two segments. An index is a permutation of 32-bit positions at most.
      bytes += 2 * (pageSize + columns.length * DIRECTORY_BYTES) + length * table.indexes.length * 4;
    }
  }
  return bytes;
}

/** What the log of a database of up to `maxBytes` may come to before others wait for a checkpoint; its file keeps that length. */
export function logShare(maxBytes: number): number {
  return Math.floor(maxBytes / 8);
}

/** What such a database gathers in its log before a checkpoint: it goes in steps, beside commits, as long as the share lasts. */
export function logInterval(maxBytes: number): number {
  return Math.floor(logShare(maxBytes) / 4);
}

/** What the main file may come to beside a log of `logBytes`: the log's share stays free for it. */
export function mainShare(maxBytes: number, logBytes: number): number {
  return maxBytes - Math.max(logBytes, logShare(maxBytes));
}

/**
 * Throws DATABASE_FULL where a commit would leave no room in one piece for the checkpoint that gives up the log, and for
 * the manifest. What only deletes may use what other commits leave.
 */
export function assertRoom(maxBytes: number, use: SpaceUse): void {
  const { allocator, pageSize, logBytes, neededBytes, grows } = use;
  const mainPages = Math.floor(mainShare(maxBytes, logBytes) / pageSize);
  const roomBytes = Math.max(allocator.largestGapPages, mainPages - allocator.endPage) * pageSize;
  const keptFree = Math.floor(maxBytes / (grows ? 16 : 64));
  if (neededBytes + keptFree <= roomBytes && allocator.endPage <= mainPages) return;
  const usedBytes = (allocator.endPage - allocator.freePages) * pageSize;
  const message = `the database would not fit into its ${maxBytes} bytes (maxDbSizeMb): ${usedBytes} are in use, the log comes to ${logBytes}`;
  throw new HeliosError('DATABASE_FULL', message, {
    hint: 'Delete rows, lower PRAGMA min_retention_seconds and VACUUM, or open it with a larger maxDbSizeMb.',
  });
}
