import type { Collation } from '../../engine/column/types.ts';
import { collectReadColumns } from '../binder/bind-grouping.ts';
import type { ColumnId, JoinNode, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression, ComparisonExpression } from '../expressions/bound-expression.ts';
import { canRaise } from '../planner/can-raise.ts';
import { outputColumns } from '../planner/reads.ts';

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

/** What is known of a side before its turn has come. All sides are of one class, as each statement reads them many times. */
class Side implements JoinStep {
  readonly side: LogicalPlan;
  readonly own: BoundExpression[] = [];
  key: JoinKey | null = null;
  readonly conditions: BoundExpression[] = [];
  readonly rows: number;
  pairs = 0;
  /** Those that it takes part in. */
  readonly links: Link[] = [];
  /** Rows that its own conditions leave, about. */
  ownRows: number;
  isTaken = false;
  /** The list of this side alone. */
  readonly alone: readonly Side[] = [this];

  constructor(side: LogicalPlan, rows: number) {
    this.side = side;
    this.rows = rows;
    this.ownRows = rows;
  }

  addOwn(condition: BoundExpression): void {
    this.own.push(condition);
    this.ownRows *= shareOf(condition);
  }
}

/** A condition on several sides. */
interface Link {
  readonly condition: BoundExpression;
  readonly sides: readonly Side[];
  /** Sides that are not taken yet. */
  missing: number;
  /** Those that each operand of an equality reads, if that may be a key. */
  readonly equality: { readonly left: readonly Side[]; readonly right: readonly Side[] } | null;
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
  const combinations = sides.reduce((product, side) => product * Math.max(1, side.ownRows), 1);
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
  sides.push(new Side(plan, rowsOf(plan)));
}

/** Tells which sides an expression reads. */
class SidesRead {
  /** By column id. */
  private readonly sideOf: (Side | undefined)[] = [];
  private found: Side[] = [];
  /** Set where a column is read that is of no side, but of a query around. */
  readsOthers = false;

  constructor(sides: readonly Side[]) {
    for (const side of sides) for (const { id } of outputColumns(side.side)) this.sideOf[id] = side;
  }

  of(expression: BoundExpression): readonly Side[] {
    this.readsOthers = false;
    if (expression.kind === 'column') {
      const side = this.sideOf[expression.index];
      if (side !== undefined) return side.alone;
    }
    this.found = [];
    collectReadColumns(expression, this);
    return this.found;
  }

  add(id: ColumnId): void {
    const side = this.sideOf[id];
    if (side === undefined) this.readsOthers = true;
    else if (!this.found.includes(side)) this.found.push(side);
  }
}

/** Gives each side its own conditions. What may raise an error is looked at last, when it sees no row that others drop. */
function distribute(conditions: readonly BoundExpression[], sides: readonly Side[]): readonly Link[] {
  const read = new SidesRead(sides);
  const links: Link[] = [];
  for (const condition of conditions) {
    const link = linkOf(condition, read, sides);
    if (link.sides.length === 1) {
      link.sides[0].addOwn(condition);
      continue;
    }
    links.push(link);
    for (const side of link.sides) side.links.push(link);
  }
  return links;
}

function linkOf(condition: BoundExpression, read: SidesRead, all: readonly Side[]): Link {
  if (canRaise(condition)) return { condition, sides: all, missing: all.length, equality: null };
  if (!isEquality(condition)) {
    const found = read.of(condition);
    const sides = found.length === 0 ? all : found;
    return { condition, sides, missing: sides.length, equality: null };
  }
  const left = read.of(condition.left);
  const leftReadsOthers = read.readsOthers;
  const right = read.of(condition.right);
  const isKey = !leftReadsOthers && !read.readsOthers;
  const both = united(left, right);
  const sides = both.length === 0 ? all : both;
  return { condition, sides, missing: sides.length, equality: isKey ? { left, right } : null };
}

function united(left: readonly Side[], right: readonly Side[]): readonly Side[] {
  const more = right.filter((side) => !left.includes(side));
  return more.length === 0 ? left : left.concat(more);
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
      if (link.missing !== 1 || !isEquality(link.condition)) continue;
      for (const side of link.sides) if (!side.isTaken) found.push(side);
    }
    found = found.filter((side) => !side.isTaken);
  }
  return taken;
}

function smallest(sides: readonly Side[]): Side | null {
  let least: Side | null = null;
  for (const side of sides) if (!side.isTaken && (least === null || side.ownRows < least.ownRows)) least = side;
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
      side.key ??= keyOf(link, side);
      // Of several conditions one is the key.
      if (side.key?.condition !== link.condition) side.conditions.push(link.condition);
    }
    side.pairs = side.key === null ? rows * side.rows : rows;
    rows *= side.key === null ? side.ownRows * OTHER_SHARE ** side.conditions.length : 1;
  }
  return { steps: sides, rows };
}

function isEquality(condition: BoundExpression): condition is ComparisonExpression {
  return condition.kind === 'comparison' && condition.operator === '=';
}

/** The condition as a key of the side; null: it is none. */
function keyOf({ condition, equality }: Link, side: Side): JoinKey | null {
  if (equality === null || !isEquality(condition)) return null;
  const { left, right, collation } = condition;
  if (isAlone(equality.left, side) && !equality.right.includes(side)) {
    return { own: left, other: right, collation, condition };
  }
  return isAlone(equality.right, side) && !equality.left.includes(side)
    ? { own: right, other: left, collation, condition }
    : null;
}

function isAlone(sides: readonly Side[], side: Side): boolean {
  return sides.length === 1 && sides[0] === side;
}
