import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import type { VectorEvaluator } from '../../expressions/evaluate/evaluator.ts';
import { compileVector } from '../../expressions/evaluate/vector.ts';
import type { HashJoinPlan } from '../../planner/physical-plan.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { LazyBatch } from '../gather.ts';
import type { Operator } from '../operator.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { inputKinds } from '../plan-kinds.ts';
import type { RowBuffer } from '../row-buffer.ts';
import { inOrderOfNumbers, numbered, withNumbers } from './numbered-rows.ts';
import { PARTS, Partitions } from './partitions.ts';
import type { SpilledRows } from './spilled-rows.ts';
import { SpilledSource } from './spilled-source.ts';

/** A part that has more than this of all rows is not made smaller by dividing it: most of its keys are equal. */
const SKEW = 0.9;

/** Lets its memory go when its part is done: the next one has an account of its own. */
interface JoinOfPart extends Operator {
  release(): void;
}

/** Makes the join of two parts; `mayDivide`: it may divide them once more. */
export type JoinOfParts = (
  plan: HashJoinPlan,
  left: Operator,
  right: Operator,
  level: number,
  mayDivide: boolean,
) => JoinOfPart;

/** One side, divided by its keys. */
class Side {
  readonly parts: Partitions;
  length = 0;
  private readonly keys: readonly VectorEvaluator[];

  constructor(
    plan: HashJoinPlan,
    keys: readonly BoundExpression[],
    kinds: readonly PhysicalKind[],
    memory: OperatorMemory,
    level: number,
  ) {
    const width = divisionKeys(plan);
    this.keys = keys.slice(0, width).map((key) => compileVector(key, kinds));
    this.parts = new Partitions(kinds, plan.collations.slice(0, width), memory, level);
  }

  add(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    if (selectedCount === 0) return;
    const keys = this.keys.map((evaluate) => evaluate(batch, context));
    this.parts.add((i) => batch.column(i), keys, selection, selectedCount);
    this.length += selectedCount;
  }
}

/** Keys that partners are equal in, whatever the join's kind: those of an IN may be unknown. */
export function divisionKeys({ leftKeys, nullAware }: HashJoinPlan): number {
  return nullAware === null ? leftKeys.length : nullAware.firstKey;
}

/**
 * A hash join whose right side does not fit into memory: both sides are divided by their keys, and part is joined with
 * part (the Grace join of M. Kitsuregawa et al., 1983), which may divide once more. Where left rows have to come in their
 * order, they are numbered, and the result is sorted by that.
 */
export class SpilledJoin {
  readonly kind = 'divided';
  private readonly plan: HashJoinPlan;
  private readonly memory: OperatorMemory;
  private readonly context: ExecutionContext;
  private readonly level: number;
  private readonly joinParts: JoinOfParts;
  private readonly left: Side;
  private readonly right: Side;
  private leftRows = 0;
  private output: Generator<Batch> | null = null;

  /** `rows`: of the right side, as far as they have come. */
  constructor(
    plan: HashJoinPlan,
    rows: RowBuffer,
    memory: OperatorMemory,
    context: ExecutionContext,
    level: number,
    joinParts: JoinOfParts,
  ) {
    this.plan = plan.keepsOrder ? withNumbers(plan) : plan;
    this.memory = memory;
    this.context = context;
    this.level = level;
    this.joinParts = joinParts;
    this.left = new Side(plan, plan.leftKeys, inputKinds(this.plan.left), memory, level);
    this.right = new Side(plan, plan.rightKeys, inputKinds(plan.right), memory, level);
    this.right.add(new LazyBatch(rows.length, (i) => rows.column(i)), context);
  }

  addRight(batch: Batch): void {
    this.right.add(batch, this.context);
    this.memory.needAll(this.right.parts.sizeBytes());
  }

  addLeft(batch: Batch): void {
    if (this.plan.keepsOrder)
      this.left.add(numbered(batch, this.plan.left.columns.length - 1, this.leftRows), this.context);
    else this.left.add(batch, this.context);
    this.leftRows += batch.rowCount;
    this.memory.needAll(this.right.parts.sizeBytes() + this.left.parts.sizeBytes());
  }

  /** When all rows of both sides have come. */
  next(): Batch | null {
    this.output ??= this.plan.keepsOrder
      ? inOrderOfNumbers(this.plan, this.joined(), this.memory, this.context)
      : this.joined();
    const { value, done } = this.output.next();
    return done === true ? null : value;
  }

  private *joined(): Generator<Batch> {
    const { left, right, memory } = this;
    const lefts = left.parts.finishAll();
    const rights = right.parts.finishAll();
    // What joins the parts has accounts of its own.
    memory.release();
    for (let part = 0; part < PARTS; part++) yield* this.joinedParts(lefts[part], rights[part]);
  }

  private *joinedParts(left: SpilledRows | null, right: SpilledRows | null): Generator<Batch> {
    if (left === null && right === null) return;
    const mayDivide = Partitions.canDivide(this.level + 1) && (right?.length ?? 0) < this.right.length * SKEW;
    // The order is this one's to restore.
    const plan = { ...this.plan, keepsOrder: false };
    const join = this.joinParts(plan, new SpilledSource(left), new SpilledSource(right), this.level + 1, mayDivide);
    join.open(this.context);
    for (let batch = join.next(); batch !== null; batch = join.next()) yield batch;
    join.release();
    left?.release();
    right?.release();
    this.memory.spilledBytes += join.spilledBytes?.() ?? 0;
  }
}
