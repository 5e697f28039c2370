import { LIMITS } from '../../base/limits.ts';
import type { Work } from '../../base/work.ts';
import type { MemoryBudget } from '../cache/memory-budget.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnVector } from '../column/vector.ts';
import { FRESH } from '../column/vector-room.ts';
import type { ReadPoint } from '../table/access.ts';
import type { Delta } from '../table/delta.ts';
import { AHEAD_ID, DeltaIndex } from '../table/delta-index.ts';
import { sortInSteps } from '../table/sort-permutation.ts';
import type { Table } from '../table/table.ts';
import type { TableSegment } from '../table/table-segment.ts';
import { proveUniqueKeys } from '../transaction/unique-check.ts';
import { BlockJoiner } from './join-blocks.ts';
import { gatherInSteps } from './rows-to-store.ts';

const OPERATOR = 'CREATE INDEX';
/** What sorting a row by one key takes in memory beside the order that is kept, in bytes. */
const SORTED_ROW_BYTES = 28;

/**
 * What takes long of creating an index, in steps that nobody sees: the rows of the table's segments and deltas are sorted,
 * one after the other, and unique keys are compared. What is created afterwards finds it done. The caller has the
 * writer's place; segments that a checkpoint replaces meanwhile are sorted again. Throws UNIQUE_VIOLATION.
 */
export function* indexAhead(
  table: Table,
  definition: Omit<IndexDefinition, 'id'>,
  at: ReadPoint,
  memory: MemoryBudget,
): Work<void> {
  const index = { ...definition, id: AHEAD_ID };
  forgetAhead(table);
  let isDone = false;
  try {
    for (let more = true; more; ) more = yield* orderNext(table, index, memory);
    if (index.unique) yield* proveUniqueKeys(table, index, at);
    isDone = true;
  } finally {
    if (!isDone) forgetAhead(table);
  }
}

/** What {@link indexAhead} has done and nobody has used. */
export function forgetAhead(table: Table): void {
  for (const delta of table.deltas()) delta.removeIndex(AHEAD_ID);
}

/** The rows of one segment or delta; false where none is left, or no memory: then whoever first reads by the index sorts. */
function* orderNext(table: Table, index: IndexDefinition, memory: MemoryBudget): Work<boolean> {
  const segment = table.segments.find((each) => !each.hasOrder(index));
  const delta = table.deltas().find(({ indexes }) => !indexes.some(({ definition }) => definition.id === AHEAD_ID));
  const rows = segment?.rowCount ?? delta?.length ?? 0;
  if (segment === undefined && delta === undefined) return false;
  const held = memory.grow(OPERATOR, 0, rows * SORTED_ROW_BYTES, true);
  if (held === null) return false;
  try {
    if (segment !== undefined) yield* orderSegment(segment, index);
    else if (delta !== undefined) yield* orderDelta(table, delta, index);
  } finally {
    memory.release(OPERATOR, held);
  }
  return true;
}

function* orderSegment(segment: TableSegment, index: IndexDefinition): Work<void> {
  const keys = index.columns.map((key) => ({ ...key, vector: () => wholeColumn(segment, key.column) }));
  segment.keepOrder(index, yield* sortInSteps(keys, segment.rowCount));
}

/** Nothing has happened where the table has changed meanwhile, as only the caller's own transaction may. */
function* orderDelta(table: Table, delta: Delta, index: IndexDefinition): Work<void> {
  const { revision } = table;
  const made = new DeltaIndex(index, delta, false);
  for (let position = 0; position < delta.length; position++) {
    made.add(position);
    if (position % LIMITS.batchRows === 0) yield LIMITS.batchRows;
  }
  const rows = Uint32Array.from({ length: delta.length }, (_, row) => row);
  const keys = made.sortColumns.map((key) => ({
    ...key,
    vector: () => gatherInSteps(delta, key.column, rows, FRESH),
  }));
  const order = yield* sortInSteps(keys, rows.length);
  if (table.revision !== revision || delta.length !== rows.length) return;
  made.keepOrder(order);
  delta.indexes.push(made);
}

function* wholeColumn(segment: TableSegment, column: number): Work<ColumnVector> {
  const joiner = new BlockJoiner(segment.rowCount, FRESH);
  for (let block = 0; block < segment.reader.blockCount; block++) {
    yield* joiner.add(segment.columnIn(column, block, FRESH));
  }
  return joiner.finish();
}
