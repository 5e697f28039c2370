import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { physicalKind, type SqlValue } from '../column/types.ts';
import { type IndexRange, ROWID_COLUMN } from '../table/access.ts';
import type { Delta } from '../table/delta.ts';
import { rangeOf } from '../table/index-range.ts';
import { ROWID_INDEX } from '../table/rowid-order.ts';
import type { OrderedPositions, TableSegment } from '../table/table-segment.ts';

/** A stretch of an index, and all versions in it, whoever sees them. */
export interface VersionSearch<Value = SqlValue> {
  readonly index: IndexDefinition;
  readonly equal: readonly Value[];
  readonly low?: End<Value> | undefined;
  readonly high?: End<Value> | undefined;
}

interface End<Value> {
  readonly value: Value;
  readonly inclusive: boolean;
}

/** What a column's values have to be: of text and of what may be text, in binary order. */
export interface Ends<Value> {
  /** ROWID_COLUMN, under whichever name. */
  readonly column: number;
  readonly low?: End<Value> | undefined;
  readonly high?: End<Value> | undefined;
}

/** A version that an index finds costs about as much as so many that are scanned. */
const SEARCH_COST = 8;

/**
 * The search for what lies in all of the ranges: by the index with the longest run of equalities, a unique one first, or by a
 * range; null: no index can.
 */
export function searchFor<Value>(
  table: TableDefinition,
  indexes: readonly IndexDefinition[],
  ranges: readonly Ends<Value>[],
): VersionSearch<Value> | null {
  const found = [ROWID_INDEX, ...indexes].map((index) => searchBy(index, table, ranges));
  const best = found.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
  return scoreOf(best) > 0 ? best : null;
}

function searchBy<Value>(
  index: IndexDefinition,
  table: TableDefinition,
  ranges: readonly Ends<Value>[],
): VersionSearch<Value> {
  const equal: Value[] = [];
  for (const { column, collation } of index.columns) {
    const isRowid = column === ROWID_COLUMN || column === table.rowidColumn;
    const kind = isRowid ? 'integer' : physicalKind(table.columns[column].type.kind);
    if ((kind === 'text' || kind === 'any') && collation !== 'BINARY') break;
    const own = ranges.filter((range) => range.column === (isRowid ? ROWID_COLUMN : column));
    const point = own.find(isPoint)?.low;
    if (point === undefined) {
      const end = (side: 'low' | 'high') => own.find((range) => range[side] !== undefined)?.[side];
      return { index, equal, low: end('low'), high: end('high') };
    }
    equal.push(point.value);
  }
  return { index, equal };
}

function isPoint<Value>({ low, high }: Ends<Value>): boolean {
  return low?.inclusive === true && high?.inclusive === true && low.value === high.value;
}

function scoreOf<Value>({ index, equal, low, high }: VersionSearch<Value>): number {
  const isWholeKey = index.unique && equal.length === index.columns.length;
  return equal.length * 10 + (low === undefined ? 0 : 1) + (high === undefined ? 0 : 1) + (isWholeKey ? 5 : 0);
}

/** Positions of the segment's versions that the search finds, ascending; null: a scan is no slower. */
export function positionsInSegment(segment: TableSegment, search: VersionSearch): Uint32Array | null {
  const { index } = search;
  // To make an index of it takes longer than to scan it.
  if (index !== ROWID_INDEX && !segment.reader.hasIndex(index.id)) return null;
  return positionsIn([segment.order(index)], search, segment);
}

/** As {@link positionsInSegment}, of a delta. */
export function positionsInDelta(delta: Delta, search: VersionSearch): Uint32Array | null {
  const { index, equal } = search;
  if (index === ROWID_INDEX) return equal.length === 0 ? null : positionsOfRow(delta, Number(equal[0]));
  const own = delta.indexes.find(({ definition }) => definition.id === index.id);
  return own === undefined
    ? null
    : positionsIn(own.orderedRuns(0), search, { rowCount: delta.length, read: delta.read });
}

function positionsOfRow(delta: Delta, rowid: number): Uint32Array {
  const positions: number[] = [];
  if (Number.isSafeInteger(rowid)) for (let at = delta.newest(rowid); at >= 0; at = delta.older(at)) positions.push(at);
  return Uint32Array.from(positions.reverse());
}

function positionsIn(
  runs: readonly OrderedPositions[],
  { index, equal, low, high }: VersionSearch,
  { read, rowCount }: Pick<TableSegment, 'read' | 'rowCount'>,
): Uint32Array | null {
  const range: IndexRange = { equal, ...(low && { low }), ...(high && { high }) };
  const stretches = runs.map((run) => rangeOf(index, range, run.length, (k) => run.positionAt(k), read));
  const found = stretches.reduce((sum, [from, to]) => sum + Math.max(0, to - from), 0);
  if (found * SEARCH_COST > rowCount) return found === 0 ? new Uint32Array(0) : null;
  const positions = new Uint32Array(found);
  let at = 0;
  stretches.forEach(([from, to], r) => {
    if (from >= to) return;
    positions.set(runs[r].range(from, to), at);
    at += to - from;
  });
  return positions.sort();
}
