import { type ColumnId, LOCATION_COLUMN, type ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { conjuncts } from '../expressions/inspect.ts';
import { type AccessPath, chooseAccessPath, LOOKUP_COST } from './access-path.ts';
import type { PhysicalPlan } from './physical-plan.ts';
import { factsOf, planScan } from './plan-scan.ts';
import { withConditions } from './plan-tree.ts';
import type { Planner } from './planner.ts';
import { readColumns } from './reads.ts';

/** Fewer rows are scanned before several indexes are opened. */
const UNION_ROWS = 2000;
const MOST_BRANCHES = 16;

/** `a = 1 OR b = 2` as the rows that one index or another finds; null where a branch has none. */
export function planAlternatives(
  scan: ScanNode,
  required: ReadonlySet<ColumnId>,
  planner: Planner,
): PhysicalPlan | null {
  const rows = planner.estimator.tableRows(scan);
  const location = scan.columns.find(({ column }) => column === LOCATION_COLUMN);
  if (rows < UNION_ROWS || scan.indexedBy !== null || location === undefined) return null;
  const branchesOf = (condition: BoundExpression): readonly ScanNode[] | null => {
    if (condition.kind !== 'or' || condition.operands.length > MOST_BRANCHES) return null;
    const branches = condition.operands.map((operand) => withConditions(scan, conjuncts(operand)));
    const found = branches.reduce((sum, branch) => sum + planner.estimator.rows(branch), 0);
    if (found * LOOKUP_COST > rows) return null;
    return branches.every((branch) => isLookup(chooseAccessPath(branch, null, factsOf(branch, planner))))
      ? branches
      : null;
  };
  for (const condition of scan.conditions) {
    const branches = branchesOf(condition);
    if (branches === null) continue;
    const needed = new Set([...required, ...readColumns(...scan.conditions), location.id]);
    const plans = branches.map((branch) => planScan(branch, needed, null, planner));
    const { columns } = plans[0];
    const filter = planner.condition(scan.conditions, columns);
    return { kind: 'union-scan', columns, table: scan.table, alias: scan.alias, branches: plans, filter };
  }
  return null;
}

function isLookup(path: AccessPath): boolean {
  return path.kind === 'rowid' || (path.kind === 'index' && (path.equal.length > 0 || path.anyOf !== null));
}
