import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { UnionScanPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';

/** Of a Set, for each number. */
const SEEN_BYTES = 32;

/** The rows that its branches find, one branch after the other; a row that two of them find comes once. */
export class UnionScan implements Operator {
  private readonly branches: readonly Operator[];
  private readonly filter: FilterEvaluator | null;
  private readonly locationColumn: number;
  private context!: ExecutionContext;
  private readonly memory = new OperatorMemory('union of scans');
  private seen = new Set<number>();
  private current = 0;

  constructor(plan: UnionScanPlan, branches: readonly Operator[]) {
    this.branches = branches;
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
    this.locationColumn = plan.columns.length - 1;
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.seen = new Set();
    this.current = 0;
    this.branches[0].open(context);
  }

  next(): Batch | null {
    for (;;) {
      const batch = this.branches[this.current].next();
      if (batch !== null) return this.newRows(batch);
      if (this.current === this.branches.length - 1) return null;
      this.current++;
      this.branches[this.current].open(this.context);
    }
  }

  private newRows(batch: Batch): Batch {
    const { selection, selectedCount } = batch;
    if (selectedCount === 0) return batch;
    const locations = batch.column(this.locationColumn);
    if (locations.kind !== 'number') return batch;
    const rows = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      const row = selection === null ? k : selection[k];
      const location = locations.values[row];
      if (this.seen.has(location)) continue;
      this.seen.add(location);
      rows[count++] = row;
    }
    this.memory.need(this.seen.size * SEEN_BYTES);
    const found = new NarrowedBatch(batch, rows, count);
    return this.filter === null ? found : narrow(found, this.filter, this.context);
  }
}
