import { crc32c, matchesCrc } from '../../base/crc32c.ts';
import type { Superblock } from './superblock-format.ts';
import * as format from './superblock-format.ts';

/** What 512 bytes turned out to be. */
export type SlotContent = { readonly kind: 'valid'; readonly superblock: Superblock } | TooNew | 'damaged' | 'absent';

interface TooNew {
  readonly kind: 'too-new';
  readonly version: number;
}

/** So many bytes of the magic tell that a superblock was here. */
const MAGIC_REMNANT_BYTES = 8;

export function writeRecord(superblock: Superblock): Uint8Array {
  const record = new Uint8Array(format.RECORD_BYTES);
  const view = new DataView(record.buffer);
  const { manifest } = superblock;
  record.set(format.MAGIC);
  view.setUint32(format.VERSION_AT, format.FORMAT_VERSION, true);
  view.setUint32(format.PAGE_SIZE_AT, superblock.pageSize, true);
  setU64(view, format.GENERATION_AT, superblock.generation);
  setU64(view, format.MANIFEST_PAGE_AT, manifest?.extent.firstPage ?? 0);
  setU64(view, format.MANIFEST_PAGES_AT, manifest?.extent.pageCount ?? 0);
  setU64(view, format.MANIFEST_LENGTH_AT, manifest?.lengthBytes ?? 0);
  view.setUint32(format.MANIFEST_CRC_AT, manifest?.crc ?? 0, true);
  view.setUint32(format.FLAGS_AT, 0, true);
  setU64(view, format.WAL_EPOCH_AT, superblock.walEpoch);
  setU64(view, format.WAL_START_AT, superblock.walStart);
  view.setUint32(format.WAL_SALT_AT, superblock.walSalt, true);
  view.setUint32(format.WAL_PREVIOUS_CRC_AT, superblock.walPreviousCrc, true);
  view.setUint32(format.CRC_AT, crc32c(record, 0, 0, format.CRC_AT), true);
  return record;
}

/** Reads a slot. The checksum comes first: in a record that fails it, no field means anything. */
export function readRecord(record: Uint8Array): SlotContent {
  const matching = countMagicBytes(record);
  if (matching < MAGIC_REMNANT_BYTES) return 'absent';
  if (matching < format.MAGIC.length || record.length < format.RECORD_BYTES) return 'damaged';
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  if (!matchesCrc(record, view.getUint32(format.CRC_AT, true), 0, format.CRC_AT)) return 'damaged';
  const version = view.getUint32(format.VERSION_AT, true);
  if (version > format.FORMAT_VERSION) return { kind: 'too-new', version };
  const pageCount = getU64(view, format.MANIFEST_PAGES_AT);
  const manifest =
    pageCount === 0
      ? null
      : {
          extent: { firstPage: getU64(view, format.MANIFEST_PAGE_AT), pageCount },
          lengthBytes: getU64(view, format.MANIFEST_LENGTH_AT),
          crc: view.getUint32(format.MANIFEST_CRC_AT, true),
        };
  const superblock = {
    pageSize: view.getUint32(format.PAGE_SIZE_AT, true),
    generation: getU64(view, format.GENERATION_AT),
    manifest,
    walEpoch: getU64(view, format.WAL_EPOCH_AT),
    walSalt: view.getUint32(format.WAL_SALT_AT, true),
    walStart: getU64(view, format.WAL_START_AT),
    walPreviousCrc: view.getUint32(format.WAL_PREVIOUS_CRC_AT, true),
  };
  return { kind: 'valid', superblock };
}

function countMagicBytes(record: Uint8Array): number {
  let matching = 0;
  for (let i = 0; i < format.MAGIC.length; i++) if (record[i] === format.MAGIC[i]) matching++;
  return matching;
}

function setU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
}

function getU64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}
