import { type SqlValue, toSqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Table } from '../../engine/table/table.ts';
import { LOCATION_COLUMN } from '../binder/logical-plan.ts';
import { type Batch, EMPTY_ROW } from '../expressions/batch.ts';
import type { FilterEvaluator, ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileFilter } from '../expressions/evaluate/filter.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { RowidLookupPlan } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { LazyBatch } from './gather.ts';
import type { Operator } from './operator.ts';
import { inputKinds } from './plan-kinds.ts';
import { vectorOfValues } from './value-vector.ts';

/** The rows whose rowids are known, one batch of them, in ascending order. */
export class RowidLookup implements Operator {
  private readonly plan: RowidLookupPlan;
  private readonly keys: readonly ScalarEvaluator[];
  private readonly filter: FilterEvaluator | null;
  private context!: ExecutionContext;
  private isDone = true;

  constructor(plan: RowidLookupPlan) {
    this.plan = plan;
    this.keys = plan.keys.map(compileScalar);
    this.filter = plan.filter === null ? null : compileFilter(plan.filter, inputKinds(plan));
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.isDone = false;
  }

  next(): Batch | null {
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
    return this.filter === null ? rows : narrow(rows, this.filter, context);
  }

  private locations(table: Table): number[] {
    const { context } = this;
    const rowids = new Set<number>();
    for (const key of this.keys) {
      const rowid = rowidOf(key(EMPTY_ROW, context));
      if (rowid !== null) rowids.add(rowid);
    }
    const ordered = [...rowids].sort((a, b) => a - b);
    return ordered.map((rowid) => table.find(context.at, rowid)).filter((location) => location >= 0);
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
