import { assert } from '../../base/assert.ts';
import type { Work } from '../../base/work.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { Extent } from '../extent/layout.ts';
import type { SegmentPositions } from '../history/row-lives.ts';
import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';
import { type CheckpointState, type PreparedCheckpoint, prepare, type TableOutcome } from './checkpoint.ts';
import type { FrozenTable } from './frozen-state.ts';
import { type RowsToStore, rowsOfSegments } from './rows-to-store.ts';
import { inRowidOrder, storeRows } from './store-table.ts';

/** What goes, by table. */
export type ErasedRows = ReadonlyMap<Table, SegmentPositions>;

const NOTHING: readonly number[] = [];

/**
 * Writes the segments that hold what is erased anew, without it: their indexes, dictionaries and bounds are those of the
 * other rows then. What lies behind the horizon of those tables goes too, wherever it is. The log is empty.
 */
export function prepareErasure(state: CheckpointState, erased: ErasedRows): Work<PreparedCheckpoint> {
  return prepare(state, function* (written) {
    const outcomes: TableOutcome[] = [];
    for (const frozen of state.frozen.tables)
      outcomes.push(yield* withoutErased(state, frozen, erased.get(frozen.table), written));
    return outcomes;
  });
}

function* withoutErased(
  state: CheckpointState,
  frozen: FrozenTable,
  erased: SegmentPositions | undefined,
  written: Extent[],
): Work<TableOutcome> {
  const { table, horizon } = frozen;
  assert(table.frozen === null && table.delta.length === 0, 'rows are erased when the log is empty');
  if (frozen.isForgotten) return { frozen, segments: [], retired: frozen.segments };
  const retired = frozen.segments.filter(
    (segment) => erased !== undefined && (erased.has(segment) || hasUnreadable(segment, horizon)),
  );
  if (retired.length === 0) return { frozen, segments: frozen.segments, retired };
  const segments = frozen.segments.filter((segment) => !retired.includes(segment));
  for (const segment of retired) {
    const rows = yield* rowsOfSegments([segment], state.frozen.transaction, state.workspace);
    const kept = without(rows, erased?.get(segment) ?? NOTHING);
    segments.push(...(yield* storeRows(state, frozen, kept, horizon, written)));
  }
  return { frozen, segments: segments.sort(inRowidOrder), retired };
}

function hasUnreadable(segment: TableSegment, horizon: number): boolean {
  const { meta } = segment.reader;
  return meta.kind === 'history' ? meta.minEnded <= horizon : segment.endedRows(horizon).positions.length > 0;
}

/** A version that ends when it begins goes into no segment. */
function without(rows: RowsToStore, positions: readonly number[]): RowsToStore {
  const ended = rows.ended ?? new Float64Array(rows.rowids.length).fill(LIVE);
  for (const position of positions) ended[position] = rows.created[position];
  return { ...rows, ended };
}
