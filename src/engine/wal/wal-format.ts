/**
 * The write-ahead log: frames one after the other from the epoch's start offset, each padded to a multiple of 8 bytes.
 * All numbers are little-endian. One frame is one committed transaction.
 *
 *   0  u32 magic            WAL_MAGIC
 *   4  u32 crc              CRC-32C of bytes 8 .. 56 + payload length
 *   8  u32 payload length   in bytes, without padding
 *  12  u32 epoch            of the superblock; a checkpoint that empties the log starts the next one
 *  16  u32 salt             random, of the superblock: frames of other epochs and other databases never fit
 *  20  u32 previous crc     of the frame before, 0 for the first: a frame that an earlier run left behind never follows
 *  24  u64 transaction
 *  32  u64 commit time      microseconds since 1970 UTC
 *  40  u64 durable through  bytes of the log known to be durable when the frame was written
 *  48  u32 changes          row changes, the transaction's share of the SCN
 *  52  u32 flags            0
 *  56  payload              see transaction/commit-record.ts
 *
 * The log ends at the first frame that does not fit. If a later frame of the same epoch says that the bad one was
 * durable before, then the file was damaged, which is an error; otherwise it is the torn tail of a crash.
 */
export const WAL_MAGIC = 0x4c57_4e48; // 'HNWL'
export const WAL_HEADER_BYTES = 56;
export const WAL_ALIGNMENT_BYTES = 8;

export interface WalPosition {
  readonly epoch: number;
  readonly salt: number;
  /** Offset of the first frame of interest. */
  readonly startBytes: number;
  /** Of the frame before it; 0 where it is the epoch's first. */
  readonly previousCrc: number;
}

export interface WalFrameHeader {
  readonly transaction: number;
  readonly commitMicros: number;
  readonly changes: number;
}

export function alignedLength(payloadBytes: number): number {
  const length = WAL_HEADER_BYTES + payloadBytes;
  return Math.ceil(length / WAL_ALIGNMENT_BYTES) * WAL_ALIGNMENT_BYTES;
}
