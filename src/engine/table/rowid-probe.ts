import { NO_DOUBLES } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { ReadPoint, ScanReads } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import { findRow } from './find-row.ts';
import type { KeyProbe } from './key-probe.ts';
import { LocatedRows } from './located-rows.ts';
import { ReadCounter } from './read-counter.ts';
import type { ScanSources } from './table-scan.ts';

/** Finds rows by their rowids: at most one each. */
export class RowidProbe implements KeyProbe {
  private readonly sources: ScanSources;
  private readonly at: ReadPoint;
  private readonly physicalOf: (column: number) => PhysicalKind;
  private readonly counter: ReadCounter;
  /** By place in the selection; -1: no such row. */
  private found = NO_DOUBLES;
  private selection: Uint32Array | null = null;
  private count = 0;
  private next = 0;

  constructor(sources: ScanSources, at: ReadPoint, physicalOf: (column: number) => PhysicalKind) {
    this.sources = sources;
    this.at = at;
    this.physicalOf = physicalOf;
    this.counter = new ReadCounter(sources);
  }

  find([keys]: readonly ColumnVector[], selection: Uint32Array | null, count: number): void {
    if (this.found.length < count) this.found = new Float64Array(count);
    const { found, sources } = this;
    const { transaction } = this.at;
    const plain = keys.kind === 'number' && keys.nulls === null ? keys.values : null;
    for (let i = 0; i < count; i++) {
      const row = selection === null ? i : selection[i];
      const rowid = plain === null ? rowidOf(keys, row) : plain[row];
      found[i] = Number.isSafeInteger(rowid) ? findRow(sources, transaction, rowid + 0) : -1;
    }
    this.selection = selection;
    this.count = count;
    this.next = 0;
  }

  fill(rows: Int32Array, locations: Float64Array, limit: number, settled: Uint8Array | null): number {
    const { found, selection, count } = this;
    let filled = 0;
    let i = this.next;
    for (; i < count && filled < limit; i++) {
      if (found[i] < 0) continue;
      const row = selection === null ? i : selection[i];
      if (settled !== null && settled[row] !== 0) continue;
      rows[filled] = row;
      locations[filled++] = found[i];
    }
    this.next = i;
    this.counter.count(locations, filled);
    return filled;
  }

  rows(locations: Float64Array, count: number): LocatedRows {
    return new LocatedRows(this.sources, this.physicalOf, locations, count);
  }

  reads(): ScanReads {
    return this.counter.reads();
  }
}

/** NaN: no row has a rowid that is NULL, a text or a fraction. */
function rowidOf(keys: ColumnVector, row: number): number {
  const value = columnValueAt(keys, row);
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}
