import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { type IndexRange, LOCATION_SOURCE, type ReadPoint, type ScanBatch, type TableScan } from './access.ts';
import { DeltaIndex } from './delta-index.ts';
import { compareRows, compareToKey, type ReadValue } from './key.ts';
import type { ScanSources } from './table-scan.ts';
import { columnVectorOf } from './vector-builder.ts';

export type ScanDirection = 'forward' | 'backward' | 'any';

/** A sorted run of one source's rows, narrowed to the range: k goes from `next` to `end` (both counted in scan direction). */
interface Run {
  readonly base: number;
  readonly read: ReadValue;
  readonly positionAt: (k: number) => number;
  readonly isVisible: (position: number, transaction: number) => boolean;
  next: number;
  readonly end: number;
  /** The visible row at the head, or -1 when the run is exhausted. */
  head: number;
}

/** Rows of an index range, in index order: the sorted runs of the segments and of the delta, merged by their keys. */
export class RangeScan implements TableScan {
  readonly blocksPruned = 0;
  blocksRead = 0;
  private readonly transaction: number;
  private readonly index: IndexDefinition;
  private readonly direction: ScanDirection;
  private readonly columns: readonly number[];
  private readonly physicals: readonly PhysicalKind[];
  private readonly runs: Run[];

  constructor(
    sources: ScanSources,
    at: ReadPoint,
    index: IndexDefinition,
    range: IndexRange,
    columns: readonly number[],
    physicals: readonly PhysicalKind[],
    direction: ScanDirection,
  ) {
    this.transaction = at.transaction;
    this.index = index;
    this.direction = direction;
    this.columns = columns;
    this.physicals = physicals;
    this.runs = openRuns(sources, at, index, range, direction);
    for (const run of this.runs) this.advance(run);
    this.dropExhausted();
  }

  next(): ScanBatch | null {
    if (this.runs.length === 0) return null;
    const locations = new Float64Array(LIMITS.batchRows);
    const readers: ReadValue[] = [];
    const positions = new Uint32Array(LIMITS.batchRows);
    let count = 0;
    while (count < LIMITS.batchRows && this.runs.length > 0) {
      const run = this.pick();
      readers.push(run.read);
      positions[count] = run.head;
      locations[count++] = run.base + run.head;
      this.advance(run);
      if (run.head < 0) this.dropExhausted();
    }
    this.blocksRead++;
    return this.batch(locations.subarray(0, count), readers, positions);
  }

  private batch(locations: Float64Array, readers: readonly ReadValue[], positions: Uint32Array): ScanBatch {
    const loaded: (ColumnVector | undefined)[] = new Array(this.columns.length);
    const rowCount = locations.length;
    const load = (i: number): ColumnVector => {
      const values: ColumnValue[] = new Array(rowCount);
      const column = this.columns[i];
      for (let row = 0; row < rowCount; row++) values[row] = readers[row](column, positions[row]);
      return columnVectorOf(this.physicals[i], values);
    };
    const column = (i: number): ColumnVector => {
      const vector = loaded[i] ?? load(i);
      loaded[i] = vector;
      return vector;
    };
    return { rowCount, selection: null, selectedCount: rowCount, locationBase: 0, locations, column };
  }

  private pick(): Run {
    let best = this.runs[0];
    if (this.direction === 'any') return best;
    const sign = this.direction === 'backward' ? -1 : 1;
    for (let i = 1; i < this.runs.length; i++) {
      const run = this.runs[i];
      if (sign * compareRows(this.index, run.read, run.head, best.read, best.head) < 0) best = run;
    }
    return best;
  }

  /** Moves to the next visible row. */
  private advance(run: Run): void {
    while (run.next < run.end) {
      const position = run.positionAt(run.next++);
      if (run.isVisible(position, this.transaction)) {
        run.head = position;
        return;
      }
    }
    run.head = -1;
  }

  private dropExhausted(): void {
    for (let i = this.runs.length - 1; i >= 0; i--) if (this.runs[i].head < 0) this.runs.splice(i, 1);
  }
}

function openRuns(
  sources: ScanSources,
  at: ReadPoint,
  index: IndexDefinition,
  range: IndexRange,
  direction: ScanDirection,
): Run[] {
  const runs: Run[] = [];
  const add = (
    source: number,
    length: number,
    order: (k: number) => number,
    read: ReadValue,
    isVisible: Run['isVisible'],
  ) => {
    const [from, to] = rangeOf(index, range, length, order, read);
    if (from >= to) return;
    const positionAt = direction === 'backward' ? (k: number): number => order(from + to - 1 - k) : order;
    runs.push({ base: source * LOCATION_SOURCE, read, positionAt, isVisible, next: from, end: to, head: -1 });
  };
  sources.segments.forEach((segment, i) => {
    if (!segment.mayBeVisible(at.transaction)) return;
    const order = segment.order(index);
    add(
      i + 1,
      order.length,
      (k) => order.positionAt(k),
      segment.read,
      (position, t) => segment.isVisible(position, t),
    );
  });
  const { delta } = sources;
  if (delta.length === 0) return runs;
  // An index that was dropped since the query was planned is made once more, for this query.
  const deltaIndex = delta.indexes.find((each) => each.definition.id === index.id) ?? new DeltaIndex(index, delta);
  for (const run of deltaIndex.orderedRuns()) {
    add(
      0,
      run.length,
      (k) => run[k],
      delta.read,
      (position, t) => delta.isVisible(position, t),
    );
  }
  return runs;
}

/** The stretch [from, to) of an ordered source that the range covers. */
function rangeOf(
  index: IndexDefinition,
  range: IndexRange,
  length: number,
  order: (k: number) => number,
  read: ReadValue,
): [number, number] {
  const { equal } = range;
  const next = index.columns[equal.length];
  const isDescending = next?.descending === true;
  const first = isDescending ? range.high : range.low;
  const last = isDescending ? range.low : range.high;
  const from = bound(index, length, order, read, withBound(equal, first), first === undefined || first.inclusive);
  const to = bound(index, length, order, read, withBound(equal, last), last !== undefined && !last.inclusive);
  // Without a bound below, NULLs would lead the stretch; they are in no range.
  if (range.high !== undefined && range.low === undefined)
    return withoutNulls(index, [from, to], order, read, equal, isDescending);
  return [from, to];
}

function withBound(equal: readonly SqlValue[], bound: IndexRange['low']): readonly SqlValue[] {
  return bound === undefined ? equal : [...equal, bound.value];
}

/** The first k whose key is not before the prefix (atStart), or after every key with the prefix. */
function bound(
  index: IndexDefinition,
  length: number,
  order: (k: number) => number,
  read: ReadValue,
  prefix: readonly SqlValue[],
  atStart: boolean,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const comparison = compareToKey(index, read, order(middle), prefix);
    if (comparison < 0 || (comparison === 0 && !atStart)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withoutNulls(
  index: IndexDefinition,
  stretch: [number, number],
  order: (k: number) => number,
  read: ReadValue,
  equal: readonly SqlValue[],
  isDescending: boolean,
): [number, number] {
  const key = [...equal, null];
  const shifted = (k: number): number => order(stretch[0] + k);
  const length = stretch[1] - stretch[0];
  return isDescending
    ? [stretch[0], stretch[0] + bound(index, length, shifted, read, key, true)]
    : [stretch[0] + bound(index, length, shifted, read, key, false), stretch[1]];
}
