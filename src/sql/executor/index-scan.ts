import type { SqlValue } from '../../engine/column/types.ts';
import type { TableScan as EngineScan, IndexRange, IndexStretch, ScanReads } from '../../engine/table/access.ts';
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
  /** Stretches that have not been begun, the next one last. */
  private waiting: IndexRange[] = [];
  private finished: ScanReads[] = [];
  private alsoIn: readonly IndexStretch[] = [];

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
    this.waiting = [];
    this.finished = [];
    const range = this.stretch.evaluate(context);
    const also = this.also.map((stretch) => stretch.evaluate(context));
    if (range === null || also.includes(null)) return;
    this.alsoIn = also.map((other, i) => ({ indexId: this.plan.also[i].index.id, range: other as IndexRange }));
    const { equal } = range;
    const values = this.anyOf === null ? null : this.distinctValues(this.anyOf, context);
    this.waiting = values === null ? [range] : values.map((value) => ({ equal: [...equal, value] }));
    this.waiting.reverse();
    this.beginStretch();
  }

  /** The values of an IN, each once and in order; NULL is in no stretch. */
  private distinctValues(evaluators: readonly ScalarEvaluator[], context: ExecutionContext): readonly SqlValue[] {
    const { collation } = this.plan.index.columns[this.plan.equal.length];
    const byKey = new Map<unknown, SqlValue>();
    for (const evaluate of evaluators) {
      const value = evaluate(EMPTY_ROW, context);
      if (value !== null) byKey.set(valueKey(value, collation), value);
    }
    return [...byKey.values()].sort((a, b) => compareValues(a, b, collation));
  }

  private beginStretch(): void {
    const range = this.waiting.pop();
    if (range === undefined) return;
    if (this.scan !== null) this.finished.push(this.scan.reads());
    const { index, direction, table } = this.plan;
    const { at, tables } = this.context;
    this.scan = tables.table(table.id).indexScan(at, index.id, range, this.source.stored, direction, this.alsoIn);
  }

  next(): Batch | null {
    const rows = this.slices.rest(this.context.batchRows) ?? this.read();
    if (rows === null) return null;
    return this.filter === null ? rows : narrow(rows, this.filter, this.context);
  }

  reads(): ScanReads | null {
    if (this.scan === null) return null;
    return this.finished.reduce(summed, this.scan.reads());
  }

  private read(): Batch | null {
    let batch = this.scan?.next() ?? null;
    while (batch === null && this.waiting.length > 0) {
      this.beginStretch();
      batch = this.scan?.next() ?? null;
    }
    return batch === null ? null : this.slices.first(scanBatch(batch, this.source), this.context.batchRows);
  }
}

function summed(a: ScanReads, b: ScanReads): ScanReads {
  return {
    segmentsRead: a.segmentsRead + b.segmentsRead,
    segmentsPruned: a.segmentsPruned + b.segmentsPruned,
    blocksRead: a.blocksRead + b.blocksRead,
    blocksPruned: a.blocksPruned + b.blocksPruned,
  };
}
