import { crc32c } from '../../base/crc32c.ts';
import type { StorageFile } from '../../storage/storage.ts';
import { alignedLength, WAL_HEADER_BYTES, type WalPosition } from './wal-format.ts';
import type { WalEnd } from './wal-writer.ts';

/**
 * Copies the frames in bytes [from, to) of a log to where another epoch begins, as its first ones. What lies there must
 * be of no more use, and not reach up to `from`. Does not flush. Null, with nothing written, where a frame is damaged.
 */
export function moveFrames(file: StorageFile, from: number, to: number, position: WalPosition): WalEnd | null {
  const bytes = new Uint8Array(to - from);
  if (file.read(bytes, from) < bytes.length) return null;
  const view = new DataView(bytes.buffer);
  let lastCrc = position.previousCrc;
  for (let at = 0; at < bytes.length; ) {
    const payloadBytes = view.getUint32(at + 8, true);
    const end = at + WAL_HEADER_BYTES + payloadBytes;
    // A new checksum would hide what the old one tells.
    if (end > bytes.length || crc32c(bytes, 0, at + 8, end) !== view.getUint32(at + 4, true)) return null;
    view.setUint32(at + 12, position.epoch, true);
    view.setUint32(at + 16, position.salt, true);
    view.setUint32(at + 20, lastCrc, true);
    // Durable through: nothing is yet, of this epoch.
    view.setUint32(at + 40, 0, true);
    view.setUint32(at + 44, 0, true);
    lastCrc = crc32c(bytes, 0, at + 8, end);
    view.setUint32(at + 4, lastCrc, true);
    at += alignedLength(payloadBytes);
  }
  file.write(bytes, position.startBytes);
  return { endBytes: position.startBytes + bytes.length, lastCrc };
}
