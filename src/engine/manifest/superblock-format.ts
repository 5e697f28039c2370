import type { Extent } from '../extent/layout.ts';

// The superblock: 512 bytes, in two slots, at byte 0 and at byte superblockSpacing(pageSize). Byte table:
// docs/file-format.md. Both slots hold the same generation once a write has ended; while one is being written, the
// other is whole. A reader that cannot trust slot 0 finds slot 1 without knowing the page size: it looks at each of the
// places where it can be, and a record there must say that it belongs there.

/** "HeliosDB Nano", then what a transfer as text would break. */
export const MAGIC = Uint8Array.of(...Array.from('HeliosDB Nano', (letter) => letter.charCodeAt(0)), 0x0d, 0x0a, 0x1a);

/** Raised by every change that older versions cannot read. */
export const FORMAT_VERSION = 1;

/** One sector: what disks write whole. */
export const RECORD_BYTES = 512;

// Offsets in the record.
export const VERSION_AT = 16;
export const PAGE_SIZE_AT = 20;
export const GENERATION_AT = 24;
export const MANIFEST_PAGE_AT = 32;
export const MANIFEST_PAGES_AT = 40;
export const MANIFEST_LENGTH_AT = 48;
export const MANIFEST_CRC_AT = 56;
export const FLAGS_AT = 60;
export const WAL_EPOCH_AT = 64;
export const WAL_START_AT = 72;
export const WAL_SALT_AT = 80;
export const WAL_PREVIOUS_CRC_AT = 84;
export const CRC_AT = 508;

/** Where the newest state of the database begins. */
export interface Superblock {
  readonly pageSize: number;
  /** Counts the superblocks written; 0 is the one that created the file. */
  readonly generation: number;
  /** Null while nothing has been written but the superblock. */
  readonly manifest: ManifestPlace | null;
  /** The write-ahead log's frames that continue this state carry this epoch and salt, and start at this byte. */
  readonly walEpoch: number;
  readonly walSalt: number;
  readonly walStart: number;
  /** Of the frame before that byte; 0 at the start of an epoch. */
  readonly walPreviousCrc: number;
}

export interface ManifestPlace {
  readonly extent: Extent;
  readonly lengthBytes: number;
  readonly crc: number;
}
