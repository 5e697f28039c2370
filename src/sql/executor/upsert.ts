import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { BoundUpsert } from '../binder/bound-statement.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import type { ColumnCoercer } from '../expressions/coercion/column.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { truth } from '../expressions/values/numeric.ts';
import type { InsertPlan, TargetPlan } from '../planner/plan-statement.ts';
import type { ChangeContext, ChangeResult } from './change.ts';
import { requiredRowid, rowidFrom } from './rowid-value.ts';
import { TableRow } from './table-row.ts';
import type { TableWriter } from './table-writer.ts';
import type { Uniqueness } from './uniqueness.ts';

/** A clause of ON CONFLICT, ready to run. */
export interface UpsertClause {
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
  private readonly clauses: readonly UpsertClause[];

  constructor(plan: InsertPlan) {
    this.target = plan.target;
    this.clauses = plan.upserts.map(({ constraint, update }) => ({
      constraint,
      update: update === null ? null : compileUpdate(update, plan.target),
    }));
  }

  /** The clause that answers a collision, or null. */
  clauseFor(id: Uniqueness['id']): UpsertClause | null {
    return this.clauses.find(({ constraint }) => constraint === 'any' || answers(constraint, id)) ?? null;
  }

  /** What the clauses name comes first, in their order: of several collisions the first one found counts. */
  order(uniquenesses: readonly Uniqueness[]): readonly Uniqueness[] {
    const named = this.clauses.flatMap(({ constraint }) =>
      constraint === 'any' ? [] : uniquenesses.filter(({ id }) => answers(constraint, id)),
    );
    return [...named, ...uniquenesses.filter((unique) => !named.includes(unique))];
  }

  /** Does what the clause says with the live row that `row` collides with. */
  apply(
    { update }: UpsertClause,
    row: TableRow,
    table: Table,
    location: RowLocation,
    writer: TableWriter,
    change: ChangeContext,
    result: ChangeResult,
  ): void {
    if (update === null) return;
    const { context } = change;
    const stored = new TableRow(this.target.table);
    stored.load(table, location);
    stored.excluded = row;
    if (update.where !== null && truth(update.where(stored, context)) !== true) return;
    const values = update.values.map((evaluate) => evaluate(stored, context));
    values.forEach((value, i) => {
      const coerce = update.coercers[i];
      if (coerce === null) stored.rowid = requiredRowid(rowidFrom(value, this.target.table), this.target);
      else stored.values[update.columns[i]] = coerce(value);
    });
    writer.update(location, stored, update.columns, 'abort', change, result);
  }
}

function answers(constraint: Exclude<BoundUpsert['constraint'], 'any'>, id: Uniqueness['id']): boolean {
  return constraint === 'rowid' ? id === 'rowid' : constraint.indexId === id;
}

function compileUpdate(update: Exclude<BoundUpsert['update'], null>, { table }: TargetPlan): CompiledUpdate {
  const { assignments, where } = update;
  return {
    columns: assignments.map(({ column }) => (column === table.rowidColumn ? ROWID_COLUMN : column)),
    values: assignments.map(({ expression }) => compileScalar(expression)),
    coercers: assignments.map(({ column, expression }) => {
      if (column === ROWID_COLUMN || column === table.rowidColumn) return null;
      const { type, name } = table.columns[column];
      return tableCoercer(type, `${table.name}.${name}`, expression.type);
    }),
    where: where === null ? null : compileScalar(where),
  };
}
