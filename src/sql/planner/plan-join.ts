import { collectReadColumns } from '../binder/bind-grouping.ts';
import type { ApplyNode, ColumnId, JoinKind, JoinNode, LogicalPlan, PlanColumn } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { isTruth } from '../expressions/build.ts';
import type { WantedOrder } from './access-path.ts';
import { joinKeys } from './join-keys.ts';
import { isClosed, type JoinRange, joinRange, type RangeBound } from './join-range.ts';
import { mergeOrder } from './merge-order.ts';
import { yieldsOrder } from './order.ts';
import type { NullAwarePlan, PhysicalJoinKind, PhysicalPlan } from './physical-plan.ts';
import { planLookupJoin } from './plan-lookup-join.ts';
import { type Planner, union } from './planner.ts';
import { outputIds, readColumns } from './reads.ts';
import { slotsOf } from './slots.ts';

/** The side that is hashed may be this much larger than the other before they change places. */
const SWAP_RATIO = 2;

/** Rows that are held in memory without looking for a better side: rows then come in the order of FROM. */
const SWAP_ROWS = 1000;

/** Rows of the side that is to be kept from which on it pays to hold it in memory instead of a larger one. */
const MIRROR_ROWS = 10_000;

/** Lookup join, merge join, hash join or nested loop, in this order of preference. */
export function planJoin(
  node: JoinNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan {
  const lookup = planner.isOn('lookup-join') ? planLookupJoin(node, required, wanted, planner) : null;
  if (lookup !== null) return lookup;
  const { conditions, nullAware = [] } = node;
  const needed = withJoinColumns(required, node);
  const byLoad = sidesByLoad(node, needed, planner);
  const all = [...conditions, ...nullAware];
  const { keys, rest, firstNullAware, strictRest } = planner.isOn('hash-join')
    ? joinKeys(byLoad.left, byLoad.right, conditions, nullAware)
    : { keys: [], rest: all, firstNullAware: 0, strictRest: conditions };
  const isRanged = keys.length === 0 && nullAware.length === 0 && planner.isOn('range-join');
  const { sides, range } = isRanged ? rangedSides(byLoad, conditions, planner) : { sides: byLoad, range: null };
  const merge = nullAware.length === 0 ? mergeOrder(sides, keys, wanted, planner) : null;
  const order = merge?.left ?? orderOfLeft(sides.left, wanted, false);
  const left = planner.plan(sides.left, needed, order);
  const right = planner.plan(sides.right, needed, merge?.right ?? null);
  const { join } = sides;
  const columns = yieldedColumns(join, left, right, node);
  // The same list where it can be: runs of joins are long, and each has the columns of those below.
  const isOneSide = columns === left.columns || columns === right.columns;
  const joined = isOneSide || join === 'mark' ? [...left.columns, ...right.columns] : columns;
  const plan = {
    columns,
    join,
    left,
    right,
    condition: planner.condition(rest, joined),
    nullAware: possiblePartners(nullAware, strictRest, firstNullAware, keys.length, (open) =>
      planner.condition(open, joined),
    ),
    keepsOrder: merge === null ? order !== null : merge.isWanted,
  };
  if (merge !== null && yieldsOrder(left) && yieldsOrder(right)) {
    const [key] = keys;
    const leftKey = planner.expression(key.left, left.columns);
    const rightKey = planner.expression(key.right, right.columns);
    return { kind: 'merge-join', ...plan, leftKey, rightKey, collation: key.collation };
  }
  // A null-aware join without keys is a hash join with one chain.
  if (keys.length === 0 && plan.nullAware === null) {
    return { kind: 'nested-loop-join', ...plan, range: range === null ? null : rangePlan(range, left, right, planner) };
  }
  return {
    kind: 'hash-join',
    ...plan,
    leftKeys: keys.map((key) => planner.expression(key.left, left.columns)),
    rightKeys: keys.map((key) => planner.expression(key.right, right.columns)),
    collations: keys.map((key) => key.collation),
    nullsEqual: keys.map((key) => key.nullsEqual),
  };
}

/** The sides so that those rows are sorted whose key has two bounds; of a single join the first partner counts, in the order that is there. */
function rangedSides(
  sides: Sides,
  conditions: readonly BoundExpression[],
  planner: Planner,
): { readonly sides: Sides; readonly range: JoinRange | null } {
  const { join, left, right } = sides;
  if (join === 'single') return { sides, range: null };
  const range = joinRange(left, right, conditions);
  const mirrored = join === 'inner' || join === 'left' ? MIRRORED[join] : null;
  if (mirrored === null || (range !== null && isClosed(range)) || !planner.isOn('order-joins')) return { sides, range };
  const other = joinRange(right, left, conditions);
  if (other === null || (range !== null && !isClosed(other))) return { sides, range };
  return { sides: { join: mirrored, left: right, right: left }, range: other };
}

function rangePlan(
  { key, low, high }: JoinRange,
  left: PhysicalPlan,
  right: PhysicalPlan,
  planner: Planner,
): JoinRange {
  const bound = (of: RangeBound | null): RangeBound | null =>
    of === null ? null : { ...of, expression: planner.expression(of.expression, left.columns) };
  return { key: planner.expression(key, right.columns), low: bound(low), high: bound(high) };
}

/** The order that a join passes on when its left side has it. */
export function orderOfLeft(left: LogicalPlan, wanted: WantedOrder | null, stopsEarly: boolean): WantedOrder | null {
  if (wanted === null) return null;
  const own = outputIds(left);
  if (!wanted.terms.every(({ column }) => own.has(column.id))) return null;
  return { ...wanted, stopsEarly: wanted.stopsEarly && stopsEarly };
}

/**
 * `required`, and what the join's conditions read. When that is more, the columns of all joins directly below come along:
 * a set for each would hold all that those above want. What nobody yields there does no harm.
 */
export function withJoinColumns(required: ReadonlySet<ColumnId>, node: JoinNode): ReadonlySet<ColumnId> {
  const own = readColumns(...node.conditions, ...(node.nullAware ?? []));
  if (union(required, own) === required) return required;
  const all = new Set(required);
  const collect = (plan: LogicalPlan): void => {
    if (plan.kind !== 'join') return;
    for (const condition of [...plan.conditions, ...(plan.nullAware ?? [])]) collectReadColumns(condition, all);
    collect(plan.left);
    collect(plan.right);
  };
  collect(node);
  return all;
}

export function yieldedColumns(
  join: PhysicalJoinKind,
  left: PhysicalPlan,
  right: PhysicalPlan,
  node: JoinNode,
): readonly PlanColumn[] {
  switch (join) {
    case 'semi':
    case 'anti':
      return left.columns;
    case 'right-semi':
    case 'right-anti':
      return right.columns;
    case 'mark':
      return node.mark === undefined ? left.columns : [...left.columns, node.mark];
    default:
      return [...left.columns, ...right.columns];
  }
}

/** The pairs that may be partners: a lone comparison that is a key is unknown of them, others are to be checked. */
function possiblePartners(
  nullAware: readonly BoundExpression[],
  strict: readonly BoundExpression[],
  firstKey: number,
  keyCount: number,
  condition: (conditions: readonly BoundExpression[]) => BoundExpression | null,
): NullAwarePlan | null {
  if (nullAware.length === 0) return null;
  const everyPair = keyCount - firstKey < nullAware.length;
  const isLoneKey = nullAware.length === 1 && !everyPair;
  const open = isLoneKey ? [] : nullAware.map((comparison) => isTruth(comparison, false, true));
  return { firstKey, everyPair, condition: condition([...strict, ...open]) };
}

interface Sides {
  readonly join: PhysicalJoinKind;
  readonly left: LogicalPlan;
  readonly right: LogicalPlan;
}

/** The right side is held in memory: it should be the smaller one, by its rows and by how many columns they have. */
function sidesByLoad(node: JoinNode, needed: ReadonlySet<ColumnId>, planner: Planner): Sides {
  const mirrored = MIRRORED[node.join];
  if (mirrored === null || !planner.isOn('order-joins') || node.nullAware !== undefined) return node;
  const left = planner.estimator.rows(node.left);
  const right = planner.estimator.rows(node.right);
  const isAsWritten = node.join === 'left' && node.mirrored === true && left <= SWAP_ROWS;
  const isLarge = right > (node.join === 'inner' ? SWAP_ROWS : MIRROR_ROWS);
  // Counted for large tables only: in a long run of joins it looks at all columns of those below.
  const isLighter = (): boolean =>
    left * heldValues(node.left, needed) * SWAP_RATIO < right * heldValues(node.right, needed);
  const isWorthIt = isAsWritten || (isLarge && isLighter());
  return isWorthIt ? { join: mirrored, left: node.right, right: node.left } : node;
}

/** Values per row of a side that is held in memory, one of them for its place in a chain. */
function heldValues(side: LogicalPlan, needed: ReadonlySet<ColumnId>): number {
  let count = 1;
  const own = outputIds(side);
  for (const id of needed) if (own.has(id)) count++;
  return count;
}

const MIRRORED: { readonly [Kind in JoinKind]: PhysicalJoinKind | null } = {
  inner: 'inner',
  left: 'right',
  full: 'full',
  semi: 'right-semi',
  anti: 'right-anti',
  single: null,
  mark: null,
};

/** LATERAL: the right side is computed anew for each left row that differs from the one before in what it reads. */
export function planApply(
  node: ApplyNode,
  required: ReadonlySet<ColumnId>,
  wanted: WantedOrder | null,
  planner: Planner,
): PhysicalPlan {
  const { join, free } = node;
  const left = planner.plan(node.left, union(required, new Set(free)), orderOfLeft(node.left, wanted, true));
  const right = planner.plan(node.right, required, null);
  const slots = slotsOf(left.columns);
  const columns = join === 'semi' || join === 'anti' ? left.columns : [...left.columns, ...right.columns];
  const reads = free.map((id) => slots.get(id) as number);
  return { kind: 'lookup-join', columns, join, left, right, reads, probe: null };
}
