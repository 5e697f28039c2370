import { HeliosError } from '../../base/errors.ts';
import type { Work } from '../../base/work.ts';
import { type Extent, pagesFor } from '../extent/layout.ts';
import { SegmentReader } from '../segment/segment-reader.ts';
import { buildSegment, type SegmentSource, storeSegment } from '../segment/segment-writer.ts';
import type { Table } from '../table/table.ts';
import { TableSegment } from '../table/table-segment.ts';
import { allocate, type CheckpointState, type SegmentStore, type TableOutcome } from './checkpoint.ts';
import { isExpired } from './compaction.ts';
import type { FrozenTable } from './frozen-state.ts';
import { type RowsToStore, rowsOfDelta, rowsOfSegments } from './rows-to-store.ts';
import { assembleSegments, type StoredTable, segmentSource } from './segment-assembly.ts';

/** Writes what a table has frozen. */
export function* storeDelta(state: CheckpointState, frozen: FrozenTable, written: Extent[]): Work<TableSegment[]> {
  const { frozen: delta } = frozen.table;
  if (frozen.isForgotten || delta === null) return [];
  const rows = yield* rowsOfDelta(delta, state.frozen.transaction, state.workspace);
  return yield* storeRows(state, frozen, rows, frozen.horizon, written);
}

/** Writes the given merges, and says what becomes of the table's segments. */
export function* mergeTable(
  state: CheckpointState,
  frozen: FrozenTable,
  fresh: readonly TableSegment[],
  merges: readonly TableSegment[][],
  written: Extent[],
): Work<TableOutcome> {
  const { table } = frozen;
  if (frozen.isForgotten) return { frozen, segments: [], retired: frozen.segments };
  const retired = new Set(frozen.segments.filter((segment) => isExpired(segment, frozen.horizon)));
  const segments = [...fresh];
  const due = [...merges];
  for (let merge = due.pop(); merge !== undefined; merge = due.pop()) {
    const merged = yield* storeMerge(state, frozen, merge, written);
    if (merged === null) {
      const half = merge.length >> 1;
      if (half > 0) due.push(merge.slice(half), merge.slice(0, half));
      continue;
    }
    segments.push(...merged);
    for (const segment of merge) retired.add(segment);
  }
  if (table.frozen === null && retired.size === 0) return { frozen, segments: frozen.segments, retired: [] };
  segments.push(...frozen.segments.filter((segment) => !retired.has(segment)));
  segments.sort(inRowidOrder);
  return { frozen, segments, retired: [...retired] };
}

/** As scans want a table's segments to lie. */
export function inRowidOrder({ reader: { meta: a } }: TableSegment, { reader: { meta: b } }: TableSegment): number {
  return a.minRowid - b.minRowid || a.id - b.id;
}

/** Null where the database may not grow by what the merge needs: a later one may find room. */
function* storeMerge(
  state: CheckpointState,
  frozen: FrozenTable,
  merge: readonly TableSegment[],
  written: Extent[],
): Work<TableSegment[] | null> {
  const kept = written.length;
  try {
    const rows = yield* rowsOfSegments(merge, state.frozen.transaction, state.workspace);
    return yield* storeRows(state, frozen, rows, frozen.horizon, written);
  } catch (error) {
    if (!isDatabaseFull(error)) throw error;
    for (const extent of written.splice(kept)) state.allocator.giveBack(extent);
    return null;
  }
}

export function isDatabaseFull(error: unknown): boolean {
  return error instanceof HeliosError && error.code === 'DATABASE_FULL';
}

/** Writes rows into segments, adding their extents to `written`. Flushes nothing. */
export function* storeRows(
  state: SegmentStore,
  table: StoredTable & Pick<FrozenTable, 'table'>,
  rows: RowsToStore,
  horizon: number,
  written: Extent[],
): Work<TableSegment[]> {
  const segments: TableSegment[] = [];
  const { limits, workspace, ids } = state;
  for (const part of yield* assembleSegments(rows, horizon, limits.rows, workspace)) {
    const source = yield* segmentSource(table, rows, part, ids.nextSegmentId++, workspace);
    segments.push(yield* store(state, table.table, source, written));
  }
  return segments;
}

function* store(state: SegmentStore, table: Table, source: SegmentSource, written: Extent[]): Work<TableSegment> {
  const { file, pageSize, cache } = state;
  const image = yield* buildSegment(source);
  const extent = allocate(state, pagesFor(image.lengthBytes, state.pageSize), written);
  const meta = yield* storeSegment(file, pageSize, extent, image);
  return new TableSegment(new SegmentReader(file, pageSize, meta, cache), table);
}
