import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { QueryPlan } from '../planner/physical-plan.ts';
import { buildOperator } from './build-operator.ts';
import type { ChangeContext } from './change.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import type { SpilledRows } from './spill/spilled-rows.ts';

/** Rows, by columns. */
export interface CollectedRows {
  readonly length: number;
  column(i: number): ColumnVector;
}

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
    this.read(change, rows, (bytes) => this.memory.need(bytes));
    return rows;
  }

  /** The rows in parts, in order: several where they do not fit into memory. */
  *parts(change: ChangeContext): Generator<CollectedRows> {
    const { kinds, memory } = this;
    const rows = new RowBuffer(kinds);
    let spilled: SpilledRows | null = null;
    this.read(change, rows, (bytes, added) => {
      if (memory.has(bytes)) return;
      const { SpilledRows, spillBuffer } = memory.spilling(bytes);
      spilled ??= new SpilledRows(kinds, memory);
      spillBuffer(rows, spilled, memory);
      memory.need(rows.bytesWith(added));
    });
    // Told by the compiler to be null, since it is set in a function.
    const written = spilled as SpilledRows | null;
    for (let b = 0; b < (written?.blockCount ?? 0); b++) {
      const block = (written as SpilledRows).block(b);
      yield { length: block.rowCount, column: (i) => block.column(i) };
    }
    written?.release();
    yield rows;
  }

  /** `makeRoom` gets the bytes that the buffer will hold with so many rows added. */
  private read({ context }: ChangeContext, rows: RowBuffer, makeRoom: (bytes: number, added: number) => void): void {
    const { plan, operator } = this;
    this.memory.open(context);
    operator.open(context);
    for (let batch = operator.next(); batch !== null; batch = operator.next()) {
      const current = batch;
      makeRoom(rows.bytesWith(batch.selectedCount), batch.selectedCount);
      rows.appendRows((i) => current.column(plan.slots[i]), batch.selection, batch.selectedCount);
      // Not the change's: rows that are being read must stay where they are.
      context.interrupt();
    }
  }
}
