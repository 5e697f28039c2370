import type { PhysicalKind } from '../column/types.ts';
import { ROWID_COLUMN, type RowLocation } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import { LocatedRows } from './located-rows.ts';
import type { ScanSources } from './table-scan.ts';

/** Some versions of one part of a table. */
export interface LocatedBatch {
  readonly count: number;
  readonly locations: Float64Array;
}

/** Where versions lie, and what kinds their columns are of. */
export interface LocatedIn {
  readonly sources: ScanSources;
  readonly physicalOf: (column: number) => PhysicalKind;
}

/** Versions of one part of a table, batch by batch in the order of their rowids. Of one batch at a time the rowids are in memory. */
export class RowidStream<Batch extends LocatedBatch = LocatedBatch> {
  /** Of the version at hand: its rowid, and which it is of which batch. */
  rowid = 0;
  row = -1;
  batch: Batch | null = null;
  private readonly batches: Iterator<Batch>;
  private readonly located: LocatedIn;
  private rowids = new Float64Array(0);

  constructor(batches: Iterator<Batch>, located: LocatedIn) {
    this.batches = batches;
    this.located = located;
  }

  get location(): RowLocation {
    return (this.batch as Batch).locations[this.row];
  }

  /** Goes to the next version, which at first is the first one; false: there are no more. */
  advance(): boolean {
    this.row++;
    while (this.batch === null || this.row === this.batch.count) {
      const next = this.batches.next();
      if (next.done === true) return false;
      this.batch = next.value;
      this.row = 0;
      this.rowids = rowidsAt(this.located, next.value.locations, next.value.count);
    }
    this.rowid = this.rowids[this.row];
    return true;
  }
}

/** The rowids of the versions at the first `count` locations. */
export function rowidsAt(
  { sources, physicalOf }: LocatedIn,
  locations: Float64Array,
  count: number,
): Float64Array<ArrayBuffer> {
  if (count === 0) return new Float64Array(0);
  const vector = new LocatedRows(sources, physicalOf, locations, count).column(ROWID_COLUMN);
  if (vector.kind === 'number') return vector.values as Float64Array<ArrayBuffer>;
  return Float64Array.from({ length: count }, (_, i) => columnValueAt(vector, i) as number);
}

/** Streams as one, in the order of rowids; of equal ones in that of the streams. */
export class MergedRowids<Stream extends RowidStream> {
  private readonly streams: readonly Stream[];
  /** Numbers of streams that have more, as a heap. */
  private readonly heap: number[] = [];
  private hasBegun = false;

  constructor(streams: readonly Stream[]) {
    this.streams = streams;
    for (let s = 0; s < streams.length; s++) if (streams[s].advance()) this.heap.push(s);
    for (let place = (this.heap.length >> 1) - 1; place >= 0; place--) this.sink(place);
  }

  /** The stream that has the next version at hand; null: there are no more. */
  next(): Stream | null {
    const { heap, streams } = this;
    if (this.hasBegun && heap.length > 0) {
      if (!streams[heap[0]].advance()) {
        const last = heap.pop() as number;
        if (heap.length > 0) heap[0] = last;
      }
      this.sink(0);
    }
    this.hasBegun = true;
    return heap.length === 0 ? null : streams[heap[0]];
  }

  private sink(from: number): void {
    const { heap } = this;
    for (let place = from; ; ) {
      let least = place;
      for (let child = 2 * place + 1; child <= 2 * place + 2 && child < heap.length; child++)
        if (this.isBefore(heap[child], heap[least])) least = child;
      if (least === place) return;
      [heap[place], heap[least]] = [heap[least], heap[place]];
      place = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.streams[a].rowid - this.streams[b].rowid;
    return difference < 0 || (difference === 0 && a < b);
  }
}
