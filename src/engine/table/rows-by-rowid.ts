import { LIMITS } from '../../base/limits.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, type RowLocation, SEGMENTS_BASE } from './access.ts';
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
