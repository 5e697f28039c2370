import { LOCATION_SOURCE, type RowLocation } from './access.ts';
import type { ScanSources } from './table-scan.ts';
import type { TableSegment } from './table-segment.ts';

/** The version of the row that a reader at that transaction sees, or -1. */
export function findRow({ segments, delta }: ScanSources, transaction: number, rowid: number): RowLocation {
  let since = 0;
  for (let position = delta.newest(rowid); position >= 0; position = delta.older(position)) {
    if (delta.created.get(position) > transaction) continue;
    const ended = delta.ended.get(position);
    if (ended > transaction) return position;
    // Older versions had ended before this one began. A newer one may have left the delta before it.
    since = ended;
    break;
  }
  for (let source = segments.length; source > 0; source--) {
    const segment = segments[source - 1];
    const { meta } = segment.reader;
    if (rowid < meta.minRowid || rowid > meta.maxRowid || meta.maxCreated < since) continue;
    if (!segment.mayBeVisible(transaction)) continue;
    const position = findVisible(segment, rowid, transaction);
    if (position >= 0) return source * LOCATION_SOURCE + position;
  }
  return -1;
}

function findVisible(segment: TableSegment, rowid: number, transaction: number): number {
  const first = segment.reader.findRowid(rowid);
  if (first < 0) return -1;
  const end = segment.reader.rowidRunEnd(first);
  for (let position = end - 1; position >= first; position--)
    if (segment.isVisible(position, transaction)) return position;
  return -1;
}
