import { crc32c } from '../../base/crc32c.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { superblockPages, superblockSpacing } from '../extent/layout.ts';
import type { ManifestData } from '../manifest/manifest-format.ts';
import { loadManifest, manifestPages } from '../manifest/manifest-store.ts';
import { writeManifest } from '../manifest/manifest-writer.ts';
import type { Superblock } from '../manifest/superblock.ts';
import { RECORD_BYTES } from '../manifest/superblock-format.ts';
import { writeRecord } from '../manifest/superblock-record.ts';

/** A state of a database that stays as it is while the snapshot is open: the file's extents, and no log. */
export interface SettledState {
  readonly file: StorageFile;
  readonly superblock: Superblock;
  readonly snapshot: { close(): void };
}

/** Bytes of the exported file: those given, or a stretch of the database's own file. */
type Piece = Uint8Array | { readonly at: number; readonly lengthBytes: number };

/** How much is read and handed on at once. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * A database as one file, in pieces to be written one after the other. Segments keep their bytes and move together, so
 * that no free page is copied; manifest and superblocks are written anew. Until it is closed, or has come to its end,
 * the extents that it reads are not used again; writers go on.
 */
export class DatabaseExport {
  /** Of the whole file. */
  readonly lengthBytes: number;
  private readonly file: StorageFile;
  private readonly snapshot: SettledState['snapshot'];
  private readonly pieces: readonly Piece[];
  private piece = 0;
  /** Bytes of the piece that have been handed on. */
  private done = 0;

  constructor({ file, superblock, snapshot }: SettledState) {
    this.file = file;
    this.snapshot = snapshot;
    this.pieces = piecesOf(file, superblock);
    this.lengthBytes = this.pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  }

  /** The next bytes, a fresh array; null at the end. */
  next(): Uint8Array | null {
    const piece = this.pieces[this.piece];
    if (piece === undefined) {
      this.close();
      return null;
    }
    const lengthBytes = Math.min(CHUNK_BYTES, lengthOf(piece) - this.done);
    const chunk = this.read(piece, this.done, lengthBytes);
    this.done += lengthBytes;
    if (this.done === lengthOf(piece)) {
      this.piece++;
      this.done = 0;
    }
    return chunk;
  }

  /** Idempotent. */
  close(): void {
    this.snapshot.close();
  }

  private read(piece: Piece, from: number, lengthBytes: number): Uint8Array {
    if (piece instanceof Uint8Array) return piece.slice(from, from + lengthBytes);
    const bytes = new Uint8Array(lengthBytes);
    // Damage stays what it is: whoever opens the copy finds by the checksums what whoever opens the file finds.
    this.file.read(bytes, piece.at + from);
    return bytes;
  }
}

function lengthOf(piece: Piece): number {
  return piece instanceof Uint8Array ? piece.length : piece.lengthBytes;
}

function piecesOf(file: StorageFile, superblock: Superblock): readonly Piece[] {
  const { pageSize } = superblock;
  if (superblock.manifest === null) return [superblockArea(superblock)];
  const manifest = loadManifest(file, superblock);
  const segments: Piece[] = [];
  let nextPage = superblockPages(pageSize);
  const moved: ManifestData = {
    ...manifest,
    tables: manifest.tables.map((table) => ({
      ...table,
      segments: table.segments.map(({ meta, ended }) => {
        const { firstPage, pageCount } = meta.extent;
        segments.push({ at: firstPage * pageSize, lengthBytes: pageCount * pageSize });
        const extent = { firstPage: nextPage, pageCount };
        nextPage += pageCount;
        return { meta: { ...meta, extent }, ended };
      }),
    })),
  };
  const bytes = writeManifest(moved);
  const extent = { firstPage: nextPage, pageCount: manifestPages(bytes.length, pageSize) };
  const place = { extent, lengthBytes: bytes.length, crc: crc32c(bytes) };
  const exported = { ...superblock, manifest: place, walStart: 0, walPreviousCrc: 0 };
  const last = new Uint8Array(extent.pageCount * pageSize);
  last.set(bytes);
  last.set(writeRecord(exported), last.length - RECORD_BYTES);
  return [superblockArea(exported), ...segments, last];
}

/** The pages of both superblocks. */
function superblockArea(superblock: Superblock): Uint8Array {
  const { pageSize } = superblock;
  const area = new Uint8Array(superblockPages(pageSize) * pageSize);
  const record = writeRecord(superblock);
  area.set(record, 0);
  area.set(record, superblockSpacing(pageSize));
  return area;
}
