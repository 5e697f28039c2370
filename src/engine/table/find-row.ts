import type { SegmentMeta } from '../segment/segment-format.ts';
import { FROZEN_BASE, LOCATION_SOURCE, type RowLocation, SEGMENTS_BASE } from './access.ts';
import type { Delta } from './delta.ts';
import type { ScanSources } from './table-scan.ts';
import type { TableSegment } from './table-segment.ts';

/** The version of the row that a reader at that transaction sees, or -1. */
export function findRow({ segments, frozen, delta }: ScanSources, transaction: number, rowid: number): RowLocation {
  // Older versions had ended before a newer one began, which may have left the deltas before them.
  let since = 0;
  for (const source of frozen === null ? [delta] : [delta, frozen]) {
    const position = newestUntil(source, transaction, rowid);
    if (position < 0) continue;
    since = source.ended.get(position);
    if (since > transaction) return source === delta ? position : FROZEN_BASE + position;
    break;
  }
  // Most versions are current ones, and are found faster.
  const location = findInSegments(segments, 'current', transaction, rowid, since);
  return location >= 0 ? location : findInSegments(segments, 'history', transaction, rowid, since);
}

function findInSegments(
  segments: readonly TableSegment[],
  kind: SegmentMeta['kind'],
  transaction: number,
  rowid: number,
  since: number,
): RowLocation {
  for (let s = segments.length - 1; s >= 0; s--) {
    const segment = segments[s];
    const { meta } = segment.reader;
    if (meta.kind !== kind || rowid < meta.minRowid || rowid > meta.maxRowid || meta.maxCreated < since) continue;
    if (!segment.mayBeVisible(transaction)) continue;
    const position = findVisible(segment, rowid, transaction);
    if (position >= 0) return SEGMENTS_BASE + s * LOCATION_SOURCE + position;
  }
  return -1;
}

/** The newest version of the row that was there at that transaction, ended or not, or -1. */
function newestUntil(delta: Delta, transaction: number, rowid: number): number {
  let position = delta.newest(rowid);
  while (position >= 0 && delta.created.get(position) > transaction) position = delta.older(position);
  return position;
}

function findVisible(segment: TableSegment, rowid: number, transaction: number): number {
  const first = segment.reader.findRowid(rowid);
  if (first < 0) return -1;
  const end = segment.reader.rowidRunEnd(first);
  for (let position = end - 1; position >= first; position--)
    if (segment.isVisible(position, transaction)) return position;
  return -1;
}
