import { crc32c } from '../../base/crc32c.ts';
import { HeliosError } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import { type Extent, pagesFor } from '../extent/layout.ts';

/** Where statements put what memory has no room for: free pages of the database file, which no manifest ever names. */
export interface TemporarySpace {
  readonly file: StorageFile;
  /** Bytes. */
  readonly pageSize: number;
  readonly allocator: ExtentAllocator;
  /** Bytes by which the file may grow for them. */
  roomBytes(): number;
  /** Called when extents have been given back. */
  didFree(): void;
}

/** What the first extent holds at least, and what no extent is made larger than for, in bytes: few calls to the host. */
const FIRST_EXTENT_BYTES = 64 * 1024;
const LARGEST_EXTENT_BYTES = 1024 * 1024;

interface Place {
  readonly at: number;
  readonly lengthBytes: number;
  readonly crc: number;
}

/**
 * Blocks of bytes that live no longer than a statement, in temporary extents. A crash leaves free pages behind: the file
 * says nowhere that they are in use.
 */
export class TemporaryBlocks {
  private readonly space: TemporarySpace;
  private extents: Extent[] = [];
  private places: Place[] = [];
  /** Where the next block goes, and where its extent ends; bytes in the file. */
  private next = 0;
  private end = 0;
  private extentBytes = FIRST_EXTENT_BYTES;

  constructor(space: TemporarySpace) {
    this.space = space;
  }

  get count(): number {
    return this.places.length;
  }

  /** Appends a block, which is number `count - 1` then. Throws DISK_FULL, QUOTA_EXCEEDED, DATABASE_FULL, IO. */
  append(bytes: Uint8Array): void {
    if (this.next + bytes.length > this.end) this.extend(bytes.length);
    this.space.file.write(bytes, this.next);
    this.places.push({ at: this.next, lengthBytes: bytes.length, crc: crc32c(bytes) });
    this.next += bytes.length;
  }

  /** The bytes of a block, a fresh array. Throws CORRUPT where they are not what was written. */
  read(block: number): Uint8Array {
    const { at, lengthBytes, crc } = this.places[block];
    const { file } = this.space;
    const bytes = new Uint8Array(lengthBytes);
    if (file.read(bytes, at) === lengthBytes && crc32c(bytes) === crc) return bytes;
    throw new HeliosError(
      'CORRUPT',
      `${file.name}: bytes ${at} to ${at + lengthBytes - 1}, which a statement put there, have changed`,
      {
        hint: 'The database itself is as it was: run the statement again, and look at the disk.',
      },
    );
  }

  /** Gives the extents back; the blocks are gone. */
  release(): void {
    const { extents } = this;
    if (extents.length === 0) return;
    this.extents = [];
    this.places = [];
    this.next = 0;
    this.end = 0;
    for (const extent of extents) this.space.allocator.giveBack(extent);
    this.space.didFree();
  }

  private extend(neededBytes: number): void {
    const { space } = this;
    const wanted = Math.max(neededBytes, Math.min(this.extentBytes, space.roomBytes()));
    if (wanted > space.roomBytes()) {
      const message = `no room for ${wanted} bytes that a statement's operators have no memory for`;
      throw new HeliosError('DATABASE_FULL', message, {
        hint: 'Open the database with a larger maxDbSizeMb or memoryLimitMb.',
      });
    }
    const extent = space.allocator.allocate(pagesFor(wanted, space.pageSize));
    this.extents.push(extent);
    this.next = extent.firstPage * space.pageSize;
    this.end = this.next + extent.pageCount * space.pageSize;
    this.extentBytes = Math.min(this.extentBytes * 2, LARGEST_EXTENT_BYTES);
  }
}
