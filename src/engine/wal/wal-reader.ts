import { ByteReader } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
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
  readonly payload: Uint8Array;
}

/**
 * Replays an epoch's frames in order and returns where the log ends. Throws CORRUPT when a frame that was durable is
 * damaged. `replay` gets a payload that it may keep views of only until it returns.
 */
export function readWal(
  file: StorageFile,
  position: WalPosition,
  replay: (header: WalFrameHeader, payload: ByteReader) => void,
): WalEnd {
  const window = new Window(file);
  let at = position.startBytes;
  let lastCrc = 0;
  for (;;) {
    const frame = readFrame(window, position, at);
    if (frame === null || frame.previousCrc !== lastCrc) break;
    replay(frame, new ByteReader(frame.payload, `${file.name}: frame at byte ${at}`));
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

function readFrame(window: Window, position: WalPosition, at: number): Frame | null {
  const header = window.read(at, WAL_HEADER_BYTES);
  if (header === null) return null;
  const view = new DataView(header.buffer, header.byteOffset, WAL_HEADER_BYTES);
  if (view.getUint32(0, true) !== WAL_MAGIC) return null;
  const isOfEpoch = view.getUint32(12, true) === position.epoch && view.getUint32(16, true) === position.salt;
  if (!isOfEpoch && !plantedBugs.replayOldEpoch) return null;
  const crc = view.getUint32(4, true);
  const payloadBytes = view.getUint32(8, true);
  const frame = window.read(at, WAL_HEADER_BYTES + payloadBytes);
  if (frame === null || (crc32c(frame, 0, 8) !== crc && !plantedBugs.skipChecksum)) return null;
  const fields = new ByteReader(frame, window.name, 20);
  const previousCrc = fields.u32();
  const transaction = fields.u64();
  const commitMicros = fields.u64();
  const durableBytes = fields.u64();
  const changes = fields.u32();
  const payload = frame.subarray(WAL_HEADER_BYTES);
  const frameBytes = alignedLength(payloadBytes);
  return { crc, previousCrc, transaction, commitMicros, durableBytes, changes, frameBytes, payload };
}

/** Reads ranges of a file through one large buffer: a host call may cost a millisecond. */
class Window {
  readonly name: string;
  readonly size: number;
  private readonly file: StorageFile;
  private bytes = new Uint8Array(0);
  private start = 0;

  constructor(file: StorageFile) {
    this.file = file;
    this.name = file.name;
    this.size = file.size();
  }

  /** A view that the next read may invalidate, or null when the file ends before. */
  read(at: number, lengthBytes: number): Uint8Array | null {
    if (at + lengthBytes > this.size) return null;
    if (at < this.start || at + lengthBytes > this.start + this.bytes.length) this.load(at, lengthBytes);
    const from = at - this.start;
    return from + lengthBytes > this.bytes.length ? null : this.bytes.subarray(from, from + lengthBytes);
  }

  /** Whether the magic number stands there: a look that allocates nothing, for the search through a long tail. */
  beginsFrame(at: number): boolean {
    if (at < this.start || at + 4 > this.start + this.bytes.length) this.load(at, 4);
    const { bytes } = this;
    const i = at - this.start;
    return (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)) === WAL_MAGIC;
  }

  private load(at: number, lengthBytes: number): void {
    const wanted = Math.min(Math.max(lengthBytes, WINDOW_BYTES), this.size - at);
    const bytes = new Uint8Array(wanted);
    this.bytes = bytes.subarray(0, this.file.read(bytes, at));
    this.start = at;
  }
}
