import type { ColumnRange, TableScan as EngineScan, ScanReads } from '../../engine/table/access.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import type { TableScanPlan } from '../planner/physical-plan.ts';
import { BatchSlices } from './batch-slices.ts';
import { type CompiledRange, compileBound, evaluateRange } from './bounds.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { VERSION_SCAN } from './late-parts.ts';
import type { IsEnough, Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { type ScanColumns, scanBatch, scanColumns } from './scan-source.ts';

/** All rows of a table that pass the filter, which decodes no column that it does not read. */
export class TableScan implements Operator {
  private readonly plan: TableScanPlan;
  private readonly source: ScanColumns;
  private readonly filter: FilterEvaluator | null;
  private readonly ranges: readonly (CompiledRange & { readonly column: number })[];
  private readonly slices = new BatchSlices();
  private context!: ExecutionContext;
  private scan: EngineScan | null = null;
  /** All rows of the batch that was read last pass the filter. */
  private isDecided = false;

  constructor(plan: TableScanPlan) {
    this.plan = plan;
    this.source = scanColumns(plan.tableColumns);
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
    this.ranges = plan.ranges.map(({ column, low, high }) => ({
      column,
      low: compileBound(low),
      high: compileBound(high),
    }));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.slices.clear();
    const ranges: ColumnRange[] = [];
    for (const range of this.ranges) {
      const ends = evaluateRange(range, context);
      if (ends === null) {
        this.scan = null;
        return;
      }
      ranges.push({ column: range.column, ...ends });
    }
    const { table: definition, instant, since, order } = this.plan;
    const table = context.tables.table(definition.id);
    const at = context.pointOf(instant);
    this.scan =
      since === null
        ? table.scan(at, this.source.stored, ranges, order)
        : VERSION_SCAN.get().scanVersions(table, since, at, this.source.stored, ranges, context);
  }

  next(): Batch | null {
    const rows = this.slices.rest(this.context.batchRows) ?? this.read();
    if (rows === null) return null;
    return this.filter === null || this.isDecided ? rows : narrow(rows, this.filter, this.context);
  }

  takeKnown(isEnough: IsEnough): boolean {
    const { plan, source, slices, scan } = this;
    if (slices.isCut || scan?.takeKnown === undefined || (this.filter !== null && !plan.isFilterOfRanges)) return false;
    return scan.takeKnown((rowCount, zones, isWhole) =>
      isEnough(rowCount, (column) => zones[source.sources[column]], isWhole),
    );
  }

  reads(): ScanReads | null {
    return this.scan?.reads() ?? null;
  }

  private read(): Batch | null {
    const batch = this.scan?.next() ?? null;
    this.isDecided = this.plan.isFilterOfRanges && batch?.isInRanges === true;
    return batch === null ? null : this.slices.first(scanBatch(batch, this.source), this.context.batchRows);
  }
}
