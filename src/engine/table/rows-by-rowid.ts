import { LIMITS } from '../../base/limits.ts';
import type { NumberVector } from '../column/vector.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, type RowLocation, SEGMENTS_BASE, type TableScan } from './access.ts';
import { type ScanSources, visibleDeltas } from './table-scan.ts';

/** Where all rows lie that a reader at the transaction sees, by ascending rowid. For tables of few rows: none of it is lazy. */
export function rowsByRowid(sources: ScanSources, transaction: number): readonly RowLocation[] {
  const rows = new FoundRows();
  sources.segments.forEach((segment, s) => {
    const { reader } = segment;
    if (!segment.mayBeVisible(transaction)) return;
    const base = SEGMENTS_BASE + s * LOCATION_SOURCE;
    for (let block = 0; block < reader.blockCount; block++) {
      const first = block * LIMITS.blockRows;
      const visible = segment.visibleRows(block, 0, reader.blockRows(block), transaction);
      const count = visible?.length ?? reader.blockRows(block);
      for (let k = 0; k < count; k++) {
        const position = first + (visible === null ? k : visible[k]);
        rows.add(segment.read(ROWID_COLUMN, position) as number, base + position);
      }
    }
  });
  for (const { delta, base, rows: rowCount } of visibleDeltas(sources, transaction)) {
    for (const position of delta.notEnded(0, rowCount, transaction))
      rows.add(delta.rowids.get(position), base + position);
  }
  return rows.inOrder();
}

/** Where the rows of a scan over ROWID_COLUMN lie, by ascending rowid; null: they are more than `most`. */
export function scannedByRowid(scan: TableScan, most: number): readonly RowLocation[] | null {
  const rows = new FoundRows();
  let count = 0;
  for (let batch = scan.next(); batch !== null; batch = scan.next()) {
    const { selection, selectedCount, locations, locationBase } = batch;
    count += selectedCount;
    if (count > most) return null;
    const rowids = batch.column(0) as NumberVector;
    for (let k = 0; k < selectedCount; k++) {
      const i = selection === null ? k : selection[k];
      rows.add(rowids.values[i], locations === null ? locationBase + i : locations[i]);
    }
  }
  return rows.inOrder();
}

class FoundRows {
  private readonly rowids: number[] = [];
  private readonly locations: RowLocation[] = [];
  private isAscending = true;

  add(rowid: number, location: RowLocation): void {
    const { rowids } = this;
    if (rowids.length > 0 && rowid < rowids[rowids.length - 1]) this.isAscending = false;
    rowids.push(rowid);
    this.locations.push(location);
  }

  inOrder(): readonly RowLocation[] {
    const { rowids, locations } = this;
    if (this.isAscending) return locations;
    const order = Uint32Array.from(rowids.keys()).sort((a, b) => rowids[a] - rowids[b]);
    return Array.from(order, (i) => locations[i]);
  }
}
