import { unreachable } from '../../base/assert.ts';
import type { ApplyNode, JoinNode, LogicalPlan, ScanNode } from '../binder/logical-plan.ts';
import { conditionsOnColumns } from './column-conditions.ts';
import type { Statistics } from './statistics.ts';

/** Guesses, for want of histograms: the share of rows that a condition lets through. */
const EQUALITY_SELECTIVITY = 0.05;
const RANGE_SELECTIVITY = 0.3;
const OTHER_SELECTIVITY = 0.5;
const GROUPS_PER_ROW = 0.1;
const RECURSIVE_ROWS = 1000;

/** Rows that a plan yields, roughly: enough to order joins. */
export function estimateRows(plan: LogicalPlan, statistics: Statistics): number {
  switch (plan.kind) {
    case 'scan':
      return estimateScan(plan, statistics);
    case 'values':
      return plan.rows.length;
    case 'filter':
      return estimateRows(plan.input, statistics) * OTHER_SELECTIVITY ** plan.conditions.length;
    case 'project':
    case 'sort':
    case 'distinct':
    case 'window':
      return estimateRows(plan.input, statistics);
    case 'join':
    case 'apply':
      return estimateJoin(plan, statistics);
    case 'aggregate':
      return plan.keys.length === 0 ? 1 : estimateRows(plan.input, statistics) * GROUPS_PER_ROW;
    case 'limit': {
      const rows = estimateRows(plan.input, statistics);
      const { limit } = plan;
      return limit?.kind === 'literal' && typeof limit.value === 'bigint' ? Math.min(rows, Number(limit.value)) : rows;
    }
    case 'set-operation':
      return estimateRows(plan.left.plan, statistics) + estimateRows(plan.right.plan, statistics);
    case 'recursive':
    case 'working-table':
      return RECURSIVE_ROWS;
    default:
      return unreachable(plan, 'plan');
  }
}

function estimateJoin(plan: JoinNode | ApplyNode, statistics: Statistics): number {
  const left = estimateRows(plan.left, statistics);
  switch (plan.join) {
    case 'single':
    case 'mark':
      return left;
    case 'semi':
    case 'anti':
      return left * OTHER_SELECTIVITY;
    default: {
      const right = estimateRows(plan.right, statistics);
      return plan.kind === 'apply' || plan.conditions.length === 0 ? left * right : Math.max(left, right);
    }
  }
}

function estimateScan(scan: ScanNode, statistics: Statistics): number {
  const rows = statistics.rowCount(scan.table.id);
  const found = conditionsOnColumns(scan);
  if (found.some(({ column, operator }) => operator === '=' && isUniqueColumn(scan, column))) return Math.min(rows, 1);
  let estimate = rows;
  for (const { operator } of found) estimate *= operator === '=' ? EQUALITY_SELECTIVITY : RANGE_SELECTIVITY;
  return estimate * OTHER_SELECTIVITY ** Math.max(0, scan.conditions.length - found.length);
}

function isUniqueColumn(scan: ScanNode, column: number): boolean {
  if (column < 0) return true;
  return scan.indexes.some((index) => index.unique && index.columns.length === 1 && index.columns[0].column === column);
}
