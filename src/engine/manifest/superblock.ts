import { assert } from '../../base/assert.ts';
import { damaged, HeliosError } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import { plantedBugs } from '../../base/planted-bugs.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { superblockSpacing } from '../extent/layout.ts';
import { FORMAT_VERSION, RECORD_BYTES, type Superblock } from './superblock-format.ts';
import { readRecord, type SlotContent, writeRecord } from './superblock-record.ts';

export type { ManifestPlace, Superblock } from './superblock-format.ts';

export interface Slots {
  readonly slot0: SlotContent;
  /** Of all the places where slot 1 can be, the best content. */
  readonly slot1: SlotContent;
}

/**
 * The newest superblock of a file; 'empty' for a file of no bytes, and for one whose creation was interrupted. Throws
 * NOT_A_DATABASE where there is no trace of a superblock, CORRUPT where there is none but traces, FORMAT_TOO_NEW.
 */
export function readSuperblocks(file: StorageFile): Superblock | 'empty' {
  if (file.size() === 0) return 'empty';
  const { slot0, slot1 } = readSlots(file);
  for (const slot of [slot0, slot1]) {
    if (typeof slot === 'object' && slot.kind === 'too-new') {
      const versions = `format version ${slot.version}, this version reads up to ${FORMAT_VERSION}`;
      throw new HeliosError('FORMAT_TOO_NEW', `${file.name} has ${versions}: open it with a newer HeliosDB Nano`);
    }
  }
  const newest = newer(slot0, slot1);
  if (newest !== null) return newest;
  if (isInterruptedCreation(file)) return 'empty';
  if (slot0 === 'damaged' || slot1 === 'damaged') {
    const found = `both superblocks are damaged, at byte 0 and at the second slot, and with them the way to all data`;
    throw damaged(`${file.name}: ${found}`);
  }
  throw new HeliosError('NOT_A_DATABASE', `${file.name} is not a HeliosDB Nano database, and has not been changed`, {
    hint: 'Give another name. If it was a database whose beginning is lost, heliosdb repair looks for the rest.',
  });
}

/**
 * Makes an empty file a database without a manifest: writes the first superblock into both slots and flushes. A crash
 * before the first slot is durable leaves what reads as 'empty'; after it, the returned superblock.
 */
export function createSuperblocks(file: StorageFile, pageSize: number): Superblock {
  assert(isPageSize(pageSize), `a page size of ${pageSize}`);
  const superblock = creation(pageSize);
  const record = writeRecord(superblock);
  file.write(record, 0);
  file.flush();
  file.write(record, superblockSpacing(pageSize));
  file.flush();
  return superblock;
}

/**
 * Makes a superblock the newest one. Everything it names must be durable already. The slot whose content is older goes
 * first, so that a whole superblock exists at every moment; the other follows once the first is durable. When this
 * returns, both are, and what only earlier superblocks named may be reused.
 */
export function writeSuperblock(file: StorageFile, superblock: Superblock): void {
  const { slot0, slot1 } = readSlots(file);
  const spacing = superblockSpacing(superblock.pageSize);
  const newestIs0 = generationOf(slot0) > generationOf(slot1);
  const record = writeRecord(superblock);
  const copyAt = superblockCopyAt(superblock);
  // The flush of the first slot makes it durable; until then nobody needs it.
  if (copyAt !== null) file.write(record, copyAt);
  for (const at of newestIs0 ? [spacing, 0] : [0, spacing]) {
    file.write(record, at);
    if (!plantedBugs.dropFlush) file.flush();
  }
}

/**
 * The byte of a superblock's copy: the last sector of the extent of the manifest that it names, where repairs find it when
 * both slots are lost. Null where there is no manifest, and in extents that have no room behind theirs.
 */
export function superblockCopyAt({ manifest, pageSize }: Superblock): number | null {
  if (manifest === null) return null;
  const { extent, lengthBytes } = manifest;
  const hasRoom = extent.pageCount * pageSize - lengthBytes >= RECORD_BYTES;
  return hasRoom ? (extent.firstPage + extent.pageCount) * pageSize - RECORD_BYTES : null;
}

/** The same bytes for every new database of a page size: that is how an interrupted creation is recognised. */
function creation(pageSize: number): Superblock {
  return { pageSize, generation: 0, manifest: null, walEpoch: 0, walSalt: 0, walStart: 0, walPreviousCrc: 0 };
}

/** True for a file that holds nothing but a part of the first record: each byte is the record's or still 0. */
function isInterruptedCreation(file: StorageFile): boolean {
  if (file.size() > RECORD_BYTES) return false;
  const found = readAt(file, 0);
  for (let pageSize: number = LIMITS.minPageSize; pageSize <= LIMITS.maxPageSize; pageSize *= 2) {
    const record = writeRecord(creation(pageSize));
    if (found.every((byte, i) => byte === 0 || byte === record[i])) return true;
  }
  return false;
}

/** Both slots as they are found, for inspection. */
export function readSlots(file: StorageFile): Slots {
  const slot0 = readRecord(readAt(file, 0));
  if (typeof slot0 === 'object' && slot0.kind === 'valid') {
    return { slot0: belongsAt(slot0, 0), slot1: readSlot1(file, superblockSpacing(slot0.superblock.pageSize)) };
  }
  let slot1: SlotContent = 'absent';
  for (let at = superblockSpacing(LIMITS.minPageSize); at <= LIMITS.maxPageSize; at *= 2) {
    const content = readSlot1(file, at);
    if (typeof content === 'object') return { slot0, slot1: content };
    if (content === 'damaged') slot1 = content;
  }
  return { slot0, slot1 };
}

function readSlot1(file: StorageFile, at: number): SlotContent {
  return belongsAt(readRecord(readAt(file, at)), at);
}

/** A record whose page size puts it elsewhere is a stray copy. */
function belongsAt(content: SlotContent, at: number): SlotContent {
  if (typeof content !== 'object' || content.kind !== 'valid') return content;
  const { pageSize } = content.superblock;
  return isPageSize(pageSize) && (at === 0 || superblockSpacing(pageSize) === at) ? content : 'damaged';
}

function readAt(file: StorageFile, at: number): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES);
  const lengthBytes = at < file.size() ? file.read(record, at) : 0;
  return record.subarray(0, lengthBytes);
}

function newer(a: SlotContent, b: SlotContent): Superblock | null {
  const newest = generationOf(a) >= generationOf(b) ? a : b;
  return typeof newest === 'object' && newest.kind === 'valid' ? newest.superblock : null;
}

function generationOf(slot: SlotContent): number {
  return typeof slot === 'object' && slot.kind === 'valid' ? slot.superblock.generation : -1;
}

function isPageSize(pageSize: number): boolean {
  return pageSize >= LIMITS.minPageSize && pageSize <= LIMITS.maxPageSize && Number.isInteger(Math.log2(pageSize));
}
