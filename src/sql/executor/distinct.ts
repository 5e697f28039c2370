import { NO_INTS } from '../../base/empty-arrays.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { DistinctPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';

/** The first of the rows that are equal in the keys. */
export class Distinct implements Operator {
  private readonly plan: DistinctPlan;
  private readonly input: Operator;
  private readonly memory = new OperatorMemory('distinct');
  private interner!: RowInterner;
  private ids = NO_INTS;

  constructor(plan: DistinctPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
  }

  open(context: ExecutionContext): void {
    const { columns, keys } = this.plan;
    this.memory.open(context);
    this.interner = new RowInterner(keys.map((key) => columns[key].collation));
    this.input.open(context);
  }

  next(): Batch | null {
    const batch = this.input.next();
    if (batch === null || batch.selectedCount === 0) return batch;
    const { selection, selectedCount } = batch;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    const { keys } = this.plan;
    let seen = this.interner.size;
    this.interner.assign(
      keys.map((key) => batch.column(key)),
      selection,
      selectedCount,
      this.ids,
      true,
    );
    this.memory.need(this.interner.sizeBytes());
    const first = new Uint32Array(selectedCount);
    let count = 0;
    // Ids are dense and in order of appearance: a row is new exactly when its id is the next one.
    for (let k = 0; k < selectedCount; k++) {
      if (this.ids[k] !== seen) continue;
      first[count++] = selection === null ? k : selection[k];
      seen++;
    }
    return new NarrowedBatch(batch, first, count);
  }
}
