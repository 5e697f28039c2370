/** The unit that a disk writes whole. */
export const SECTOR_BYTES = 512;

export type SimFileName = 'main' | 'wal';

/** A change that the file system has taken and not yet made durable. `sequence` orders the changes of both files. */
export type PendingOperation =
  | { readonly kind: 'write'; readonly sequence: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly sequence: number; readonly size: number };

/** A stretch of a write inside of one sector. */
export interface SectorPiece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export function sectorPieces(at: number, bytes: Uint8Array): SectorPiece[] {
  const pieces: SectorPiece[] = [];
  let done = 0;
  while (done < bytes.length) {
    const room = SECTOR_BYTES - ((at + done) % SECTOR_BYTES);
    const length = Math.min(room, bytes.length - done);
    pieces.push({ at: at + done, bytes: bytes.subarray(done, done + length) });
    done += length;
  }
  return pieces;
}
