import type { ConflictPolicy, IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { BoundTriggerProgram } from '../binder/bind-trigger.ts';
import type * as Bound from '../binder/bound-statement.ts';
import type { ComputedIndex } from '../binder/computed-indexes.ts';
import type { ForeignKeySides } from '../binder/foreign-keys.ts';
import type { PlanColumn } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { QueryPlan } from './physical-plan.ts';
import type { Planner } from './planner.ts';
import { type Slots, toSlots } from './slots.ts';

/** A table that a statement changes. Expressions read one row: see {@link Bound.BoundTarget}. */
export interface TargetPlan {
  readonly table: TableDefinition;
  readonly indexes: readonly IndexDefinition[];
  readonly checks: readonly Bound.BoundCheck[];
  readonly defaults: readonly (BoundExpression | null)[];
  readonly generated: readonly Bound.BoundGenerated[];
  readonly foreignKeys: ForeignKeySides;
  readonly computedIndexes: readonly ComputedIndex[];
  readonly triggers: readonly Bound.BoundTrigger[];
  readonly isView: boolean;
  readonly counters?: ReadonlyMap<string, number>;
  readonly returning: readonly ReturningPlan[];
}

export interface ReturningPlan {
  readonly column: PlanColumn;
  readonly expression: BoundExpression;
}

export interface InsertPlan {
  readonly kind: 'insert';
  readonly target: TargetPlan;
  readonly columns: readonly number[];
  readonly source:
    | { readonly kind: 'rows'; readonly rows: readonly (readonly (BoundExpression | null)[])[] }
    | { readonly kind: 'query'; readonly query: QueryPlan };
  readonly policy: ConflictPolicy | null;
  readonly upserts: readonly Bound.BoundUpsert[];
}

export interface UpdatePlan {
  readonly kind: 'update';
  readonly target: TargetPlan;
  /** See {@link Bound.BoundUpdate}. */
  readonly query: QueryPlan;
  readonly columns: readonly number[];
  readonly late: readonly BoundExpression[] | null;
  readonly policy: ConflictPolicy | null;
}

export interface DeletePlan {
  readonly kind: 'delete';
  readonly target: TargetPlan;
  readonly query: QueryPlan;
  readonly others: readonly DeletePlan[];
}

export type ChangePlan = InsertPlan | UpdatePlan | DeletePlan;

/** What a trigger does: see {@link BoundTriggerProgram}. `when` reads the two rows as columns. */
export interface TriggerPlan {
  readonly when: BoundExpression | null;
  readonly steps: readonly (ChangePlan | { readonly kind: 'query'; readonly query: QueryPlan })[];
}

export function planTrigger(
  { when, steps }: BoundTriggerProgram,
  table: TableDefinition,
  planner: Planner,
): TriggerPlan {
  return {
    when: when === null ? null : toSlots(when, rowSlots(table), planner.subqueries),
    steps: steps.map((step) =>
      step.kind === 'query' ? { kind: 'query', query: planner.planQuery(step.query) } : planChange(step, planner),
    ),
  };
}

export function planChange(
  statement: Bound.BoundInsert | Bound.BoundUpdate | Bound.BoundDelete,
  planner: Planner,
): ChangePlan {
  switch (statement.kind) {
    case 'insert':
      return {
        ...statement,
        target: planTarget(statement.target, planner),
        source: planSource(statement.source, planner),
        upserts: planUpserts(statement, planner),
      };
    case 'update': {
      const slots = rowSlots(statement.target.table);
      const late = statement.late?.map((expression) => toSlots(expression, slots, planner.subqueries)) ?? null;
      const target = planTarget(statement.target, planner);
      return { ...statement, target, query: planner.planQuery(statement.query), late };
    }
    case 'delete':
      return planDelete(statement, planner);
  }
}

function planDelete(statement: Bound.BoundDelete, planner: Planner): DeletePlan {
  return {
    kind: 'delete',
    target: planTarget(statement.target, planner),
    query: planner.planQuery(statement.query),
    others: statement.others.map((other) => planDelete(other, planner)),
  };
}

function planSource(source: Bound.InsertSource, planner: Planner): InsertPlan['source'] {
  if (source.kind === 'query') return { kind: 'query', query: planner.planQuery(source.query) };
  const rows = source.rows.map((row) => row.map((value) => (value === null ? null : planner.expression(value, []))));
  return { kind: 'rows', rows };
}

function planTarget(target: Bound.BoundTarget, planner: Planner): TargetPlan {
  const slots = rowSlots(target.table);
  const returning = target.returning.map(({ expression, ...column }) => ({
    column,
    expression: toSlots(expression, slots, planner.subqueries),
  }));
  return { ...target, returning };
}

function planUpserts(statement: Bound.BoundInsert, planner: Planner): readonly Bound.BoundUpsert[] {
  const slots = rowSlots(statement.target.table);
  const plan = (expression: BoundExpression) => toSlots(expression, slots, planner.subqueries);
  return statement.upserts.map(({ constraint, update }) => ({
    constraint,
    update: update && {
      assignments: update.assignments.map(({ column, expression }) => ({ column, expression: plan(expression) })),
      where: update.where === null ? null : plan(update.where),
    },
  }));
}

/** In a row of a target, a column's position is its id: the row, its rowid, and behind them those of `excluded`. */
export function rowSlots(table: TableDefinition): Slots {
  const count = (table.columns.length + 2) * 2;
  return { get: (id) => (id < count ? id : undefined) };
}
