import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector, NumberVector } from '../../engine/column/vector.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { Batch } from '../expressions/batch.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import type { ChangeContext } from './change.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { RowStore, type StoredRows } from './row-store.ts';
import { SORT_BYTES } from './sort.ts';
import { sortedPositions } from './sort-order.ts';
import type { ExternalSort } from './spill/external-sort.ts';

/** A query whose rows are all collected before any of them is acted upon. */
export class RowCollector {
  private readonly plan: QueryPlan;
  private readonly operator: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory = new OperatorMemory('rows to change');

  constructor(plan: QueryPlan) {
    this.plan = plan;
    this.operator = buildOperator(plan.plan);
    const kinds = inputKinds(plan.plan);
    this.kinds = plan.slots.map((slot) => kinds[slot]);
  }

  /** The rows in parts, in order: several where they do not fit into memory. */
  *parts(change: ChangeContext): Generator<StoredRows> {
    const rows = new RowStore(this.kinds, this.memory);
    this.read(change, (column, selection, count) => rows.append(column, selection, count));
    for (let p = 0; p < rows.partCount; p++) yield rows.part(p);
    rows.release();
  }

  /**
   * Found rows of a table by ascending rowid, in parts; column 0 has their locations, and a row may come more than once, one
   * after the other. SQLite changes rows in this order when it scans the table: which row meets a conflict first, and the
   * order of RETURNING and of triggers, must not depend on where versions lie.
   */
  *byRowid(change: ChangeContext, table: Table): Generator<StoredRows> {
    const { memory } = this;
    const kinds: readonly PhysicalKind[] = [...this.kinds, 'integer'];
    const terms = [{ position: this.kinds.length, collation: 'BINARY', descending: false, nullsFirst: true }] as const;
    const rows = new RowBuffer(kinds);
    const found: { external: ExternalSort | null } = { external: null };
    this.read(change, (column, selection, count) => {
      const batch = withRowids(table, column, selection, count, this.kinds.length);
      const bytes = rows.bytesWith(count, SORT_BYTES);
      if (found.external === null && !memory.has(bytes)) {
        const { ExternalSort } = memory.spilling(bytes);
        found.external = new ExternalSort(rows, terms, kinds, memory, change.context.batchRows);
      }
      if (found.external === null) rows.append(batch);
      else found.external.add(batch);
    });
    const { external } = found;
    if (external !== null) {
      for (let batch = external.next(); batch !== null; batch = external.next()) yield rowsOfBatch(batch);
    } else if (isAscending((rows.column(this.kinds.length) as NumberVector).values)) yield rows;
    else {
      const positions = sortedPositions(rows.length, terms, (i) => rows.column(i), kinds);
      yield rowsOfBatch(rows.rows(positions, positions.length));
    }
    memory.release();
  }

  /** For what its expressions do, as RAISE: the rows are not wanted. */
  run(change: ChangeContext): void {
    this.read(change, (column, _, count) => {
      if (count > 0) for (let i = 0; i < this.kinds.length; i++) column(i);
    });
  }

  private read({ context }: ChangeContext, take: RowStore['append']): void {
    const { plan, operator } = this;
    this.memory.open(context);
    operator.open(context);
    for (let batch = operator.next(); batch !== null; batch = operator.next()) {
      const current = batch;
      take((i) => current.column(plan.slots[i]), batch.selection, batch.selectedCount);
      // Not the change's: rows that are being read must stay where they are.
      context.interrupt();
    }
  }
}

/** The selected rows of some columns, the first of which has locations, with their rowids behind. */
function withRowids(
  table: Table,
  column: (i: number) => ColumnVector,
  selection: Uint32Array | null,
  count: number,
  width: number,
): Batch {
  const rowCount = selection === null ? count : count === 0 ? 0 : selection[count - 1] + 1;
  const rowids = new Float64Array(rowCount);
  if (count > 0) {
    const locations = (column(0) as NumberVector).values;
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      rowids[i] = table.valueAt(locations[i], ROWID_COLUMN) as number;
    }
  }
  const load = (i: number): ColumnVector => (i < width ? column(i) : { kind: 'number', values: rowids, nulls: null });
  return new LazyBatch(rowCount, load, selection, count);
}

/** For batches of which all rows count. */
function rowsOfBatch(batch: Batch): StoredRows {
  return { length: batch.rowCount, column: (i) => batch.column(i) };
}

function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] < values[i - 1]) return false;
  return true;
}
