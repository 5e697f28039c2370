import { readColumn } from '../binder/binder.ts';
import type { PlanColumn } from '../binder/logical-plan.ts';
import type { BoundExpression, ColumnExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
import type { Decorrelated } from './decorrelate.ts';
import { readsHost } from './hoist.ts';
import { outputColumns, readColumns } from './reads.ts';
import type { RuleContext } from './rule.ts';

/** `inner = outer`: an equality that ties a subquery's rows to those around it. */
export interface Tie {
  /** Of the subquery's rows. */
  readonly inner: BoundExpression;
  /** Has the value of `inner`: the column itself where it is one. */
  readonly column: PlanColumn;
  readonly outer: BoundExpression;
  /** The equality of `column` and `outer`. */
  readonly condition: ComparisonExpression;
}

/**
 * The conditions of a decorrelated plan as ties; null where one is something else, or where rows that are equal to one
 * outer value are not all in one group of equal columns.
 */
export function tiesOf(input: Decorrelated, context: RuleContext): readonly Tie[] | null {
  const ties: Tie[] = [];
  for (const condition of input.conditions) {
    const tie = tieOf(condition, context);
    if (tie === null) return null;
    ties.push(tie);
  }
  return ties;
}

/** Either way round, where each side reads rows of one query alone. */
export function tieOf(condition: BoundExpression, context: RuleContext): Tie | null {
  if (condition.kind !== 'comparison' || (condition.operator !== '=' && condition.operator !== 'IS')) return null;
  const { left, right, collation } = condition;
  if (readsHost(left) && readsHost(right)) return null;
  const [inner, outer] = readsHost(left) ? [right, left] : [left, right];
  if (readColumns(outer).size > 0) return null;
  const column: PlanColumn =
    inner.kind === 'column'
      ? planColumnOf(inner)
      : context.newColumn({ name: '', type: inner.type, collation, affinity: 'NONE' });
  // Groups must be as large as the condition's equality makes them.
  const isText = column.type.kind === 'TEXT' || column.type.kind === 'ANY';
  if (isText && (column.collation !== collation || inner.kind !== 'column')) return null;
  return { inner, column, outer, condition: { ...condition, left: readColumn(column), right: outer } };
}

function planColumnOf({ index, name, type, collation, affinity }: ColumnExpression): PlanColumn {
  return { id: index, name, type, collation, affinity };
}

/** The decorrelated plan with a column for the inner side of every tie; null where its conditions are no ties. */
export function withTieColumns(
  input: Decorrelated | null,
  context: RuleContext,
): { readonly input: Decorrelated; readonly ties: readonly Tie[] } | null {
  if (input === null) return null;
  const ties = tiesOf(input, context);
  if (ties === null) return null;
  const conditions = ties.map(({ condition }) => condition);
  const there = outputColumns(input.plan);
  const added = ties.filter(({ column }) => !there.some(({ id }) => id === column.id));
  if (added.length === 0) return { input: { ...input, conditions }, ties };
  const passed = there.map((column) => ({ ...column, expression: readColumn(column) }));
  const columns = [...passed, ...added.map(({ column, inner }) => ({ ...column, expression: inner }))];
  return { input: { ...input, plan: { kind: 'project', input: input.plan, columns }, conditions }, ties };
}
