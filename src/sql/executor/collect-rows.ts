import type { QueryPlan } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import type { ChangeContext } from './change.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';

/** A query whose rows are all collected before any of them is acted upon. */
export class RowCollector {
  private readonly plan: QueryPlan;
  private readonly operator: Operator;
  private readonly memory = new OperatorMemory('rows to change');

  constructor(plan: QueryPlan) {
    this.plan = plan;
    this.operator = buildOperator(plan.plan);
  }

  /** The result's columns, in order. */
  collect({ context }: ChangeContext): RowBuffer {
    const { plan, operator } = this;
    const kinds = inputKinds(plan.plan);
    const rows = new RowBuffer(plan.slots.map((slot) => kinds[slot]));
    this.memory.open(context);
    operator.open(context);
    for (let batch = operator.next(); batch !== null; batch = operator.next()) {
      const current = batch;
      this.memory.need(rows.bytesWith(batch.selectedCount));
      rows.appendRows((i) => current.column(plan.slots[i]), batch.selection, batch.selectedCount);
      // Not the change's: rows that are being read must stay where they are.
      context.interrupt();
    }
    return rows;
  }
}
