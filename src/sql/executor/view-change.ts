import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { valueAt } from '../../engine/column/vector.ts';
import { foldName } from '../binder/names.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import { physicalKindOf, STATIC_TYPES } from '../expressions/static-type.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { shownValue } from '../expressions/values/shown-value.ts';
import type { DeletePlan, TargetPlan, UpdatePlan } from '../planner/plan-statement.ts';
import type { Change, ChangeContext, ChangeResult } from './change.ts';
import { RowCollector } from './collect-rows.ts';
import { Returning } from './returning.ts';
import type { StoredRows } from './row-store.ts';
import { TableRow } from './table-row.ts';
import { type RowEvent, Triggers } from './triggers.ts';

/** Characters of a text in a message. */
const LONGEST_SHOWN = 100;

/** Hands the rows of a view to its INSTEAD OF triggers. Nothing is counted but what they change. */
export class ViewRows {
  private readonly triggers: Triggers;
  private readonly returning: Returning;
  private readonly counters: TargetPlan['counters'];

  constructor({ triggers, table, counters, returning }: TargetPlan) {
    this.counters = counters;
    this.triggers = new Triggers(triggers, table.columns.length);
    this.returning = new Returning(returning);
  }

  change(event: Omit<RowEvent, 'time'>, change: ChangeContext, result: ChangeResult): void {
    if (this.counters !== undefined) changeCounter(event, this.counters, change, result);
    else if (!this.triggers.fire({ ...event, time: 'INSTEAD OF' }, change)) return;
    this.returning.add((event.row ?? event.old) as TableRow, change.context, result);
  }
}

/** A row of `sqlite_sequence`: from where on its table counts. Without it, the table counts from its last row on. */
function changeCounter(
  { old, row }: Pick<RowEvent, 'old' | 'row'>,
  counters: ReadonlyMap<string, number>,
  { transaction }: ChangeContext,
  result: ChangeResult,
): void {
  const countFrom = (name: SqlValue, rowid: number): void => {
    const id = typeof name === 'string' ? counters.get(foldName(name)) : undefined;
    if (id === undefined) {
      throw new HeliosError('TABLE_NOT_FOUND', `sqlite_sequence: no table ${shown(name)} with AUTOINCREMENT`);
    }
    transaction.countFrom(transaction.table(id), rowid);
  };
  const [oldName] = old?.values ?? [];
  const [name, rowid] = row?.values ?? [];
  if (oldName !== undefined && (name === undefined || name !== oldName)) countFrom(oldName, 0);
  if (name !== undefined) countFrom(name, counted(rowid ?? null));
  result.changes++;
}

/** NULL counts as 0. */
function counted(rowid: SqlValue): number {
  const number =
    rowid === null ? 0 : typeof rowid === 'bigint' || typeof rowid === 'number' ? Number(rowid) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= 0 && number < Number.MAX_SAFE_INTEGER) return number;
  throw new HeliosError('INVALID_VALUE', `sqlite_sequence.seq: ${shown(rowid)} is not a rowid`);
}

function shown(value: SqlValue): string {
  return shownValue(value, STATIC_TYPES.ANY, LONGEST_SHOWN);
}

/** UPDATE and DELETE of a view: its rows are found, and handed over one by one. */
export class ViewChange implements Change {
  private readonly plan: UpdatePlan | DeletePlan;
  private readonly query: RowCollector;
  private readonly rows: ViewRows;
  /** Of the columns of the view, then of the assigned values. */
  private readonly coercers: readonly ColumnCoercer[];
  private readonly columns: readonly number[];

  constructor(plan: UpdatePlan | DeletePlan) {
    this.plan = plan;
    this.query = new RowCollector(plan.query);
    this.rows = new ViewRows(plan.target);
    const { table } = plan.target;
    this.columns = [...table.columns.keys(), ...(plan.kind === 'update' ? plan.columns : [])];
    this.coercers = this.columns.map((column, i) => {
      const { name, type } = table.columns[column];
      return tableCoercer(type, `${table.name}.${name}`, plan.query.columns[i].type);
    });
  }

  run(change: ChangeContext, result: ChangeResult): void {
    for (const found of this.query.parts(change)) this.hand(found, change, result);
  }

  private hand(found: StoredRows, change: ChangeContext, result: ChangeResult): void {
    const { target, kind } = this.plan;
    const kinds = this.plan.query.columns.map(({ type }) => physicalKindOf(type));
    const vectors = kinds.map((_, i) => found.column(i));
    const width = target.table.columns.length;
    const isAssigned = kind === 'update' ? (column: number) => this.columns.includes(column, width) : null;
    const policy = kind === 'update' ? (change.policy ?? this.plan.policy) : null;
    for (let k = 0; k < found.length; k++) {
      const valueIn = (i: number) => this.coercers[i](valueAt(vectors[i], kinds[i], k));
      const old = new TableRow(target.table);
      for (let i = 0; i < width; i++) old.values[i] = valueIn(i);
      if (kind === 'delete') {
        this.rows.change({ event: 'DELETE', old, row: null, isAssigned, policy }, change, result);
        continue;
      }
      const row = new TableRow(target.table);
      for (const [i, column] of this.columns.entries()) {
        row.values[column] = applyAffinity(valueIn(i), this.plan.query.columns[column].affinity);
      }
      this.rows.change({ event: 'UPDATE', old, row, isAssigned, policy }, change, result);
    }
  }
}
