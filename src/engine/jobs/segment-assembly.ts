import { inSteps, type Work } from '../../base/work.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { IndexDefinition, TableDefinition } from '../catalog/definitions.ts';
import { physicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import type { SegmentKind } from '../segment/segment-format.ts';
import type { SegmentSource } from '../segment/segment-writer.ts';
import { ROWID_COLUMN } from '../table/access.ts';
import { inOrder, sortInSteps } from '../table/sort-permutation.ts';
import { chosen, pick, type RowsToStore } from './rows-to-store.ts';
import type { Workspace } from './workspace.ts';

const NO_ROWS = new Uint32Array(0);

/** What segments have of a table. */
export interface StoredTable {
  readonly definition: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
}

/** Rows that become one segment, in its order. */
export interface SegmentRows {
  readonly kind: SegmentKind;
  /** Among the rows to store. */
  readonly positions: Uint32Array;
}

/**
 * Sorts rows into segments of at most `segmentRows`: the live ones into current segments, the ended ones into history
 * segments, which reads of the present never open; both by rowid and then by age. Versions that one transaction both
 * created and ended go nowhere, and those that had ended at the horizon neither.
 */
export function* assembleSegments(
  rows: RowsToStore,
  horizon: number,
  segmentRows: number,
  workspace: Workspace,
): Work<SegmentRows[]> {
  const order = yield* orderOf(rows, workspace);
  const { current, history } = yield* divide(order, rows, horizon, workspace.room('history'));
  const segments: SegmentRows[] = [];
  for (let from = 0; from < current.length; from += segmentRows)
    segments.push({ kind: 'current', positions: current.subarray(from, from + segmentRows) });
  for (let from = 0; from < history.length; from += segmentRows)
    segments.push({ kind: 'history', positions: history.subarray(from, from + segmentRows) });
  return segments;
}

/** What is current keeps the memory of `order`. */
function* divide(
  order: Uint32Array,
  { created, ended }: RowsToStore,
  horizon: number,
  room: VectorRoom,
): Work<{ current: Uint32Array; history: Uint32Array }> {
  if (ended === null) return { current: order, history: NO_ROWS };
  const history = room.codes(order.length);
  let currentCount = 0;
  let historyCount = 0;
  yield* inSteps(order.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const row = order[i];
      if (ended[row] === LIVE) order[currentCount++] = row;
      else if (ended[row] > created[row] && ended[row] > horizon) history[historyCount++] = row;
    }
  });
  return { current: order.subarray(0, currentCount), history: history.subarray(0, historyCount) };
}

function* orderOf(rows: RowsToStore, workspace: Workspace): Work<Uint32Array> {
  if (yield* inSteps(rows.rowids.length, (from, to) => isInOrder(rows, from, to))) {
    return yield* inOrder(workspace.room('order'), rows.rowids.length);
  }
  const numbers = (values: Float64Array) =>
    ({ vector: { kind: 'number', values, nulls: null }, descending: false, collation: 'BINARY' }) as const;
  return yield* sortInSteps([numbers(rows.rowids), numbers(rows.created)], rows.rowids.length);
}

/** Most tables are appended to. */
function isInOrder({ rowids, created }: RowsToStore, from: number, to: number): boolean {
  for (let i = Math.max(1, from); i < to; i++) {
    if (rowids[i] < rowids[i - 1] || (rowids[i] === rowids[i - 1] && created[i] < created[i - 1])) return false;
  }
  return true;
}

/** What a segment of these rows holds. Its columns are made one after the other, when they are written. */
export function* segmentSource(
  { definition, indexes }: StoredTable,
  rows: RowsToStore,
  { kind, positions }: SegmentRows,
  id: number,
  workspace: Workspace,
): Work<SegmentSource> {
  const some = yield* chosen(positions);
  const vector = (column: number): Work<ColumnVector> =>
    rows.gather(column === definition.rowidColumn ? ROWID_COLUMN : column, some);
  const [sorted, spare, ranks] = (['sorted', 'spare', 'ranks'] as const).map((purpose) => workspace.room(purpose));
  const sortRoom = { sorted, spare, ranks };
  const stored = definition.columns.map((_, column) => column).filter((column) => column !== definition.rowidColumn);
  return {
    id,
    kind,
    rowCount: positions.length,
    // Columns are done with before indexes are sorted.
    codes: spare,
    rowids: yield* pick(rows.rowids, some),
    created: yield* pick(rows.created, some),
    ended: kind === 'history' && rows.ended !== null ? yield* pick(rows.ended, some) : null,
    columns: stored.map((column) => ({
      id: column,
      physical: physicalKind(definition.columns[column].type.kind),
      vector: () => vector(column),
    })),
    indexes: indexes.map(({ id, columns }) => ({
      id,
      permutation: () =>
        sortInSteps(
          columns.map((key) => ({ ...key, vector: () => vector(key.column) })),
          positions.length,
          sortRoom,
        ),
    })),
  };
}
