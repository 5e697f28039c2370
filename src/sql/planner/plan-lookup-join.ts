import type { ColumnId, JoinNode, LogicalPlan, ScanNode } from '../binder/logical-plan.ts';
import { seenFromWithin } from '../binder/seen-from-within.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { type AccessPath, chooseAccessPath, type WantedOrder } from './access-path.ts';
import { hoistedExpression } from './hoist.ts';
import { INDEX_LOOKUP_ROWS, indexProbeCost, ROWID_LOOKUP_ROWS, rowidProbeCost } from './lookup-cost.ts';
import type { LookupJoinPlan, PhysicalPlan, ProbePlan } from './physical-plan.ts';
import { orderOfLeft, withJoinColumns, yieldedColumns } from './plan-join.ts';
import { factsOf } from './plan-scan.ts';
import { type Planner, union } from './planner.ts';
import { outputIds, readColumns, subqueriesOf } from './reads.ts';
import { matchesOnce } from './unique-keys.ts';

/** A table whose rows an index or the rowid finds by columns of the other side, when that side is small. */
export function planLookupJoin(
  node: JoinNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan | null {
  if (node.join === 'full' || node.nullAware !== undefined) return null;
  const straight = lookupOn(node, node.join, node.left, node.right, required, wanted, planner);
  if (straight !== null || !isMutual(node)) return straight;
  return lookupOn(node, 'inner', node.right, node.left, required, wanted, planner);
}

/** True where it does not matter which side looks for partners: a semijoin with rows that are unique by its equalities is an inner join. */
function isMutual({ join, conditions, right }: JoinNode): boolean {
  return join === 'inner' || (join === 'semi' && matchesOnce(conditions, right));
}

function lookupOn(
  node: JoinNode,
  join: LookupJoinPlan['join'],
  left: LogicalPlan,
  right: LogicalPlan,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan | null {
  if (right.kind !== 'scan') return null;
  const all = [...right.conditions, ...node.conditions];
  const hasSubquery = (condition: BoundExpression): boolean => subqueriesOf(condition).length > 0;
  const later = all.filter(hasSubquery);
  if (later.length > 0 && join !== 'inner') return null;
  const conditions = all.filter((condition) => !hasSubquery(condition));
  const leftIds = outputIds(left);
  const inner: ScanNode = { ...right, conditions: conditions.map((condition) => seenFromWithin(condition, leftIds)) };
  const path = chooseAccessPath(inner, null, factsOf(inner, planner));
  const isProbe = join !== 'single' && isForProbe(path);
  if (!isWorthwhile(path, isProbe, left, inner, planner)) return null;
  const yielded = union(required, readColumns(...later));
  const leftPlan = planner.plan(left, withJoinColumns(yielded, node), orderOfLeft(left, wanted, true));
  const rightPlan = planner.plan(inner, yielded, null);
  if (rightPlan.kind !== 'index-scan' && rightPlan.kind !== 'rowid-lookup') return null;
  const columns = yieldedColumns(join, leftPlan, rightPlan, node);
  const ensured: readonly BoundExpression[] = path.ensured;
  const open = conditions.filter((_, i) => !ensured.includes(inner.conditions[i]));
  const probe: ProbePlan | null = !isProbe
    ? null
    : {
        table: right.table,
        instant: right.instant,
        index: rightPlan.kind === 'index-scan' ? rightPlan.index : null,
        keys: keysOf(path).map((key) => planner.expression(hoistedExpression(key), leftPlan.columns)),
        tableColumns: rightPlan.tableColumns,
        condition: planner.condition(open, [...leftPlan.columns, ...rightPlan.columns]),
      };
  const plan: LookupJoinPlan = {
    kind: 'lookup-join',
    columns,
    join,
    left: leftPlan,
    right: rightPlan,
    reads: null,
    probe,
  };
  const condition = planner.condition(later, columns);
  return condition === null ? plan : { kind: 'filter', columns, input: plan, condition };
}

function keysOf(path: AccessPath): readonly BoundExpression[] {
  return path.kind === 'rowid' ? path.keys : path.kind === 'index' ? path.equal : [];
}

/** Equalities alone: many keys can be looked up at once. A NULL equals none: IS NULL is no equality. */
function isForProbe(path: AccessPath): boolean {
  if (path.kind === 'rowid') return path.keys.length === 1;
  if (path.kind !== 'index' || path.nulls.includes(true)) return false;
  return path.anyOf === null && path.low === null && path.high === null;
}

function isWorthwhile(
  path: AccessPath,
  isProbe: boolean,
  left: LogicalPlan,
  inner: ScanNode,
  { estimator }: Planner,
): boolean {
  const tableRows = estimator.tableRows(inner);
  const lookups = estimator.rows(left);
  if (path.kind === 'rowid') return lookups * (isProbe ? rowidProbeCost(tableRows) : ROWID_LOOKUP_ROWS) <= tableRows;
  if (path.kind !== 'index' || path.equal.length === 0) return false;
  if (!isProbe) return lookups * INDEX_LOOKUP_ROWS <= tableRows;
  const found = estimator.rows({ ...inner, conditions: path.ensured });
  const columns = path.index.columns.slice(0, path.equal.length).map(({ column }) => column);
  return lookups * indexProbeCost(tableRows, found, inner.table, columns) <= tableRows;
}
