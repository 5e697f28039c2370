import { ByteWriter } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
import { HeliosError } from '../../base/errors.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { alignedLength, WAL_HEADER_BYTES, WAL_MAGIC, type WalFrameHeader, type WalPosition } from './wal-format.ts';

/** Payload buffers beyond this size are not kept for the next frame. */
const KEPT_BUFFER_BYTES = 1024 * 1024;

/** Where the log ends, as the reader found it or a new epoch begins. */
export interface WalEnd {
  readonly endBytes: number;
  readonly lastCrc: number;
}

/** Appends frames. Nothing is durable before {@link flush}. */
export class WalWriter {
  private readonly file: StorageFile;
  private position: WalPosition;
  private endBytes: number;
  private lastCrc: number;
  private durableBytes: number;
  /** The length of the file, beyond the last frame too. */
  fileBytes: number;
  private readonly growthBytes: number;
  private readonly mostGrowthBytes: number;
  private buffer = new ByteWriter(4096);

  /**
   * With `growthBytes` the file grows by that many bytes at once, zeros after the frame: a flush that also has to record
   * a new length takes half as long again, and some times as long where much was written. A file that is long already
   * doubles, up to `mostGrowthBytes` at once. Without, it grows by each frame alone.
   */
  constructor(file: StorageFile, position: WalPosition, end: WalEnd, growthBytes = 0, mostGrowthBytes = growthBytes) {
    this.file = file;
    this.position = position;
    this.endBytes = end.endBytes;
    this.lastCrc = end.lastCrc;
    this.durableBytes = end.endBytes;
    this.fileBytes = file.size();
    this.growthBytes = growthBytes;
    this.mostGrowthBytes = mostGrowthBytes;
  }

  get lengthBytes(): number {
    return this.endBytes;
  }

  get end(): WalEnd {
    return { endBytes: this.endBytes, lastCrc: this.lastCrc };
  }

  get isDirty(): boolean {
    return this.durableBytes < this.endBytes;
  }

  /**
   * Writes one frame, whose payload `encode` appends; nothing of it where `admit`, which is told the length that the log
   * would have, throws. When the write fails the log is cut back to where it was, durably, so
   * that the frame can never be replayed; when that fails too the error is STORAGE_FAILED and the log must not be used again.
   */
  append(header: WalFrameHeader, encode: (payload: ByteWriter) => void, admit?: (endBytes: number) => void): void {
    const writer = this.buffer;
    writer.clear();
    writer.reserve(WAL_HEADER_BYTES);
    encode(writer);
    const payloadBytes = writer.length - WAL_HEADER_BYTES;
    const frameBytes = alignedLength(payloadBytes);
    admit?.(this.grownLength(this.endBytes + frameBytes));
    const padding = writer.reserve(frameBytes - writer.length);
    const frame = writer.bytes();
    frame.fill(0, padding);
    this.fillHeader(frame, header, payloadBytes);
    const crc = crc32c(frame, 0, 8, WAL_HEADER_BYTES + payloadBytes);
    writer.setU32(4, crc);
    this.write(frame);
    this.endBytes += frameBytes;
    this.lastCrc = crc;
    if (frameBytes > KEPT_BUFFER_BYTES) this.buffer = new ByteWriter(4096);
  }

  /** Counts a frame with about so many bytes that nobody will ever read, in place of writing it. */
  count(payloadBytes: number, admit: (endBytes: number) => void): void {
    const endBytes = this.endBytes + alignedLength(payloadBytes);
    admit(endBytes);
    this.endBytes = endBytes;
  }

  flush(): void {
    if (!this.isDirty) return;
    this.file.flush();
    this.durableBytes = this.endBytes;
  }

  /**
   * Begins an epoch, which the superblock names already and whose durable frames reach to `end`: the old frames no longer
   * fit and are written over. Nothing is done to the file.
   */
  restart(position: WalPosition, { endBytes, lastCrc }: WalEnd): void {
    this.position = position;
    this.endBytes = endBytes;
    this.durableBytes = endBytes;
    this.lastCrc = lastCrc;
  }

  /** Cuts the file behind the last frame where it is longer than that: growing costs more than writing over. */
  cutBeyond(keptBytes: number): void {
    if (this.file.size() > keptBytes) this.file.truncate(this.endBytes);
    this.fileBytes = this.file.size();
  }

  private fillHeader(frame: Uint8Array, header: WalFrameHeader, payloadBytes: number): void {
    const view = new DataView(frame.buffer, frame.byteOffset, WAL_HEADER_BYTES);
    const u64 = (at: number, value: number): void => {
      view.setUint32(at, value >>> 0, true);
      view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    };
    view.setUint32(0, WAL_MAGIC, true);
    view.setUint32(8, payloadBytes, true);
    view.setUint32(12, this.position.epoch, true);
    view.setUint32(16, this.position.salt, true);
    view.setUint32(20, this.lastCrc, true);
    u64(24, header.transaction);
    u64(32, header.commitMicros);
    u64(40, this.durableBytes);
    view.setUint32(48, header.changes, true);
    view.setUint32(52, 0, true);
  }

  private write(frame: Uint8Array): void {
    const written = this.withRoomToGrow(frame);
    try {
      this.file.write(written, this.endBytes);
      this.fileBytes = Math.max(this.fileBytes, this.endBytes + written.length);
    } catch (error) {
      try {
        this.file.truncate(this.endBytes);
        this.fileBytes = this.endBytes;
        // All of the frame may have been written before the room behind it was not: a crash must not bring it back.
        this.file.flush();
        this.durableBytes = this.endBytes;
      } catch (cause) {
        const message = `${this.file.name}: a write failed and could not be taken back; close and reopen the database to recover`;
        throw new HeliosError('STORAGE_FAILED', message, { cause });
      }
      throw error;
    }
  }

  private withRoomToGrow(frame: Uint8Array): Uint8Array {
    const endBytes = this.endBytes + frame.length;
    if (this.growthBytes === 0 || endBytes <= this.fileBytes) return frame;
    const grown = new Uint8Array(this.grownLength(endBytes) - this.endBytes);
    grown.set(frame);
    return grown;
  }

  private grownLength(endBytes: number): number {
    let step = this.growthBytes;
    if (step === 0) return endBytes;
    while (step * 2 <= Math.min(this.fileBytes, this.mostGrowthBytes)) step *= 2;
    return Math.ceil(endBytes / step) * step;
  }
}
