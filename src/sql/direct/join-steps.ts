import type { Collation } from '../../engine/column/types.ts';
import type { ColumnId, JoinNode, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { canRaise } from '../planner/can-raise.ts';
import { outputColumns, readColumns } from '../planner/reads.ts';

/** One side of a run of inner joins, with what is known of its rows once those before it are there. */
export interface JoinStep {
  readonly side: LogicalPlan;
  /** Conditions on this side alone. */
  readonly own: BoundExpression[];
  /** What finds its rows; null: all of them are looked at. */
  key: JoinKey | null;
  /** Conditions on this side and on those before. */
  readonly conditions: BoundExpression[];
  /** Rows of the side, and how many of them are looked at for all rows of those before, about. */
  readonly rows: number;
  pairs: number;
}

/** `own`, of this side, equals `other`, of those before. */
export interface JoinKey {
  readonly condition: BoundExpression;
  readonly own: BoundExpression;
  readonly other: BoundExpression;
  readonly collation: Collation;
}

/** The sides of a run of inner joins, in the order in which they are gone through. */
export interface JoinSteps {
  readonly steps: readonly JoinStep[];
  /** Rows that come of them, about. */
  readonly rows: number;
}

interface Side extends JoinStep {
  /** Those that it takes part in. */
  readonly links: Link[];
  isTaken: boolean;
}

/** A condition on several sides. */
interface Link {
  readonly condition: BoundExpression;
  readonly sides: readonly Side[];
  /** Sides that are not taken yet. */
  missing: number;
}

/** So many combinations are gone through in the order that was written. */
const FEW_COMBINATIONS = 2000;
/** The share of rows for which an equality with a constant is true, and any other condition. */
const EQUAL_SHARE = 0.1;
const LIST_SHARE = 0.2;
const OTHER_SHARE = 0.5;

export function isInnerJoin(plan: LogicalPlan): plan is JoinNode {
  return plan.kind === 'join' && plan.join === 'inner';
}

/** Each time the side that a key finds, the smallest first; where there is none, the smallest of all. */
export function joinSteps(
  join: JoinNode,
  above: readonly BoundExpression[],
  rowsOf: (side: LogicalPlan) => number,
): JoinSteps {
  const conditions: BoundExpression[] = [];
  const sides: Side[] = [];
  collect(join, sides, conditions, rowsOf);
  const links = distribute([...conditions, ...above], sides);
  const combinations = sides.reduce((product, side) => product * Math.max(1, ownRows(side)), 1);
  const inOrder = combinations <= FEW_COMBINATIONS ? sides : smallestFirst(sides);
  return withKeys(inOrder, links);
}

function collect(
  plan: LogicalPlan,
  sides: Side[],
  conditions: BoundExpression[],
  rowsOf: (side: LogicalPlan) => number,
): void {
  if (isInnerJoin(plan)) {
    collect(plan.left, sides, conditions, rowsOf);
    collect(plan.right, sides, conditions, rowsOf);
    conditions.push(...plan.conditions);
    return;
  }
  const rows = rowsOf(plan);
  sides.push({ side: plan, own: [], key: null, conditions: [], rows, pairs: 0, links: [], isTaken: false });
}

/** Gives each side its own conditions. What may raise an error is looked at last, when it sees no row that others drop. */
function distribute(conditions: readonly BoundExpression[], sides: readonly Side[]): readonly Link[] {
  const sideOf = new Map<ColumnId, Side>();
  for (const side of sides) for (const { id } of outputColumns(side.side)) sideOf.set(id, side);
  const links: Link[] = [];
  for (const condition of conditions) {
    const read = new Set<Side>();
    for (const id of readColumns(condition)) {
      const side = sideOf.get(id);
      if (side !== undefined) read.add(side);
    }
    if (canRaise(condition) || read.size === 0) for (const side of sides) read.add(side);
    const [first] = read;
    if (read.size === 1) {
      first.own.push(condition);
      continue;
    }
    const link = { condition, sides: [...read], missing: read.size };
    links.push(link);
    for (const side of read) side.links.push(link);
  }
  return links;
}

function ownRows({ rows, own }: Side): number {
  return own.reduce((left, condition) => left * shareOf(condition), rows);
}

function shareOf(condition: BoundExpression): number {
  if (isEquality(condition)) return EQUAL_SHARE;
  // Lists are longer where more rows have none of the values.
  return condition.kind === 'in-list' && !condition.negated ? LIST_SHARE : OTHER_SHARE;
}

function smallestFirst(sides: readonly Side[]): readonly Side[] {
  const taken: Side[] = [];
  let found: Side[] = [];
  while (taken.length < sides.length) {
    const next = smallest(found) ?? (smallest(sides) as Side);
    next.isTaken = true;
    taken.push(next);
    for (const link of next.links) {
      link.missing--;
      if (link.missing === 1 && isEquality(link.condition)) found.push(...link.sides.filter((side) => !side.isTaken));
    }
    found = found.filter((side) => !side.isTaken);
  }
  return taken;
}

function smallest(sides: readonly Side[]): Side | null {
  let least: Side | null = null;
  for (const side of sides) if (!side.isTaken && (least === null || ownRows(side) < ownRows(least))) least = side;
  return least;
}

/** Looks at every condition as soon as all of its sides are there, and makes keys of equalities. */
function withKeys(sides: readonly Side[], links: readonly Link[]): JoinSteps {
  for (const link of links) link.missing = link.sides.length;
  let rows = 1;
  for (const side of sides) {
    for (const link of side.links) {
      link.missing--;
      if (link.missing > 0) continue;
      side.key ??= keyOf(link.condition, side);
      // Of several conditions one is the key.
      if (side.key?.condition !== link.condition) side.conditions.push(link.condition);
    }
    side.pairs = side.key === null ? rows * side.rows : rows;
    rows *= side.key === null ? ownRows(side) * OTHER_SHARE ** side.conditions.length : 1;
  }
  return { steps: sides, rows };
}

function isEquality(condition: BoundExpression): boolean {
  return condition.kind === 'comparison' && condition.operator === '=';
}

/** The condition as a key of the side; null: it is none. */
function keyOf(condition: BoundExpression, { side }: Side): JoinKey | null {
  if (condition.kind !== 'comparison' || condition.operator !== '=' || canRaise(condition)) return null;
  const { left, right, collation } = condition;
  const ids = new Set(outputColumns(side).map(({ id }) => id));
  const isOwn = (expression: BoundExpression): boolean => [...readColumns(expression)].every((id) => ids.has(id));
  const isOther = (expression: BoundExpression): boolean => ![...readColumns(expression)].some((id) => ids.has(id));
  if (isOwn(left) && isOther(right)) return { own: left, other: right, collation, condition };
  return isOwn(right) && isOther(left) ? { own: right, other: left, collation, condition } : null;
}
