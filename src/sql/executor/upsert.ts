import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Conflict, Table } from '../../engine/table/table.ts';
import type { BoundUpsert } from '../binder/bound-statement.ts';
import { tableCoercer } from '../binder/column-affinity.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { InsertPlan, TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeContext, ChangeResult, Returning } from './change.ts';
import { compileRowChecks, type RowCheck } from './row-checks.ts';
import { rowidFrom } from './rowid-value.ts';
import { TableRow } from './table-row.ts';

interface CompiledUpsert {
  readonly constraint: BoundUpsert['constraint'];
  readonly update: CompiledUpdate | null;
}

interface CompiledUpdate {
  readonly columns: readonly number[];
  readonly values: readonly ScalarEvaluator[];
  readonly coercers: readonly (ColumnCoercer | null)[];
  readonly where: ScalarEvaluator | null;
}

/** ON CONFLICT DO NOTHING and DO UPDATE. */
export class Upsert {
  private readonly target: TargetPlan;
  private readonly clauses: readonly CompiledUpsert[];
  private readonly check: RowCheck;
  private readonly stored: TableRow;

  constructor(plan: InsertPlan) {
    this.target = plan.target;
    this.check = compileRowChecks(plan.target);
    this.stored = new TableRow(plan.target.table);
    this.clauses = plan.upserts.map(({ constraint, update }) => ({
      constraint,
      update: update === null ? null : compileUpdate(update, plan.target),
    }));
  }

  /** True when a clause has dealt with the row; false when it is to be inserted, or fails as without the clause. */
  resolve(row: TableRow, table: Table, change: ChangeContext, result: ChangeResult, returning: Returning): boolean {
    const conflict = table.findConflict(row.rowid, row.values);
    if (conflict === null) return false;
    const clause = this.clauses.find(({ constraint }) => answers(constraint, conflict));
    if (clause === undefined) return false;
    if (clause.update !== null) this.update(clause.update, row, table, conflict, change, result, returning);
    return true;
  }

  private update(
    update: CompiledUpdate,
    row: TableRow,
    table: Table,
    conflict: Conflict,
    { context, transaction }: ChangeContext,
    result: ChangeResult,
    returning: Returning,
  ): void {
    const { stored, target } = this;
    stored.load(table, conflict.location);
    stored.excluded = row;
    if (update.where !== null && truth(update.where(stored, context)) !== true) return;
    const values = update.values.map((evaluate) => evaluate(stored, context));
    values.forEach((value, i) => {
      const coerce = update.coercers[i];
      if (coerce === null) stored.rowid = rowidFrom(value, target.table);
      else stored.values[update.columns[i]] = coerce(value);
    });
    const broken = this.check(stored, context);
    if (broken !== null) throw broken;
    table.update(transaction, conflict.location, stored.rowid as number, stored.values);
    result.changes++;
    returning.add(stored, context, result);
  }
}

function answers(constraint: BoundUpsert['constraint'], conflict: Conflict): boolean {
  if (constraint === 'any') return true;
  return constraint === 'rowid' ? conflict.index === null : conflict.index?.id === constraint.indexId;
}

function compileUpdate(update: Exclude<BoundUpsert['update'], null>, { table }: TargetPlan): CompiledUpdate {
  const { assignments, where } = update;
  return {
    columns: assignments.map(({ column }) => column),
    values: assignments.map(({ expression }) => compileScalar(expression)),
    coercers: assignments.map(({ column, expression }) => {
      if (column === ROWID_COLUMN || column === table.rowidColumn) return null;
      const { type, name } = table.columns[column];
      return tableCoercer(type, `${table.name}.${name}`, expression.type);
    }),
    where: where === null ? null : compileScalar(where),
  };
}
