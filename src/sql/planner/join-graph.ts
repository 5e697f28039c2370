import type { ColumnId, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression, ColumnExpression } from '../expressions/bound-expression.ts';
import { classEquality, columnEquality, EquivalenceClasses } from './equivalence.ts';
import type { Estimator } from './estimate.ts';
import { indexProbeCost, rowidProbeCost } from './lookup-cost.ts';
import { outputColumns, readColumns } from './reads.ts';
import { shareOfKeys } from './selectivity.ts';

/** Putting a row into a hash table costs about as much as looking for so many. */
const BUILD_COST = 1.5;
/** Comparing a pair of rows one by one, relative to handing on a row. */
const PAIR_COST = 0.2;

/** Relations joined in some way: what that costs and yields. `members` has a bit per relation. */
export type JoinTree = JoinedRelation | JoinedPair;

interface TreeNode {
  readonly members: bigint;
  /** The first of them in the order of FROM. */
  readonly first: number;
  readonly rows: number;
  /** Rows read, hashed and handed on to get here. */
  readonly cost: number;
  /** By class of equal columns that other relations may have, too: different values that are left. */
  readonly distinct: ReadonlyMap<number, number>;
  /** The keys of `distinct` as bits, {@link WORD_BITS} in each number. */
  readonly classBits: readonly number[];
}

/** Bits of a number that V8 stores in place. */
const WORD_BITS = 30;

export interface JoinedRelation extends TreeNode {
  readonly kind: 'relation';
  readonly index: number;
}

export interface JoinedPair extends TreeNode {
  readonly kind: 'pair';
  readonly left: JoinTree;
  readonly right: JoinTree;
}

/** A condition that is no equality of columns, and the relations that it reads. */
interface OtherCondition {
  readonly condition: BoundExpression;
  readonly members: bigint;
  readonly selectivity: number;
  readonly isEquality: boolean;
}

/** The relations of a run of inner joins and what connects them. */
export class JoinGraph {
  readonly relations: readonly JoinedRelation[];
  private readonly plans: readonly LogicalPlan[];
  private readonly classes: readonly (readonly ColumnExpression[])[];
  private readonly others: readonly OtherCondition[];
  /** Conditions on columns of enclosing queries alone. */
  private readonly constant: readonly BoundExpression[];
  private readonly relationOf = new Map<ColumnId, number>();
  private readonly lookups: readonly ReadonlyMap<number, number>[];
  /** By relation, and class: its columns in the class. */
  private readonly ownColumns: readonly ReadonlyMap<number, readonly ColumnExpression[]>[];
  /** By class: whether two relations have it, so that nothing is left of it when they are joined. */
  private readonly isPair: readonly boolean[];

  constructor(plans: readonly LogicalPlan[], conditions: readonly BoundExpression[], estimator: Estimator) {
    this.plans = plans;
    const rows = plans.map((plan) => estimator.rows(plan));
    plans.forEach((plan, i) => {
      for (const { id } of outputColumns(plan)) this.relationOf.set(id, i);
    });
    const classes = new EquivalenceClasses();
    const rest: BoundExpression[] = [];
    for (const condition of conditions) {
      const equality = columnEquality(condition);
      const isLocal =
        equality !== null && this.relationOf.has(equality.left.index) && this.relationOf.has(equality.right.index);
      if (equality !== null && isLocal) classes.add(equality);
      else rest.push(condition);
    }
    this.classes = classes.all();
    const others = rest.map((condition) => this.otherCondition(condition, estimator));
    this.others = others.filter(({ members }) => members !== 0n);
    this.constant = others.filter(({ members }) => members === 0n).map(({ condition }) => condition);
    this.ownColumns = this.columnsByRelation();
    const relationCounts = this.classes.map(() => 0);
    for (const own of this.ownColumns) for (const k of own.keys()) relationCounts[k]++;
    this.isPair = relationCounts.map((count) => count === 2);
    const classOf = new Map(this.classes.flatMap((columns, k) => columns.map(({ index }) => [index, k] as const)));
    this.lookups = plans.map((plan) => lookupClasses(plan, classOf, estimator));
    this.relations = plans.map((plan, index) => {
      const distinct = new Map<number, number>();
      for (const [k, own] of this.ownColumns[index]) {
        distinct.set(k, Math.min(...own.map(({ index: id }) => estimator.distinct(id, rows[index]))));
      }
      const cost = plan.kind === 'scan' ? estimator.tableRows(plan) : rows[index];
      const members = 1n << BigInt(index);
      const classBits = bitsOf(distinct, this.classes.length);
      const atLeastOne = Math.max(1, rows[index]);
      return { kind: 'relation', index, members, first: index, rows: atLeastOne, cost, distinct, classBits };
    });
  }

  /** True when a condition connects the two. */
  connects(left: JoinTree, right: JoinTree): boolean {
    return haveCommonClass(left, right) || this.newConditions(left, right).length > 0;
  }

  rowsOf(left: JoinTree, right: JoinTree): number {
    const keys: number[] = [];
    for (const [k, ofLeft] of left.distinct) {
      const ofRight = right.distinct.get(k);
      if (ofRight !== undefined) keys.push(1 / Math.max(ofLeft, ofRight));
    }
    let rows = left.rows * right.rows * shareOfKeys(keys);
    for (const { selectivity } of this.newConditions(left, right)) rows *= selectivity;
    return Math.max(1, rows);
  }

  costOf(left: JoinTree, right: JoinTree, rows: number): number {
    const hasKey = haveCommonClass(left, right) || this.newConditions(left, right).some(({ isEquality }) => isEquality);
    const [small, large] = left.rows < right.rows ? [left.rows, right.rows] : [right.rows, left.rows];
    const work = hasKey ? small * BUILD_COST + large : small * large * PAIR_COST;
    let cost = left.cost + right.cost + work;
    cost = Math.min(cost, left.cost + left.rows * this.lookupCost(left, right));
    cost = Math.min(cost, right.cost + right.rows * this.lookupCost(right, left));
    return cost + rows;
  }

  join(left: JoinTree, right: JoinTree, rows: number, cost: number): JoinedPair {
    const distinct = new Map<number, number>();
    const { isPair } = this;
    left.distinct.forEach((count, k) => {
      if (!isPair[k] || !right.distinct.has(k)) distinct.set(k, Math.min(count, right.distinct.get(k) ?? count));
    });
    right.distinct.forEach((count, k) => {
      if (!left.distinct.has(k)) distinct.set(k, count);
    });
    const members = left.members | right.members;
    const first = Math.min(left.first, right.first);
    const classBits = bitsOf(distinct, this.classes.length);
    return { kind: 'pair', left, right, members, first, rows, cost, distinct, classBits };
  }

  /** The relations that yield these columns. */
  membersOf(ids: Iterable<ColumnId>): bigint {
    let members = 0n;
    for (const id of ids) members |= this.bitOf(id);
    return members;
  }

  /** A relation's plan, with its own conditions and the equalities that classes imply among its columns. */
  relationPlan({ index }: JoinedRelation): LogicalPlan {
    const plan = this.plans[index];
    const implied = [...this.ownColumns[index].values()].flatMap(([first, ...others]) =>
      others.map((other) => classEquality(first, other)),
    );
    const own = this.others.filter(({ members }) => members === 1n << BigInt(index));
    const conditions = [...implied, ...own.map(({ condition }) => condition)];
    if (conditions.length === 0) return plan;
    if (plan.kind === 'scan') return { ...plan, conditions: [...plan.conditions, ...conditions] };
    return { kind: 'filter', input: plan, conditions };
  }

  /** An equality for each class that is on both sides, and the other conditions that have all they read now. */
  conditionsBetween(left: JoinTree, right: JoinTree): readonly BoundExpression[] {
    const conditions: BoundExpression[] = [];
    for (const k of left.distinct.keys()) {
      if (!right.distinct.has(k)) continue;
      conditions.push(classEquality(this.member(k, left), this.member(k, right)));
    }
    conditions.push(...this.newConditions(left, right).map(({ condition }) => condition));
    const isWhole = (left.members | right.members) === (1n << BigInt(this.plans.length)) - 1n;
    return isWhole ? [...conditions, ...this.constant] : conditions;
  }

  /** Classes come in their order. */
  private columnsByRelation(): readonly ReadonlyMap<number, readonly ColumnExpression[]>[] {
    const found = this.plans.map(() => new Map<number, ColumnExpression[]>());
    this.classes.forEach((columns, k) => {
      for (const column of columns) {
        const ofRelation = found[this.relationOf.get(column.index) as number];
        const known = ofRelation.get(k);
        if (known === undefined) ofRelation.set(k, [column]);
        else known.push(column);
      }
    });
    return found;
  }

  private member(k: number, tree: JoinTree): ColumnExpression {
    const found = this.classes[k].find((column) => (this.bitOf(column.index) & tree.members) !== 0n);
    return found as ColumnExpression;
  }

  private bitOf(id: ColumnId): bigint {
    const index = this.relationOf.get(id);
    return index === undefined ? 0n : 1n << BigInt(index);
  }

  private newConditions(left: JoinTree, right: JoinTree): readonly OtherCondition[] {
    if (this.others.length === 0) return this.others;
    const both = left.members | right.members;
    return this.others.filter(
      ({ members }) => (members & ~both) === 0n && (members & left.members) !== 0n && (members & right.members) !== 0n,
    );
  }

  private otherCondition(condition: BoundExpression, estimator: Estimator): OtherCondition {
    const members = this.membersOf(readColumns(condition));
    const isEquality = condition.kind === 'comparison' && condition.operator === '=';
    return { condition, members, selectivity: estimator.selectivity([condition]), isEquality };
  }

  /** Of one row of `from`; Infinity where nothing finds the relation's rows by it. */
  private lookupCost(from: JoinTree, relation: JoinTree): number {
    let cost = Number.POSITIVE_INFINITY;
    if (relation.kind !== 'relation') return cost;
    for (const [k, rows] of this.lookups[relation.index]) if (from.distinct.has(k)) cost = Math.min(cost, rows);
    return cost;
  }
}

/** Asked of every pair of trees while an order is looked for. */
function haveCommonClass({ classBits: a }: JoinTree, { classBits: b }: JoinTree): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] & b[i]) !== 0) return true;
  return false;
}

function bitsOf(distinct: ReadonlyMap<number, number>, classCount: number): number[] {
  const bits = new Array<number>(Math.ceil(classCount / WORD_BITS)).fill(0);
  distinct.forEach((_, k) => {
    bits[Math.floor(k / WORD_BITS)] |= 1 << (k % WORD_BITS);
  });
  return bits;
}

/** By class with a column of the relation by which its rowid, or an index, finds rows: what a lookup costs. */
function lookupClasses(
  plan: LogicalPlan,
  classOf: ReadonlyMap<ColumnId, number>,
  estimator: Estimator,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (plan.kind !== 'scan' || plan.indexedBy === false) return found;
  for (const { id, column } of plan.columns) {
    const k = classOf.get(id);
    if (k === undefined) continue;
    const rows = estimator.tableRows(plan);
    if (column < 0) found.set(k, rowidProbeCost(rows));
    else if (plan.indexes.some((index) => index.columns[0].column === column)) {
      found.set(k, indexProbeCost(rows, rows / estimator.distinct(id, rows), plan.table, [column]));
    }
  }
  return found;
}
