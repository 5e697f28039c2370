import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { ColumnId, LogicalPlan, PlanColumn } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { WantedOrder } from './access-path.ts';
import type { JoinKey } from './join-keys.ts';
import type { Planner } from './planner.ts';

/** Fewer rows are hashed as fast. */
const MERGE_ROWS = 1000;

interface MergeOrder {
  readonly left: WantedOrder;
  readonly right: WantedOrder;
  /** True when the left side's order is also the one that is wanted of the join. */
  readonly isWanted: boolean;
}

/**
 * The orders in which two sides could be merged: those of the rowids of tables that are scanned in this order anyway.
 * Reading a whole table in the order of another index takes longer than hashing it.
 */
export function mergeOrder(
  { left, right }: { readonly left: LogicalPlan; readonly right: LogicalPlan },
  keys: readonly JoinKey[],
  wanted: WantedOrder | null,
  planner: Planner,
): MergeOrder | null {
  const [key] = keys;
  if (keys.length !== 1 || key.nullsEqual || wanted?.stopsEarly === true || !planner.isOn('merge-join')) return null;
  const { estimator } = planner;
  if (estimator.rows(left) < MERGE_ROWS || estimator.rows(right) < MERGE_ROWS) return null;
  const ofLeft = rowidOrder(left, key.left, planner);
  const ofRight = rowidOrder(right, key.right, planner);
  if (ofLeft === null || ofRight === null) return null;
  const [first] = wanted?.terms ?? [];
  const isWanted = wanted?.terms.length === 1 && !first.descending && first.column.id === ofLeft.terms[0].column.id;
  return { left: ofLeft, right: ofRight, isWanted };
}

function rowidOrder(side: LogicalPlan, key: BoundExpression, planner: Planner): WantedOrder | null {
  if (key.kind !== 'column') return null;
  const column = rowidBehind(side, key.index, planner);
  if (column === null) return null;
  const term = { column: { ...column, id: key.index }, collation: column.collation };
  return { terms: [{ ...term, descending: false, nullsFirst: true }], stopsEarly: false };
}

/** The rowid of the scan that a plan takes its order from, if that is what the column is. */
function rowidBehind(plan: LogicalPlan, id: ColumnId, planner: Planner): PlanColumn | null {
  switch (plan.kind) {
    case 'filter':
      return rowidBehind(plan.input, id, planner);
    case 'project': {
      const expression = plan.columns.find((column) => column.id === id)?.expression;
      return rowidBehind(plan.input, expression?.kind === 'column' ? expression.index : id, planner);
    }
    case 'join':
    case 'apply':
      return rowidBehind(plan.left, id, planner);
    case 'scan': {
      const column = plan.columns.find((candidate) => candidate.id === id);
      return column?.column === ROWID_COLUMN && planner.estimator.isInRowidOrder(plan) ? column : null;
    }
    default:
      return null;
  }
}
