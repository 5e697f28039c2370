import { type PhysicalKind, type SqlValue, toSqlValue } from '../../engine/column/types.ts';
import { type NumberVector, valueAt } from '../../engine/column/vector.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import type { UpdatePlan } from '../planner/plan-statement.ts';
import { type Change, type ChangeContext, type ChangeResult, INTERRUPT_ROWS } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { ExecutionContext } from './execution-context.ts';
import { PointLookup } from './point-lookup.ts';
import { requiredRowid, rowidFrom } from './rowid-value.ts';
import { TableRow } from './table-row.ts';
import { TableWriter } from './table-writer.ts';

/** UPDATE: finds its rows and computes their new values, then replaces them one by one. */
export class Update implements Change {
  private readonly plan: UpdatePlan;
  private readonly rows: RowCollector;
  private readonly point: PointLookup | null;
  private readonly kinds: readonly PhysicalKind[];
  private readonly coercers: readonly (ColumnCoercer | null)[];
  private readonly writer: TableWriter;
  private readonly late: LateValues | null;

  constructor(plan: UpdatePlan) {
    this.plan = plan;
    this.rows = new RowCollector(plan.query);
    this.point = PointLookup.of(plan.query);
    const { table } = plan.target;
    const types = (plan.late ?? plan.query.columns.slice(1)).map(({ type }) => type);
    this.kinds = plan.query.columns.map(({ type }) => physicalKindOf(type));
    this.late = plan.late === null ? null : compileLate(plan.late);
    this.coercers = plan.columns.map((column, i) => {
      if (column === ROWID_COLUMN) return null;
      const { type, name } = table.columns[column];
      return tableCoercer(type, `${table.name}.${name}`, types[i]);
    });
    this.writer = new TableWriter(plan.target);
  }

  run(change: ChangeContext, result: ChangeResult): void {
    if (this.point !== null && this.late === null) this.updatePoint(this.point, change, result);
    else this.updateCollected(change, result);
  }

  private updatePoint(point: PointLookup, change: ChangeContext, result: ChangeResult): void {
    const { context, transaction } = change;
    const location = point.find(context);
    if (location < 0) return;
    const table = transaction.table(this.plan.target.table.id);
    const row = new TableRow(this.plan.target.table);
    row.load(table, location);
    const values = this.plan.columns.map((_, i) => toSqlValue(this.kinds[i + 1], point.read(i + 1, location, context)));
    this.assign(row, values);
    this.writer.update(location, row, this.plan.columns, change.policy ?? this.plan.policy, change, result);
  }

  private updateCollected(change: ChangeContext, result: ChangeResult): void {
    const { transaction, interrupt } = change;
    const table = transaction.table(this.plan.target.table.id);
    const row = new TableRow(this.plan.target.table);
    const { columns } = this.plan;
    const policy = change.policy ?? this.plan.policy;
    const isUnsteady = this.writer.mayTouchOthers(policy);
    let done = 0;
    const apply = (found: RowLocation, read: () => readonly SqlValue[]): void => {
      const location = isUnsteady ? TableWriter.relocate(table, found) : found;
      if (location < 0) return;
      row.load(table, location);
      this.assign(row, this.late?.(row, change) ?? read());
      this.writer.update(location, row, columns, policy, change, result);
      if (++done % INTERRUPT_ROWS === 0) interrupt();
    };
    // FROM may find a row more than once: as in SQLite, the last find counts, which may be in the next part.
    let held: Find | null = null;
    for (const found of this.rows.byRowid(change, table)) {
      const last = found.length - 1;
      if (last < 0) continue;
      const locations = (found.column(0) as NumberVector).values;
      const vectors = this.late === null ? this.plan.columns.map((_, i) => found.column(i + 1)) : [];
      const valuesAt = (k: number) => vectors.map((vector, i) => valueAt(vector, this.kinds[i + 1], k));
      if (held !== null && held.location !== locations[0]) apply(held.location, held.read);
      for (let k = 0; k < last; k++) {
        if (locations[k] !== locations[k + 1]) apply(locations[k], () => valuesAt(k));
      }
      const values = valuesAt(last);
      held = { location: locations[last], read: () => values };
    }
    if (held !== null) apply(held.location, held.read);
  }

  private assign(row: TableRow, values: readonly SqlValue[]): void {
    const { columns, target } = this.plan;
    for (let i = 0; i < columns.length; i++) {
      const value = values[i];
      const coerce = this.coercers[i];
      if (coerce !== null) row.values[columns[i]] = coerce(value);
      else row.rowid = requiredRowid(rowidFrom(value, target.table), target);
    }
  }
}

/** A row to update, and its values. */
interface Find {
  readonly location: RowLocation;
  readonly read: () => readonly SqlValue[];
}

/** The values of a row at its turn. */
type LateValues = (row: TableRow, change: ChangeContext) => SqlValue[];

function compileLate(expressions: readonly BoundExpression[]): LateValues {
  const evaluators = expressions.map(compileScalar);
  const isFresh = expressions.some(hasSubquery);
  return (row, { context }) => {
    // What a correlated subquery gave for another row may not be so any more.
    const own = isFresh ? new ExecutionContext(context, context.outer, context.root) : context;
    return evaluators.map((evaluate) => evaluate(row, own));
  };
}
