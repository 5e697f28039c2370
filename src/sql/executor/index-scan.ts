import type { SqlValue } from '../../engine/column/types.ts';
import type { TableScan as EngineScan, ScanReads } from '../../engine/table/access.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { FilterEvaluator, ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { IndexScanPlan } from '../planner/physical-plan.ts';
import { BatchSlices } from './batch-slices.ts';
import { type CompiledRange, compileBound, evaluateRange } from './bounds.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { type ScanColumns, scanBatch, scanColumns } from './scan-source.ts';

/** The rows of a stretch of an index, in its order unless the order does not matter. */
export class IndexScan implements Operator {
  private readonly plan: IndexScanPlan;
  private readonly source: ScanColumns;
  private readonly filter: FilterEvaluator | null;
  private readonly equal: readonly ScalarEvaluator[];
  private readonly range: CompiledRange;
  private readonly slices = new BatchSlices();
  private context!: ExecutionContext;
  private scan: EngineScan | null = null;

  constructor(plan: IndexScanPlan) {
    this.plan = plan;
    this.source = scanColumns(plan.tableColumns);
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
    this.equal = plan.equal.map(compileScalar);
    this.range = { low: compileBound(plan.low), high: compileBound(plan.high) };
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.slices.clear();
    this.scan = null;
    const equal: SqlValue[] = [];
    for (const evaluate of this.equal) {
      const value = evaluate(EMPTY_ROW, context);
      if (value === null) return;
      equal.push(value);
    }
    const ends = evaluateRange(this.range, context);
    if (ends === null) return;
    const { index, direction, table } = this.plan;
    const range = { equal, ...ends };
    this.scan = context.tables.table(table.id).indexScan(context.at, index.id, range, this.source.stored, direction);
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
