import type { Collation } from '../../engine/catalog/definitions.ts';
import type { ColumnId, JoinNode, LogicalPlan, ScanNode } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { outer } from '../expressions/build.ts';
import { isDeterministic, mapExpression } from '../expressions/inspect.ts';
import { chooseAccessPath } from './access-path.ts';
import { estimateRows } from './estimate.ts';
import type { PhysicalPlan } from './physical-plan.ts';
import { type Planner, union } from './planner.ts';
import { outputIds, readColumns, subqueriesOf } from './reads.ts';

/** A lookup per left row must save at least this many rows of the right side to be worth it. */
const LOOKUP_ADVANTAGE = 20;
/** The side that is hashed may be this much larger than the other before they change places. */
const SWAP_RATIO = 2;

/** An equality between the sides. */
interface JoinKey {
  readonly left: BoundExpression;
  readonly right: BoundExpression;
  readonly collation: Collation;
}

/** Lookup join, hash join or nested loop, in this order of preference. */
export function planJoin(node: JoinNode, required: ReadonlySet<ColumnId>, planner: Planner): PhysicalPlan {
  const lookup = planner.isOn('lookup-join') ? planLookupJoin(node, required, planner) : null;
  if (lookup !== null) return lookup;
  const join = sidesByLoad(node, planner);
  const needed = union(required, readColumns(...join.conditions));
  const left = planner.plan(join.left, needed, null);
  const right = planner.plan(join.right, needed, null);
  const columns = [...left.columns, ...right.columns];
  const { keys, rest } = planner.isOn('hash-join') ? joinKeys(join) : { keys: [], rest: join.conditions };
  const condition = planner.condition(rest, columns);
  const sides = { columns, join: join.join, left, right, condition };
  if (keys.length === 0) return { kind: 'nested-loop-join', ...sides };
  return {
    kind: 'hash-join',
    ...sides,
    leftKeys: keys.map((key) => planner.expression(key.left, left.columns)),
    rightKeys: keys.map((key) => planner.expression(key.right, right.columns)),
    collations: keys.map((key) => key.collation),
  };
}

/** The right side is held in memory: of an inner join it should be the smaller one. */
function sidesByLoad(node: JoinNode, planner: Planner): JoinNode {
  if (node.join !== 'inner' || !planner.isOn('order-joins')) return node;
  const left = estimateRows(node.left, planner.statistics);
  const right = estimateRows(node.right, planner.statistics);
  return right > left * SWAP_RATIO ? { ...node, left: node.right, right: node.left } : node;
}

/** Splits the conditions into equalities between the sides and the rest. */
function joinKeys(node: JoinNode): { readonly keys: readonly JoinKey[]; readonly rest: readonly BoundExpression[] } {
  const leftIds = outputIds(node.left);
  const rightIds = outputIds(node.right);
  const keys: JoinKey[] = [];
  const rest: BoundExpression[] = [];
  for (const condition of node.conditions) {
    const key = keyOf(condition, leftIds, rightIds);
    if (key === null) rest.push(condition);
    else keys.push(key);
  }
  return { keys, rest };
}

function keyOf(
  condition: BoundExpression,
  leftIds: ReadonlySet<ColumnId>,
  rightIds: ReadonlySet<ColumnId>,
): JoinKey | null {
  if (condition.kind !== 'comparison' || condition.operator !== '=') return null;
  if (!isDeterministic(condition) || subqueriesOf(condition).length > 0) return null;
  const { left, right, collation } = condition;
  if (readsOnly(left, leftIds) && readsOnly(right, rightIds)) return { left, right, collation };
  if (readsOnly(left, rightIds) && readsOnly(right, leftIds)) return { left: right, right: left, collation };
  return null;
}

/** True when the expression reads columns, and none but these. */
function readsOnly(expression: BoundExpression, ids: ReadonlySet<ColumnId>): boolean {
  const read = readColumns(expression);
  return read.size > 0 && [...read].every((id) => ids.has(id));
}

/** A table whose rows an index or the rowid finds by columns of the other side, when that side is small. */
function planLookupJoin(node: JoinNode, required: ReadonlySet<ColumnId>, planner: Planner): PhysicalPlan | null {
  if (node.join === 'full') return null;
  const straight = lookupOn(node, node.left, node.right, required, planner);
  if (straight !== null || node.join === 'left') return straight;
  return lookupOn(node, node.right, node.left, required, planner);
}

function lookupOn(
  node: JoinNode,
  left: LogicalPlan,
  right: LogicalPlan,
  required: ReadonlySet<ColumnId>,
  planner: Planner,
): PhysicalPlan | null {
  if (right.kind !== 'scan') return null;
  const conditions = [...right.conditions, ...node.conditions];
  if (conditions.some((condition) => subqueriesOf(condition).length > 0)) return null;
  const tableRows = planner.statistics.rowCount(right.table.id);
  if (estimateRows(left, planner.statistics) * LOOKUP_ADVANTAGE > tableRows) return null;
  const leftIds = outputIds(left);
  const inner: ScanNode = { ...right, conditions: conditions.map((condition) => seenFromWithin(condition, leftIds)) };
  const path = chooseAccessPath(inner, null);
  const isLookup = path.kind === 'rowid' || (path.kind === 'index' && path.equal.length > 0);
  if (!isLookup) return null;
  const leftPlan = planner.plan(left, union(required, readColumns(...node.conditions)), null);
  const rightPlan = planner.plan(inner, required, null);
  const columns = [...leftPlan.columns, ...rightPlan.columns];
  return {
    kind: 'lookup-join',
    columns,
    join: node.join === 'left' ? 'left' : 'inner',
    left: leftPlan,
    right: rightPlan,
  };
}

/** The condition as the right side evaluates it for one left row: that row is one step further out. */
function seenFromWithin(condition: BoundExpression, leftIds: ReadonlySet<ColumnId>): BoundExpression {
  return mapExpression(condition, (node) => {
    if (node.kind === 'outer') return { ...node, depth: node.depth + 1 };
    if (node.kind !== 'column' || !leftIds.has(node.index)) return node;
    return outer(0, node.index, node.name, node.type, node.collation, node.affinity);
  });
}
