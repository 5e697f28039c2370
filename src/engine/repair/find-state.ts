import { HeliosError } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { ManifestData } from '../manifest/manifest-format.ts';
import { loadManifest } from '../manifest/manifest-store.ts';
import { readSuperblocks, type Superblock, superblockCopyAt } from '../manifest/superblock.ts';
import { RECORD_BYTES } from '../manifest/superblock-format.ts';
import { readRecord } from '../manifest/superblock-record.ts';
import type { RepairedWay } from './repair-report.ts';

/** How much of the file is looked through at once. */
const WINDOW_BYTES = 1024 * 1024;

/** A superblock with a manifest that matches its checksum. */
export interface FoundState {
  readonly superblock: Superblock;
  /** Null where no checkpoint was ever made. */
  readonly manifest: ManifestData | null;
  /** Null where the superblock stands in its slot. */
  readonly way: RepairedWay | null;
}

/**
 * The newest state that checksums vouch for: what a superblock in its slot leads to, or else one of the copies behind
 * manifests, the present one's or one that nothing has overwritten yet. Throws CORRUPT, NOT_A_DATABASE or FORMAT_TOO_NEW
 * where there is none.
 */
export function findState(file: StorageFile): FoundState {
  const inSlot = attempt(() => {
    const superblock = readSuperblocks(file);
    if (superblock === 'empty') throw new HeliosError('NOT_A_DATABASE', `${file.name} is empty`);
    return { superblock, manifest: superblock.manifest === null ? null : loadManifest(file, superblock), way: null };
  });
  if (!(inSlot instanceof HeliosError)) return inSlot;
  if (inSlot.code === 'FORMAT_TOO_NEW') throw inSlot;
  const why = inSlot.code === 'NOT_A_DATABASE' ? `${file.name}: there is no superblock in either slot` : inSlot.message;
  const copies = copiesIn(file).sort((a, b) => b.superblock.generation - a.superblock.generation);
  for (const { superblock, at } of copies) {
    const manifest = attempt(() => loadManifest(file, superblock));
    if (manifest instanceof HeliosError) continue;
    return {
      superblock,
      manifest,
      way: { copyAtByte: at, transaction: manifest.lastTransaction, why },
    };
  }
  throw new HeliosError(inSlot.code, `${why}, and no state of a database is left in the file`, {
    hint: 'Restore the file from a backup or another replica.',
    cause: inSlot,
  });
}

/** All whole copies of superblocks, in the order of the file. */
function copiesIn(file: StorageFile): { readonly superblock: Superblock; readonly at: number }[] {
  const copies: { superblock: Superblock; at: number }[] = [];
  const window = new Uint8Array(WINDOW_BYTES);
  for (let start = 0; start < file.size(); start += WINDOW_BYTES) {
    const lengthBytes = file.read(window, start);
    for (let from = 0; from + RECORD_BYTES <= lengthBytes; from += RECORD_BYTES) {
      const content = readRecord(window.subarray(from, from + RECORD_BYTES));
      if (typeof content !== 'object' || content.kind !== 'valid') continue;
      const at = start + from;
      if (superblockCopyAt(content.superblock) === at) copies.push({ superblock: content.superblock, at });
    }
  }
  return copies;
}

/** The error where the file is not what it should be. */
function attempt<T>(read: () => T): T | HeliosError {
  try {
    return read();
  } catch (error) {
    if (error instanceof HeliosError && NO_STATE.has(error.code)) return error;
    throw error;
  }
}

const NO_STATE: ReadonlySet<string> = new Set(['CORRUPT', 'NOT_A_DATABASE', 'FORMAT_TOO_NEW']);
