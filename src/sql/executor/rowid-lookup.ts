import { type SqlValue, toSqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Table } from '../../engine/table/table.ts';
import { LOCATION_COLUMN } from '../binder/logical-plan.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { FilterEvaluator, ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { RowidLookupPlan } from '../planner/physical-plan.ts';
import { BatchSlices } from './batch-slices.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { LazyBatch } from './gather.ts';
import { KeySearch } from './key-search.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { vectorOfValues } from './value-vector.ts';

/** The rows whose rowids are known, in ascending order, or found in an index with computed keys, in its order. */
export class RowidLookup implements Operator {
  private readonly plan: RowidLookupPlan;
  private readonly keys: readonly ScalarEvaluator[];
  private readonly search: KeySearch | null;
  private readonly filter: FilterEvaluator | null;
  private readonly slices = new BatchSlices();
  private context!: ExecutionContext;
  private isDone = true;

  constructor(plan: RowidLookupPlan) {
    this.plan = plan;
    this.keys = plan.keys.map(compileScalar);
    this.search = plan.through === null ? null : new KeySearch(plan.through);
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.isDone = false;
    this.slices.clear();
  }

  next(): Batch | null {
    const rows = this.slices.rest(this.context.batchRows) ?? this.read();
    if (rows === null) return null;
    return this.filter === null ? rows : narrow(rows, this.filter, this.context);
  }

  private read(): Batch | null {
    if (this.isDone) return null;
    this.isDone = true;
    const { context, plan } = this;
    const table = context.tables.table(plan.table.id);
    const locations = this.locations(table);
    if (locations.length === 0) return null;
    const kinds = inputKinds(plan);
    const rows = new LazyBatch(locations.length, (i) => {
      const column = plan.tableColumns[i];
      if (column === LOCATION_COLUMN) return locationVector(locations);
      return vectorOfValues(
        locations.map((location) => toSqlValue(kinds[i], table.valueAt(location, column))),
        kinds[i],
      );
    });
    return this.slices.first(rows, context.batchRows);
  }

  private locations(table: Table): number[] {
    const { context } = this;
    if (this.search !== null) return this.located(table, this.search.rowids(context));
    const rowids = new Set<number>();
    for (const key of this.keys) {
      const rowid = rowidOf(key(EMPTY_ROW, context));
      if (rowid !== null) rowids.add(rowid);
    }
    return this.located(
      table,
      [...rowids].sort((a, b) => a - b),
    );
  }

  private located(table: Table, rowids: readonly number[]): number[] {
    const at = this.context.pointOf(this.plan.instant);
    return rowids.map((rowid) => table.find(at, rowid)).filter((location) => location >= 0);
  }
}

function locationVector(locations: readonly number[]): ColumnVector {
  return { kind: 'number', values: Float64Array.from(locations), nulls: null };
}

/** The rowid that equals a value, or null: no row has a rowid that is a text or a fraction. */
export function rowidOf(value: SqlValue): number | null {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : null;
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
}
