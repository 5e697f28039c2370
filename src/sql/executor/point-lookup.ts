import {
  type ColumnValue,
  type PhysicalKind,
  physicalKind,
  type SqlValue,
  toSqlValue,
} from '../../engine/column/types.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import { LOCATION_COLUMN } from '../binder/logical-plan.ts';
import { EMPTY_ROW, type RowValues } from '../expressions/batch.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import type { QueryPlan, RowidLookupPlan, TableAccess } from '../planner/physical-plan.ts';
import type { ExecutionContext } from './execution-context.ts';
import { rowidOf } from './rowid-lookup.ts';

/** Reads one column of a found row. */
type Reader = (table: Table, location: RowLocation, context: ExecutionContext) => ColumnValue;

/** The short path of a query for one row by its rowid: no batches, no vectors. */
export class PointLookup {
  private readonly lookup: RowidLookupPlan;
  private readonly key: ScalarEvaluator;
  private readonly readers: readonly Reader[];

  private constructor(lookup: RowidLookupPlan, readers: readonly Reader[]) {
    this.lookup = lookup;
    this.key = compileScalar(lookup.keys[0]);
    this.readers = readers;
  }

  /** null: the query is not of this kind. */
  static of({ plan, slots }: QueryPlan): PointLookup | null {
    const lookup = plan.kind === 'project' ? plan.input : plan;
    if (lookup.kind !== 'rowid-lookup' || lookup.keys.length !== 1 || lookup.through !== null || lookup.filter !== null)
      return null;
    const readers = slots.map((slot): Reader => {
      if (plan.kind !== 'project') return storedReader(lookup, slot);
      const expression = plan.expressions[slot];
      return expression.kind === 'column'
        ? storedReader(lookup, expression.index)
        : computedReader(lookup, compileScalar(expression));
    });
    return new PointLookup(lookup, readers);
  }

  /** The row's location, or -1. */
  find(context: ExecutionContext): RowLocation {
    const rowid = rowidOf(this.key(EMPTY_ROW, context));
    const { table, instant } = this.lookup;
    return rowid === null ? -1 : context.tables.table(table.id).find(context.pointOf(instant), rowid);
  }

  /** Value i of the result, as a column of its type holds it, or self-typed. */
  read(i: number, location: RowLocation, context: ExecutionContext): ColumnValue {
    return this.readers[i](context.tables.table(this.lookup.table.id), location, context);
  }
}

function storedReader(lookup: RowidLookupPlan, slot: number): Reader {
  const column = lookup.tableColumns[slot];
  return column === LOCATION_COLUMN
    ? (_table, location) => location
    : (table, location) => table.valueAt(location, column);
}

function computedReader(lookup: RowidLookupPlan, evaluate: ScalarEvaluator): Reader {
  const row = new StoredRow(lookup);
  return (table, location, context) => evaluate(row.at(table, location), context);
}

/** A stored row as expressions over the columns of a way to it read it. */
export class StoredRow implements RowValues {
  private table!: Table;
  private location: RowLocation = -1;
  private readonly columns: readonly number[];
  private readonly kinds: readonly PhysicalKind[];

  constructor(lookup: TableAccess) {
    this.columns = lookup.tableColumns;
    this.kinds = this.columns.map((column) =>
      column === ROWID_COLUMN || column === LOCATION_COLUMN
        ? 'integer'
        : physicalKind(lookup.table.columns[column].type.kind),
    );
  }

  at(table: Table, location: RowLocation): this {
    this.table = table;
    this.location = location;
    return this;
  }

  column(i: number): SqlValue {
    return toSqlValue(this.kinds[i], this.table.valueAt(this.location, this.columns[i]));
  }
}
