import { NO_UINTS } from '../../base/empty-arrays.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnVector } from '../column/vector.ts';
import { type IndexRange, LOCATION_SOURCE, type ReadPoint, SEGMENTS_BASE } from './access.ts';
import type { Delta } from './delta.ts';
import { DeltaIndex } from './delta-index.ts';
import { rangeOf } from './index-range.ts';
import type { ReadValue } from './key.ts';
import { ROWID_INDEX } from './rowid-order.ts';
import { inAll, type MarkedRows, markedRows, type Stretch } from './stretch-rows.ts';
import { type ScanSources, visibleDeltas } from './table-scan.ts';
import type { OrderedPositions, TableSegment } from './table-segment.ts';

export type ScanDirection = 'forward' | 'backward' | 'any';

/** A sorted run of one source's rows, narrowed to some ranges: k goes from `next` to `end` (both counted in scan direction). */
export interface Run extends RunSource {
  /** The positions from k to end, in an array of the caller's own. */
  readonly positions: (k: number, end: number) => Uint32Array;
  /** Positions fetched ahead, from k = aheadFrom on. */
  ahead: Uint32Array;
  aheadFrom: number;
  next: number;
  readonly end: number;
  /** The visible row at the head, or -1 when the run is exhausted. */
  head: number;
}

interface RunSource {
  readonly base: number;
  /** null: a delta. */
  readonly segment: TableSegment | null;
  readonly read: ReadValue;
  /** The values of a column at many positions, where there is a faster way than one by one; otherwise null. */
  readonly gather: (column: number, positions: Uint32Array) => ColumnVector | null;
  readonly isVisible: (position: number, transaction: number) => boolean;
  /** True when isVisible is true of every row. */
  readonly isWhollyVisible: boolean;
}

/** The rows of a source by one index, whose rows it may have in several sorted runs. */
type RunsOfIndex = (index: IndexDefinition) => readonly OrderedPositions[];

/** What is looked for: rows of the ranges, which do not overlap and are in the order of the index, in all other stretches, too. */
export interface Wanted {
  readonly index: IndexDefinition;
  readonly ranges: readonly IndexRange[];
  readonly direction: ScanDirection;
  readonly also: readonly Stretch[];
}

/** The runs that have rows of the ranges. */
export function openRuns(sources: ScanSources, at: ReadPoint, wanted: Wanted): Run[] {
  const runs: Run[] = [];
  sources.segments.forEach((segment, i) => {
    if (!segment.mayBeVisible(at.transaction)) return;
    const source: RunSource = {
      base: SEGMENTS_BASE + i * LOCATION_SOURCE,
      segment,
      read: segment.read,
      gather: (column, positions) => segment.gather(column, positions),
      isVisible: (position, transaction) => segment.isVisible(position, transaction),
      isWhollyVisible: segment.isWhollyVisible(at.transaction),
    };
    runs.push(...runsOf(source, segment.rowCount, (index) => [segment.order(index)], wanted));
  });
  for (const { delta, base, rows } of visibleDeltas(sources, at.transaction)) {
    if (rows === 0) continue;
    const inOrder = wanted.index === ROWID_INDEX ? delta.notEndedInOrder(rows, at.transaction) : null;
    const source: RunSource = {
      base,
      segment: null,
      read: delta.read,
      gather: (column, positions) => delta.gather(column, positions),
      // By position: rows that a rollback takes away while the scan goes on cannot be asked any more.
      isVisible: (position, transaction) => position < rows && delta.ended.get(position) > transaction,
      isWhollyVisible: inOrder !== null || (rows === delta.length && delta.endedCount === 0),
    };
    const runsByIndex: RunsOfIndex = (index) =>
      inOrder !== null && index === ROWID_INDEX ? [inOrder] : deltaRuns(delta, index, at.transaction);
    runs.push(...runsOf(source, delta.length, runsByIndex, wanted));
  }
  return runs;
}

function runsOf(source: RunSource, rowCount: number, runsByIndex: RunsOfIndex, wanted: Wanted): Run[] {
  const { index, ranges, also, direction } = wanted;
  const marksOf = (other: Stretch): MarkedRows => markedRows(other, runsByIndex(other.index), rowCount, source.read);
  let marks: readonly MarkedRows[] | null = null;
  const runs: Run[] = [];
  for (const order of runsByIndex(index)) {
    const stretches = ranges
      .map((range) => rangeOf(index, range, order.length, (k) => order.positionAt(k), source.read))
      .filter(([from, to]) => from < to);
    if (stretches.length === 0) continue;
    if (stretches.length === 1 && also.length === 0) {
      runs.push(runOf(source, (k, end) => order.range(k, end), stretches[0], direction));
      continue;
    }
    marks ??= also.map(marksOf);
    const kept = inAll(positionsOf(order, stretches), marks);
    if (kept.length > 0) runs.push(runOf(source, (k, end) => kept.slice(k, end), [0, kept.length], direction));
  }
  return runs;
}

function runOf(
  source: RunSource,
  range: Run['positions'],
  [from, to]: readonly [number, number],
  direction: ScanDirection,
): Run {
  const positions: Run['positions'] =
    direction === 'backward' ? (k, end) => range(from + to - end, from + to - k).reverse() : range;
  return {
    // One by one: a spread before further properties takes microseconds, more than all else of a short scan.
    base: source.base,
    segment: source.segment,
    read: source.read,
    gather: source.gather,
    isVisible: source.isVisible,
    isWhollyVisible: source.isWhollyVisible,
    positions,
    ahead: NO_UINTS,
    aheadFrom: from,
    next: from,
    end: to,
    head: -1,
  };
}

/** The positions of several stretches, one after the other. */
function positionsOf(order: OrderedPositions, stretches: readonly (readonly [number, number])[]): Uint32Array {
  const positions = new Uint32Array(stretches.reduce((sum, [from, to]) => sum + to - from, 0));
  let at = 0;
  for (const [from, to] of stretches) {
    positions.set(order.range(from, to), at);
    at += to - from;
  }
  return positions;
}

function deltaRuns(delta: Delta, index: IndexDefinition, transaction: number): readonly OrderedPositions[] {
  if (index === ROWID_INDEX) return delta.rowidRuns(transaction);
  // An index that was dropped since the query was planned is made once more, for this query.
  const deltaIndex = delta.indexes.find((each) => each.definition.id === index.id) ?? new DeltaIndex(index, delta);
  return deltaIndex.orderedRuns(transaction);
}
