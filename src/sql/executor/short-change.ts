import { LIMITS } from '../../base/limits.ts';
import type { IndexDefinition } from '../../engine/catalog/definitions.ts';
import type { ColumnValue, SqlValue } from '../../engine/column/types.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import { rowsByRowid, scannedByRowid } from '../../engine/table/rows-by-rowid.ts';
import type { Table } from '../../engine/table/table.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import { EMPTY_ROW, type RowValues } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { IndexScanPlan, PhysicalPlan, RowidLookupPlan, TableScanPlan } from '../planner/physical-plan.ts';
import type { ChangePlan, DeletePlan, TargetPlan, UpdatePlan } from '../planner/plan-statement.ts';
import type { ExecutionContext } from './execution-context.ts';
import { CompiledStretch } from './index-stretch.ts';
import { StoredRow } from './point-lookup.ts';
import { notNullViolation } from './row-checks.ts';
import { rowidOf } from './rowid-lookup.ts';
import { isPlainTarget, sourceOf, valueFrom } from './short-insert.ts';

/** A column's new value; `context` null: see {@link ShortChange.needsContext}. */
interface Assignment {
  readonly column: number;
  readonly value: (row: RowValues, given: readonly unknown[], context: ExecutionContext | null) => ColumnValue;
}

/** A way to rows that the short path can do without its operator. */
type ShortAccess = RowidLookupPlan | TableScanPlan | IndexScanPlan;

/** The whole key of a unique index. */
interface UniqueKey {
  readonly index: IndexDefinition;
  readonly values: readonly ScalarEvaluator[];
}

/** What {@link ShortChange.run} answers where it has changed nothing, since there are too many rows. */
export const TOO_MANY_ROWS = -1;

/**
 * The short path of UPDATE and DELETE in a table on which nothing hangs: a row by its rowid or a unique key, or some
 * rows by a stretch of an index, or by a look at each of a small table. No operators, and nothing to keep but where the rows lie.
 */
export class ShortChange {
  /** It changes one row at most: nothing has to be taken back where that fails. */
  readonly isSole: boolean;
  private readonly target: TargetPlan;
  /** null: the rows are deleted. */
  private readonly assignments: readonly Assignment[] | null;
  /** Some value is computed, not just passed on. */
  private readonly needsContext: boolean;
  /** The parameter that is the rowid, or -1. */
  private readonly keyParameter: number;
  private readonly key: ScalarEvaluator | null;
  private readonly unique: UniqueKey | null;
  private readonly stretch: CompiledStretch | null;
  private readonly access: ShortAccess;
  private readonly filter: ScalarEvaluator | null;
  private readonly row: StoredRow;
  private readonly isAssigned: readonly boolean[];
  /** Columns that are assigned and must not be NULL. */
  private readonly notNull: readonly number[];

  private constructor(plan: UpdatePlan | DeletePlan, access: ShortAccess) {
    const { table } = plan.target;
    this.target = plan.target;
    this.access = access;
    this.unique = uniqueKeyOf(access);
    this.stretch = access.kind === 'index-scan' && this.unique === null ? new CompiledStretch(access) : null;
    this.isSole = access.kind === 'rowid-lookup' || this.unique !== null;
    const key = access.kind === 'rowid-lookup' ? access.keys[0] : null;
    this.key = key === null ? null : compileScalar(key);
    this.keyParameter = key === null ? -1 : parameterOf(key);
    this.filter = access.filter === null ? null : compileScalar(access.filter);
    this.row = new StoredRow(access);
    const passed = this.keyParameter >= 0 && this.filter === null ? passedOn(plan) : null;
    this.needsContext = passed === null;
    this.assignments = plan.kind === 'delete' ? null : (passed ?? computed(plan));
    const assigned = plan.kind === 'delete' ? [] : plan.columns;
    this.isAssigned = table.columns.map((_, i) => assigned.includes(i));
    this.notNull = table.columns.flatMap(({ notNull }, i) => (notNull && this.isAssigned[i] ? [i] : []));
  }

  /** null: the statement needs the long path. */
  static of(plan: ChangePlan): ShortChange | null {
    if (plan.kind === 'insert' || !isAlone(plan)) return null;
    const { plan: top } = plan.query;
    const access = top.kind === 'project' ? top.input : top;
    if (!isShort(access) || access.instant !== null || expressionsOf(top, access).some(hasSubquery)) return null;
    return new ShortChange(plan, access);
  }

  /** False: there are so many rows that the long path finds them sooner. */
  suits(table: Table): boolean {
    return this.access.kind !== 'table-scan' || table.rowCountEstimate() <= LIMITS.directRows;
  }

  get tableId(): number {
    return this.target.table.id;
  }

  /** `given` as the caller passed it, and behind it the values of literals. Returns how many rows it has changed, or {@link TOO_MANY_ROWS}. */
  run(transaction: WriteTransaction, given: readonly unknown[], contextOf: () => ExecutionContext): number {
    const table = transaction.table(this.tableId);
    const context = this.needsContext ? contextOf() : null;
    if (!this.isSole) {
      const found = this.findAll(table, transaction, context as ExecutionContext);
      if (found === null) return TOO_MANY_ROWS;
      for (const location of found) this.change(table, location, transaction, given, context);
      return found.length;
    }
    const location = this.find(table, transaction, given, context, contextOf);
    if (location < 0 || !this.passes(table, location, context)) return 0;
    this.change(table, location, transaction, given, context);
    return 1;
  }

  private find(
    table: Table,
    transaction: WriteTransaction,
    given: readonly unknown[],
    context: ExecutionContext | null,
    contextOf: () => ExecutionContext,
  ): RowLocation {
    if (this.unique !== null) {
      const { index, values } = this.unique;
      return table.findLiveKey(
        index,
        values.map((evaluate) => evaluate(EMPTY_ROW, context as ExecutionContext)),
      );
    }
    const rowid = this.rowid(given, context, contextOf);
    return rowid === null ? -1 : table.find(transaction, rowid);
  }

  private rowid(
    given: readonly unknown[],
    context: ExecutionContext | null,
    contextOf: () => ExecutionContext,
  ): number | null {
    const value = this.keyParameter < 0 ? null : given[this.keyParameter];
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value + 0;
    return rowidOf((this.key as ScalarEvaluator)(EMPTY_ROW, context ?? contextOf()));
  }

  /** By ascending rowid, as the long path does: see RowCollector.byRowid. */
  private findAll(
    table: Table,
    transaction: WriteTransaction,
    context: ExecutionContext,
  ): readonly RowLocation[] | null {
    const all =
      this.stretch === null
        ? rowsByRowid(table, transaction.transaction)
        : this.findStretch(this.stretch, table, transaction, context);
    const found =
      this.filter === null ? all : (all?.filter((location) => this.passes(table, location, context)) ?? null);
    context.interrupt();
    return found;
  }

  private findStretch(
    stretch: CompiledStretch,
    table: Table,
    transaction: WriteTransaction,
    context: ExecutionContext,
  ): readonly RowLocation[] | null {
    const range = stretch.evaluate(context);
    if (range === null) return [];
    const { index } = this.access as IndexScanPlan;
    const scan = table.indexScan(transaction, index.id, [range], [ROWID_COLUMN], 'forward');
    return scannedByRowid(scan, LIMITS.directRows);
  }

  private passes(table: Table, location: RowLocation, context: ExecutionContext | null): boolean {
    if (this.filter === null) return true;
    return truth(this.filter(this.row.at(table, location), context as ExecutionContext)) === true;
  }

  private change(
    table: Table,
    location: RowLocation,
    transaction: WriteTransaction,
    given: readonly unknown[],
    context: ExecutionContext | null,
  ): void {
    const { assignments, isAssigned } = this;
    if (assignments === null) {
      table.end(transaction, location);
      return;
    }
    const { rowidColumn } = this.target.table;
    const values: ColumnValue[] = new Array(isAssigned.length).fill(null);
    for (let i = 0; i < values.length; i++)
      if (!isAssigned[i] && i !== rowidColumn) values[i] = table.valueAt(location, i);
    const row = this.row.at(table, location);
    for (const { column, value } of assignments) values[column] = value(row, given, context);
    for (const column of this.notNull) if (values[column] === null) throw notNullViolation(this.target, column);
    table.update(transaction, location, table.valueAt(location, ROWID_COLUMN) as number, values);
  }
}

/** The change is all that happens. */
function isAlone(plan: UpdatePlan | DeletePlan): boolean {
  const { target } = plan;
  if (!isPlainTarget(target) || target.foreignKeys.asParent.length > 0) return false;
  if (plan.kind === 'delete') return plan.others.length === 0;
  const { policy, late, columns } = plan;
  return (policy === null || policy === 'abort') && late === null && !columns.includes(ROWID_COLUMN);
}

function isShort(access: PhysicalPlan): access is ShortAccess {
  if (access.kind === 'rowid-lookup') return access.keys.length === 1 && access.through === null;
  if (access.kind === 'index-scan') return access.anyOf === null && access.also.length === 0;
  return access.kind === 'table-scan' && access.since === null;
}

/** null: there may be several rows. */
function uniqueKeyOf(access: ShortAccess): UniqueKey | null {
  if (access.kind !== 'index-scan') return null;
  const { index, equal, nulls } = access;
  if (!index.unique || equal.length < index.columns.length || nulls.includes(true)) return null;
  return { index, values: equal.map(compileScalar) };
}

function expressionsOf(top: PhysicalPlan, access: ShortAccess): readonly BoundExpression[] {
  const keys = access.kind === 'rowid-lookup' ? access.keys : access.kind === 'index-scan' ? stretchOf(access) : [];
  return [
    ...keys,
    ...(access.filter === null ? [] : [access.filter]),
    ...(top.kind === 'project' ? top.expressions : []),
  ];
}

function stretchOf({ equal, low, high }: IndexScanPlan): readonly BoundExpression[] {
  return [...equal, ...[low, high].flatMap((bound) => (bound === null ? [] : [bound.expression]))];
}

function parameterOf(key: BoundExpression): number {
  const inner = key.kind === 'affinity' ? key.operand : key;
  return inner.kind === 'parameter' ? inner.index : -1;
}

/** The assignments of values that come from the caller or the text; null: some are computed. */
function passedOn(plan: UpdatePlan | DeletePlan): readonly Assignment[] | null {
  if (plan.kind === 'delete') return [];
  const assignments: Assignment[] = [];
  for (let i = 0; i < plan.columns.length; i++) {
    const expression = assignedBy(plan, i);
    const source = expression === null ? null : sourceOf(expression, plan.target.table, plan.columns[i]);
    if (source === null) return null;
    assignments.push({ column: plan.columns[i], value: (_, given) => valueFrom(source, given) });
  }
  return assignments;
}

function computed(plan: UpdatePlan): readonly Assignment[] {
  const { table } = plan.target;
  return plan.columns.map((column, i) => {
    const expression = assignedBy(plan, i);
    const slot = plan.query.slots[i + 1];
    const evaluate = expression === null ? (row: RowValues): SqlValue => row.column(slot) : compileScalar(expression);
    const { type, name } = table.columns[column];
    const coerce = tableCoercer(type, `${table.name}.${name}`, plan.query.columns[i + 1].type);
    return { column, value: (row, _, context) => coerce(evaluate(row, context as ExecutionContext)) };
  });
}

/** null: the value of a column that the way to the rows yields. */
function assignedBy({ query: { plan, slots } }: UpdatePlan, i: number): BoundExpression | null {
  return plan.kind === 'project' ? plan.expressions[slots[i + 1]] : null;
}
