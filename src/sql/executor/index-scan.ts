import type { SqlValue } from '../../engine/column/types.ts';
import type { TableScan as EngineScan, IndexRange, ScanReads } from '../../engine/table/access.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { FilterEvaluator, ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { compareValues } from '../expressions/values/compare.ts';
import { valueKey } from '../expressions/values/value-key.ts';
import type { IndexScanPlan } from '../planner/physical-plan.ts';
import { BatchSlices } from './batch-slices.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { CompiledStretch } from './index-stretch.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { type ScanColumns, scanBatch, scanColumns } from './scan-source.ts';

/** The rows of a stretch of an index, in its order unless the order does not matter; or of one stretch after the other. */
export class IndexScan implements Operator {
  private readonly plan: IndexScanPlan;
  private readonly source: ScanColumns;
  private readonly filter: FilterEvaluator | null;
  private readonly stretch: CompiledStretch;
  private readonly also: readonly CompiledStretch[];
  private readonly anyOf: readonly ScalarEvaluator[] | null;
  private readonly slices = new BatchSlices();
  private context!: ExecutionContext;
  private scan: EngineScan | null = null;

  constructor(plan: IndexScanPlan) {
    this.plan = plan;
    this.source = scanColumns(plan.tableColumns);
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
    this.stretch = new CompiledStretch(plan);
    this.also = plan.also.map((other) => new CompiledStretch(other));
    this.anyOf = plan.anyOf === null ? null : plan.anyOf.map(compileScalar);
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.slices.clear();
    this.scan = null;
    const { table, instant, index, direction } = this.plan;
    const range = this.stretch.evaluate(context);
    const also = this.also.map((stretch) => stretch.evaluate(context));
    if (range === null || also.includes(null)) return;
    const others = also.map((other, i) => ({ indexId: this.plan.also[i].index.id, range: other as IndexRange }));
    const ranges = this.anyOf === null ? [range] : this.rangesOf(this.anyOf, range, context);
    const at = context.pointOf(instant);
    const found = context.tables.table(table.id);
    this.scan = found.indexScan(at, index.id, ranges, this.source.stored, direction, others);
  }

  /** A range for each value of an IN. */
  private rangesOf(
    evaluators: readonly ScalarEvaluator[],
    { equal, ...ends }: IndexRange,
    context: ExecutionContext,
  ): readonly IndexRange[] {
    return this.distinctValues(evaluators, context).map((value) => ({ equal: [...equal, value], ...ends }));
  }

  /** The values of an IN, each once and in the order of the index; NULL is in no stretch. */
  private distinctValues(evaluators: readonly ScalarEvaluator[], context: ExecutionContext): readonly SqlValue[] {
    const { collation, descending } = this.plan.index.columns[this.plan.equal.length];
    const byKey = new Map<unknown, SqlValue>();
    for (const evaluate of evaluators) {
      const value = evaluate(EMPTY_ROW, context);
      if (value !== null) byKey.set(valueKey(value, collation), value);
    }
    const sign = descending ? -1 : 1;
    return [...byKey.values()].sort((a, b) => sign * compareValues(a, b, collation));
  }

  next(): Batch | null {
    const rows = this.slices.rest(this.context.batchRows) ?? this.read();
    if (rows === null) return null;
    return this.filter === null ? rows : narrow(rows, this.filter, this.context);
  }

  reads(): ScanReads | null {
    return this.scan?.reads() ?? null;
  }

  private read(): Batch | null {
    const batch = this.scan?.next() ?? null;
    return batch === null ? null : this.slices.first(scanBatch(batch, this.source), this.context.batchRows);
  }
}
