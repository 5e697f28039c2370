import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { INDEX_LOOKUP_ROWS } from './lookup-cost.ts';
import { inputsOf } from './plan-tree.ts';
import { readColumns } from './reads.ts';
import type { RuleContext } from './rule.ts';

/** Running a subquery that finds its rows by an index costs about as much as reading so many rows. */
const RUN_COST = 2 * INDEX_LOOKUP_ROWS;
/** Sorting a row costs about as much as reading so many, */
const SORT_ROWS = 32;
/** which is nothing in tables as small as this. */
const SMALL_ROWS = 2000;

/**
 * True when few rows of `left` need a subquery and an index finds what it reads for each: then most of it is never read.
 * `inner` are the subquery's rows, `ties` the conditions that tie them to those of `left`.
 */
export function isBetterRunPerRow(
  left: LogicalPlan,
  inner: LogicalPlan,
  ties: readonly BoundExpression[],
  { estimator }: RuleContext,
): boolean {
  const runs = estimator.rows(left);
  const rows = estimator.rows(inner);
  // Numbering rows within their ties sorts all of them.
  if (rows > SMALL_ROWS && runs < SORT_ROWS && hasWindow(inner)) return true;
  if (runs * RUN_COST >= rows) return false;
  const read = readColumns(...ties);
  return lookedUp(inner).some((id) => read.has(id));
}

function hasWindow(plan: LogicalPlan): boolean {
  return plan.kind === 'window' || inputsOf(plan).some(hasWindow);
}

/** The columns by which an index or the rowid finds rows of a plan's tables. */
function lookedUp(plan: LogicalPlan): readonly ColumnId[] {
  if (plan.kind !== 'scan') return inputsOf(plan).flatMap(lookedUp);
  const isKey = (column: number): boolean =>
    column === ROWID_COLUMN || plan.indexes.some((index) => index.columns[0].column === column);
  return plan.columns.filter(({ column }) => isKey(column)).map(({ id }) => id);
}
