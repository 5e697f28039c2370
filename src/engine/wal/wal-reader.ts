import { ByteReader } from '../../base/bytes.ts';
import { matchesCrc } from '../../base/crc32c.ts';
import { HeliosError } from '../../base/errors.ts';
import { plantedBugs } from '../../base/planted-bugs.ts';
import type { StorageFile } from '../../storage/storage.ts';
import {
  alignedLength,
  WAL_ALIGNMENT_BYTES,
  WAL_HEADER_BYTES,
  WAL_MAGIC,
  type WalFrameHeader,
  type WalPosition,
} from './wal-format.ts';
import type { WalEnd } from './wal-writer.ts';

const WINDOW_BYTES = 1024 * 1024;

interface Frame extends WalFrameHeader {
  readonly crc: number;
  readonly previousCrc: number;
  readonly durableBytes: number;
  readonly frameBytes: number;
}

/**
 * Replays an epoch's frames in order and returns where the log ends. Throws CORRUPT when a frame that was durable is
 * damaged. `replay` gets a reader of the payload that it may keep, and keep views of, only until it returns.
 */
export function readWal(
  file: StorageFile,
  position: WalPosition,
  replay: (header: WalFrameHeader, payload: ByteReader) => void,
): WalEnd {
  const window = new Window(file);
  let at = position.startBytes;
  let lastCrc = position.previousCrc;
  for (;;) {
    const frame = readFrame(window, position, at);
    if (frame === null || frame.previousCrc !== lastCrc) break;
    replay(frame, window.reader);
    at += frame.frameBytes;
    lastCrc = frame.crc;
  }
  assertTornTail(window, position, at);
  return { endBytes: at, lastCrc };
}

/** Looks behind the end of the log for a frame that attests that there was more. */
function assertTornTail(window: Window, position: WalPosition, end: number): void {
  const size = window.size;
  const first =
    Math.ceil((end + 1 - position.startBytes) / WAL_ALIGNMENT_BYTES) * WAL_ALIGNMENT_BYTES + position.startBytes;
  for (let at = first; at + WAL_HEADER_BYTES <= size; at += WAL_ALIGNMENT_BYTES) {
    if (!window.beginsFrame(at)) continue;
    const frame = readFrame(window, position, at);
    if (frame === null || frame.durableBytes <= end) continue;
    const lost = `transactions from byte ${end} up to ${frame.transaction} cannot be read`;
    throw new HeliosError(
      'CORRUPT',
      `${window.name}: the frame at byte ${end} is damaged, though it was durable: ${lost}`,
    );
  }
}

/** A whole frame of the epoch, with the window's reader at its payload; null where there is none. */
function readFrame(window: Window, position: WalPosition, at: number): Frame | null {
  if (!window.moveTo(at, WAL_HEADER_BYTES) || window.reader.u32() !== WAL_MAGIC) return null;
  const crc = window.reader.u32();
  const payloadBytes = window.reader.u32();
  const isOfEpoch = window.reader.u32() === position.epoch && window.reader.u32() === position.salt;
  if (!isOfEpoch && !plantedBugs.replayOldEpoch) return null;
  if (!window.moveTo(at, WAL_HEADER_BYTES + payloadBytes)) return null;
  const { reader } = window;
  const start = reader.position;
  const end = start + WAL_HEADER_BYTES + payloadBytes;
  if (!matchesCrc(reader.bytes, crc, start + 8, end)) return null;
  reader.move(start + 20, end);
  const previousCrc = reader.u32();
  const transaction = reader.u64();
  const commitMicros = reader.u64();
  const durableBytes = reader.u64();
  const changes = reader.u32();
  reader.move(start + WAL_HEADER_BYTES, end);
  return {
    crc,
    previousCrc,
    transaction,
    commitMicros,
    durableBytes,
    changes,
    frameBytes: alignedLength(payloadBytes),
  };
}

/** Reads ranges of a file through one large buffer: a host call may cost a millisecond. */
class Window {
  readonly name: string;
  readonly size: number;
  /** Of the buffer, which the next call of {@link moveTo} may replace. */
  reader: ByteReader;
  private readonly file: StorageFile;
  private start = 0;

  constructor(file: StorageFile) {
    this.file = file;
    this.name = file.name;
    this.size = file.size();
    this.reader = new ByteReader(new Uint8Array(0), this.name);
  }

  /** Moves the reader to that range; false when the file ends before. */
  moveTo(at: number, lengthBytes: number): boolean {
    if (at + lengthBytes > this.size) return false;
    if (at < this.start || at + lengthBytes > this.start + this.reader.bytes.length) this.load(at, lengthBytes);
    const from = at - this.start;
    if (from + lengthBytes > this.reader.bytes.length) return false;
    this.reader.move(from, from + lengthBytes);
    return true;
  }

  /** Whether the magic number stands there: a look that allocates nothing, for the search through a long tail. */
  beginsFrame(at: number): boolean {
    if (at < this.start || at + 4 > this.start + this.reader.bytes.length) this.load(at, 4);
    return this.reader.u32At(at - this.start) === WAL_MAGIC;
  }

  private load(at: number, lengthBytes: number): void {
    const wanted = Math.min(Math.max(lengthBytes, WINDOW_BYTES), this.size - at);
    const bytes = new Uint8Array(wanted);
    this.reader = new ByteReader(bytes.subarray(0, this.file.read(bytes, at)), this.name, 0, at);
    this.start = at;
  }
}
