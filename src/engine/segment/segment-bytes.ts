import { matchesCrc } from '../../base/crc32c.ts';
import { damaged } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { SegmentMeta } from './segment-format.ts';

/** Reads pieces of a segment from the file and checks them. Offsets are bytes from the segment's start. */
export class SegmentBytes {
  readonly fileName: string;
  /** Where the segment starts in the file, in bytes. */
  readonly start: number;
  private readonly file: StorageFile;
  private readonly meta: SegmentMeta;

  constructor(file: StorageFile, pageSize: number, meta: SegmentMeta) {
    this.fileName = file.name;
    this.start = meta.extent.firstPage * pageSize;
    this.file = file;
    this.meta = meta;
  }

  /** Bytes that nobody has checked; fewer than asked for where the file ends. */
  readUnchecked(offset: number, lengthBytes: number): Uint8Array {
    if (!(offset >= 0 && offset + lengthBytes <= this.meta.lengthBytes)) {
      this.fail(offset, `a piece of ${lengthBytes} bytes lies outside of the segment`);
    }
    const bytes = new Uint8Array(lengthBytes);
    const read = this.file.read(bytes, this.start + offset);
    return read === lengthBytes ? bytes : bytes.subarray(0, read);
  }

  /** A piece whose checksum is right. `what` says, in an error, what was lost. */
  read(offset: number, lengthBytes: number, crc: number, what: string): Uint8Array {
    const bytes = this.readUnchecked(offset, lengthBytes);
    if (bytes.length < lengthBytes) this.fail(offset, `the file ends inside of ${what}`);
    if (!matchesCrc(bytes, crc)) this.fail(offset, `${what} does not match its checksum and is lost`);
    return bytes;
  }

  /** What names a piece in errors that its parser raises. */
  nameOf(offset: number, what: string): string {
    return `${this.fileName}: segment ${this.meta.id}, ${what} (from byte ${this.start + offset})`;
  }

  fail(offset: number, found: string): never {
    const place = `${this.fileName}: segment ${this.meta.id}, at byte ${this.start + offset}`;
    throw damaged(`${place}: ${found}`);
  }
}
