import { NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { TopNPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { NOT_YET } from './gather.ts';
import { type CountEvaluator, compileCount } from './limit.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { SORT_BYTES, SortedRows } from './sort.ts';
import { sortedPositions } from './sort-order.ts';
import type { ExternalSort } from './spill/external-sort.ts';
import type { FirstRows } from './spill/first-rows.ts';

/** Rows beyond the wanted ones that may pile up before the worst are thrown away. */
const SLACK_ROWS = 8192;

/**
 * The first rows in order, without sorting the rest: candidates pile up, and each time there are too many, all but the
 * best are dropped. From then on a row enters only if its first key can beat the worst of them.
 */
export class TopN implements Operator {
  private readonly plan: TopNPlan;
  private readonly input: Operator;
  private readonly kinds: readonly PhysicalKind[];
  private readonly limit: CountEvaluator;
  private readonly offset: CountEvaluator;
  private readonly memory = new OperatorMemory('top-n');
  private rows!: RowBuffer;
  private batchRows = 0;
  private skipped = 0;
  private wanted = 0;
  /** The worst kept row's first key; null while there is none, or none that is a number. */
  private threshold: number | null = null;
  /** Where the rows do not fit into memory: all rows in order. */
  private external: ExternalSort | null = null;
  private output: SortedRows | FirstRows | null = null;

  constructor(plan: TopNPlan, input: Operator) {
    this.plan = plan;
    this.input = input;
    this.kinds = inputKinds(plan.input);
    this.limit = compileCount(plan.limit, 'LIMIT', Number.POSITIVE_INFINITY);
    this.offset = compileCount(plan.offset, 'OFFSET', 0);
  }

  open(context: ExecutionContext): void {
    this.batchRows = context.batchRows;
    this.skipped = this.offset(context);
    this.wanted = this.skipped + this.limit(context);
    this.memory.open(context);
    this.rows = new RowBuffer(this.kinds);
    this.threshold = null;
    this.external = null;
    this.output = null;
    if (this.wanted > this.skipped) this.input.open(context);
    else this.output = new SortedRows(this.rows, NO_INTS, this.batchRows);
  }

  next(): Batch | null {
    if (this.output !== null) return this.output.next();
    const batch = this.input.next();
    if (batch !== null) this.collect(this.promising(batch));
    else if (this.external !== null)
      this.output = new (this.memory.spilling(0).FirstRows)(this.external, this.skipped, this.wanted);
    else this.output = new SortedRows(this.rows, this.best().subarray(this.skipped), this.batchRows);
    return NOT_YET;
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  private collect(batch: Batch): void {
    const { rows, memory, plan, kinds } = this;
    const bytes = rows.bytesWith(batch.selectedCount, SORT_BYTES);
    if (this.external === null && !memory.has(bytes)) {
      const { ExternalSort } = memory.spilling(bytes);
      this.external = new ExternalSort(rows, plan.terms, kinds, memory, this.batchRows);
      this.rows = new RowBuffer(kinds);
    }
    if (this.external !== null) {
      this.external.add(batch);
      return;
    }
    rows.append(batch);
    if (rows.length > this.wanted * 2 + SLACK_ROWS) this.dropWorst();
  }

  private best(): Int32Array {
    const { rows } = this;
    const sorted = sortedPositions(rows.length, this.plan.terms, (i) => rows.column(i), this.kinds);
    return sorted.subarray(0, Math.min(sorted.length, this.wanted));
  }

  private dropWorst(): void {
    this.rows = this.rows.subset(this.best());
    const key = this.rows.column(this.plan.terms[0].position);
    this.threshold = key.kind === 'number' && key.nulls === null ? key.values[this.rows.length - 1] : null;
  }

  /** The batch without rows whose first key is worse than the threshold. */
  private promising(batch: Batch): Batch {
    const { threshold } = this;
    if (threshold === null || batch.selectedCount === 0) return batch;
    const [term] = this.plan.terms;
    const vector = batch.column(term.position);
    if (vector.kind !== 'number') return batch;
    const kept = new Uint32Array(batch.selectedCount);
    const count = keepBetter(vector, batch, threshold, term.descending, kept);
    return new NarrowedBatch(batch, kept, count);
  }
}

/** Rows not worse than the threshold, and NULLs, whose place the sort decides. */
function keepBetter(
  vector: Extract<ColumnVector, { kind: 'number' }>,
  batch: Batch,
  threshold: number,
  descending: boolean,
  kept: Uint32Array,
): number {
  const { values, nulls } = vector;
  const { selection, selectedCount } = batch;
  let count = 0;
  for (let k = 0; k < selectedCount; k++) {
    const i = selection === null ? k : selection[k];
    const isNull = nulls !== null && nulls[i] === 1;
    if (isNull || (descending ? values[i] >= threshold : values[i] <= threshold)) kept[count++] = i;
  }
  return count;
}
