import { NO_INTS } from '../../base/empty-arrays.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { DistinctPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { RowInterner } from './key-interner.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import type { SpilledDistinct } from './spill/spilled-distinct.ts';

/** The first of the rows that are equal in the keys. */
export class Distinct implements Operator {
  private readonly plan: DistinctPlan;
  private readonly input: Operator;
  private readonly memory = new OperatorMemory('distinct');
  private interner!: RowInterner;
  private spilled: SpilledDistinct | null = null;
  private ids = NO_INTS;

  constructor(plan: DistinctPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
  }

  open(context: ExecutionContext): void {
    const { columns, keys } = this.plan;
    this.memory.open(context);
    this.spilled = null;
    const collations = keys.map((key) => columns[key].collation);
    this.interner = new RowInterner(
      collations,
      collations.map(() => true),
    );
    this.input.open(context);
  }

  next(): Batch | null {
    const batch = this.input.next();
    if (this.spilled !== null) return batch === null ? this.spilled.next() : this.spilled.add(batch);
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
    this.keep(this.interner.sizeBytes());
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

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  private keep(bytes: number): void {
    if (this.memory.hasToGrow(bytes)) return;
    const { columns, keys, input } = this.plan;
    const by = { keys, collations: keys.map((key) => columns[key].collation), kinds: inputKinds(input) };
    this.spilled = new (this.memory.spilling(bytes).SpilledDistinct)(by, this.interner, this.memory);
  }
}
