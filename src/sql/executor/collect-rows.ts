import type { PhysicalKind } from '../../engine/column/types.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import type { ChangeContext } from './change.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { RowStore, type StoredRows } from './row-store.ts';

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

  /** The result's columns, in order. */
  collect(change: ChangeContext): RowBuffer {
    const rows = new RowBuffer(this.kinds);
    this.read(change, (column, selection, count) => {
      this.memory.need(rows.bytesWith(count));
      rows.appendRows(column, selection, count);
    });
    return rows;
  }

  /** The rows in parts, in order: several where they do not fit into memory. */
  *parts(change: ChangeContext): Generator<StoredRows> {
    const rows = new RowStore(this.kinds, this.memory);
    this.read(change, (column, selection, count) => rows.append(column, selection, count));
    for (let p = 0; p < rows.partCount; p++) yield rows.part(p);
    rows.release();
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
