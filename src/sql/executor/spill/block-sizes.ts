import { LIMITS } from '../../../base/limits.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import type { RowBuffer } from '../row-buffer.ts';

/** Blocks of this size, in bytes of memory, are worth a call to the host; smaller ones are for operators with little memory. */
const LARGEST_BLOCK_BYTES = 64 * 1024;
const SMALLEST_BLOCK_BYTES = 4 * 1024;
/** An operator can hold so many blocks at least. */
const LEAST_BLOCKS = 16;
/** Runs that are merged at once, at most: more cost more comparisons a row than a second merge. */
const MOST_RUNS = 256;

/** The size of blocks, in bytes of memory, of which an operator can hold several. */
export function blockBytes({ grantedBytes }: OperatorMemory): number {
  return Math.max(SMALLEST_BLOCK_BYTES, Math.min(LARGEST_BLOCK_BYTES, Math.floor(grantedBytes / LEAST_BLOCKS)));
}

/** How many rows of a buffer make a block. */
export function blockRows(rows: RowBuffer, memory: OperatorMemory): number {
  const rowBytes = Math.max(1, rows.bytesWith(0) / Math.max(1, rows.length));
  return Math.max(1, Math.min(LIMITS.blockRows, Math.floor(blockBytes(memory) / rowBytes)));
}

/** How many runs an operator can merge at once: of each, a block is in memory as it was read and as rows. */
export function mergeWidth(memory: OperatorMemory): number {
  return Math.max(2, Math.min(MOST_RUNS, Math.floor(memory.grantedBytes / (2 * blockBytes(memory)))));
}

/** How much of a part of rows is kept in memory until it is written: little, since the operator's memory is in use. */
export function partitionBytes(memory: OperatorMemory): number {
  return Math.floor(blockBytes(memory) / 4);
}
