import { assert } from '../../base/assert.ts';
import { crc32c, matchesCrc } from '../../base/crc32c.ts';
import { damaged } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { type Extent, pagesFor, superblockPages } from '../extent/layout.ts';
import type { ManifestData } from './manifest-format.ts';
import { readManifest } from './manifest-reader.ts';
import { type ManifestPlace, RECORD_BYTES, type Superblock } from './superblock-format.ts';

/** Of a manifest of so many bytes, with room for a copy of the superblock behind it. */
export function manifestPages(lengthBytes: number, pageSize: number): number {
  return pagesFor(lengthBytes + RECORD_BYTES, pageSize);
}

/** Writes a manifest into its extent, padded to whole pages, and returns what the superblock keeps. Does not flush. */
export function storeManifest(file: StorageFile, pageSize: number, extent: Extent, bytes: Uint8Array): ManifestPlace {
  assert(extent.pageCount === manifestPages(bytes.length, pageSize), 'the extent fits the manifest');
  const padded = new Uint8Array(extent.pageCount * pageSize);
  padded.set(bytes);
  file.write(padded, extent.firstPage * pageSize);
  return { extent, lengthBytes: bytes.length, crc: crc32c(bytes) };
}

/** Reads the manifest that a superblock names. Throws CORRUPT where it is not what was written. */
export function loadManifest(file: StorageFile, superblock: Superblock): ManifestData {
  const { manifest, pageSize } = superblock;
  assert(manifest !== null, 'the superblock names a manifest');
  const { extent, lengthBytes, crc } = manifest;
  const at = extent.firstPage * pageSize;
  const fits = extent.firstPage >= superblockPages(pageSize) && lengthBytes <= extent.pageCount * pageSize;
  if (!fits || at + lengthBytes > file.size())
    fail(file, at, `the manifest's ${lengthBytes} bytes lie outside of the file`);
  const bytes = new Uint8Array(lengthBytes);
  file.read(bytes, at);
  if (!matchesCrc(bytes, crc))
    fail(file, at, 'the manifest does not match its checksum, and with it the list of all tables is lost');
  return readManifest(bytes, file.name);
}

function fail(file: StorageFile, at: number, found: string): never {
  throw damaged(`${file.name}: at byte ${at}: ${found}`);
}
