import { type PhysicalKind, physicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { TableSegment } from '../../engine/table/table-segment.ts';
import type { BoundErase } from '../binder/bound-statement.ts';
import { executionContext } from '../execution.ts';
import { SubqueryRunner } from '../executor/subquery-runner.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { Arguments } from '../parameters.ts';
import { rowSlots } from '../planner/plan-statement.ts';
import { toSlots } from '../planner/slots.ts';
import type { Session } from '../session.ts';

const EVERY_ROW: FilterEvaluator = ({ selection, selectedCount }) => ({ selection, count: selectedCount });

/**
 * The versions for which the condition is true, among those that can be read at some instant: by rowid the transactions
 * that created them. All rows of the table are in segments.
 */
export function matchingVersions(
  { table: definition, where }: BoundErase,
  session: Session,
  given: Arguments,
): ReadonlyMap<number, ReadonlySet<number>> {
  const table = session.engine.table(definition.id);
  const found = new Map<number, Set<number>>();
  const matches = where === null ? EVERY_ROW : conditionOf({ table: definition, where }, session);
  const context = executionContext(session, given, session.readPoint, new SubqueryRunner());
  try {
    for (const segment of table.segments) {
      const { reader } = segment;
      for (let block = 0; block < reader.blockCount; block++) {
        const batch = readableVersions(segment, block, definition, table.oldestReadable);
        if (batch.selectedCount === 0) continue;
        session.interrupt();
        const { selection, count } = matches(batch, context);
        for (let i = 0; i < count; i++) {
          const position = block * reader.meta.blockRows + (selection === null ? i : selection[i]);
          const rowid = reader.rowidAt(position);
          const versions = found.get(rowid) ?? new Set();
          found.set(rowid, versions.add(reader.createdAt(position)));
        }
      }
    }
  } finally {
    context.memory.release();
  }
  return found;
}

function conditionOf(
  { table, where }: { table: BoundErase['table']; where: NonNullable<BoundErase['where']> },
  session: Session,
): FilterEvaluator {
  const kinds: PhysicalKind[] = table.columns.map(({ type }) => physicalKind(type.kind));
  return compileFilter(toSlots(where, rowSlots(table), session.planner().subqueries), [...kinds, 'integer', 'integer']);
}

/** The versions of a block that have not ended behind the horizon, as rows of the table's columns with the rowid last. */
function readableVersions(
  segment: TableSegment,
  block: number,
  { columns, rowidColumn }: BoundErase['table'],
  horizon: number,
): Batch {
  const rowCount = segment.reader.blockRows(block);
  const ends = segment.endsOf(block);
  const selection = new Uint32Array(rowCount);
  let selectedCount = 0;
  for (let row = 0; row < rowCount; row++) if (ends === null || ends[row] > horizon) selection[selectedCount++] = row;
  const decoded = new Map<number, ColumnVector>();
  const column = (i: number): ColumnVector => {
    const number = i >= columns.length || i === rowidColumn ? ROWID_COLUMN : i;
    const vector = decoded.get(number) ?? segment.column(number, block);
    decoded.set(number, vector);
    return vector;
  };
  return { rowCount, selection, selectedCount, column };
}
