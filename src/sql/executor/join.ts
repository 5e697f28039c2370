import type { PhysicalKind } from '../../engine/column/types.ts';
import type { Batch } from '../expressions/batch.ts';
import type { FilterEvaluator } from '../expressions/evaluate/evaluator.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import type { ExecutionContext } from './execution-context.ts';
import { narrow } from './filter.ts';
import { NOT_YET } from './gather.ts';
import type { JoinOutput } from './join-output.ts';
import type { PairSource } from './join-pairs.ts';
import { type BatchJoinPlan, JoinParts } from './join-parts.ts';
import type { Operator } from './operator.ts';
import { OperatorMemory } from './operator-memory.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import type { BlockwiseJoin } from './spill/blockwise-join.ts';
import type { SpilledJoin } from './spill/spilled-join.ts';

type Phase = 'build' | 'probe' | 'pairs' | 'possible-pairs' | 'rest' | 'divide-left' | 'parts' | 'done';

/** Pairs that are looked at first; a source that has more gets twice as many each time, up to a batch. */
const FIRST_PAIRS = 16;

/**
 * Joins the left side's batches with the whole right side, which it buffers first. Which pairs it looks at is up to
 * the {@link PairSource}; a condition then narrows them. What becomes of them is up to the {@link JoinOutput}.
 */
export class Join implements Operator {
  private readonly left: Operator;
  private readonly right: Operator;
  private readonly pairs: PairSource;
  private readonly possiblePairs: PairSource | null;
  private readonly condition: FilterEvaluator | null;
  private readonly possibleCondition: FilterEvaluator | null;
  private readonly output: JoinOutput;
  private leftPairs!: Int32Array<ArrayBuffer>;
  private rightPairs!: Int32Array<ArrayBuffer>;
  private readonly memory: OperatorMemory;
  private context!: ExecutionContext;
  private rows: RowBuffer;
  private readonly plan: BatchJoinPlan;
  private readonly rightKinds: readonly PhysicalKind[];
  /** How often the sides have been divided already, for want of memory. */
  private readonly level: number;
  private readonly mayDivide: boolean;
  private spilled: SpilledJoin | BlockwiseJoin | null = null;
  private phase: Phase = 'done';

  constructor(plan: BatchJoinPlan, left: Operator, right: Operator, level = 0, mayDivide = true) {
    this.plan = plan;
    this.level = level;
    this.mayDivide = mayDivide;
    this.left = left;
    this.right = right;
    this.memory = new OperatorMemory(plan.kind.replaceAll('-', ' '));
    this.rightKinds = inputKinds(plan.right);
    this.rows = new RowBuffer(this.rightKinds);
    const { pairs, possiblePairs, condition, possibleCondition, output } = new JoinParts(plan);
    this.pairs = pairs;
    this.possiblePairs = possiblePairs;
    this.condition = condition;
    this.possibleCondition = possibleCondition;
    this.output = output;
  }

  open(context: ExecutionContext): void {
    this.context = context;
    this.memory.open(context);
    this.spilled = null;
    this.rows.clear();
    this.phase = 'build';
    this.pairs.open();
    this.possiblePairs?.open();
    this.makePairs(Math.min(FIRST_PAIRS, context.batchRows));
    this.right.open(context);
    this.left.open(context);
  }

  next(): Batch | null {
    switch (this.phase) {
      case 'build':
        return this.buildRight();
      case 'probe':
        return this.probeLeft();
      case 'pairs':
        return this.nextPairs();
      case 'possible-pairs':
        return this.nextPossiblePairs();
      case 'rest':
        this.phase = 'done';
        return this.output.rest();
      case 'divide-left':
        return this.divideLeft(this.spilled as SpilledJoin);
      case 'parts':
        return (this.spilled as SpilledJoin | BlockwiseJoin).next();
      case 'done':
        return null;
    }
  }

  release(): void {
    this.memory.release();
  }

  spilledBytes(): number {
    return this.memory.spilledBytes;
  }

  /** Rows with equal keys are divided by these, where that helps; other joins look at the right side block by block. */
  private spill(bytes: number): SpilledJoin | BlockwiseJoin {
    const { plan, rows, memory, context, level } = this;
    const { SpilledJoin, BlockwiseJoin, divisionKeys } = memory.spilling(bytes);
    if (plan.keepsOrder && hasSubqueries(plan)) throw memory.of.budget.refusal(memory.name, bytes);
    this.rows = new RowBuffer(this.rightKinds);
    this.pairs.open();
    this.possiblePairs?.open();
    return plan.kind === 'hash-join' && this.mayDivide && divisionKeys(plan) > 0
      ? new SpilledJoin(plan, rows, memory, context, level, (...parts) => new Join(...parts))
      : new BlockwiseJoin(plan, rows, memory, context, this.left);
  }

  private divideLeft(spilled: SpilledJoin): Batch {
    const batch = this.left.next();
    if (batch === null) this.phase = 'parts';
    else spilled.addLeft(batch);
    return NOT_YET;
  }

  private makePairs(count: number): void {
    this.leftPairs = new Int32Array(count);
    this.rightPairs = new Int32Array(count);
  }

  private buildRight(): Batch {
    const batch = this.right.next();
    if (batch !== null) {
      if (batch.selectedCount === 0) return NOT_YET;
      const bytes = this.rows.bytesWith(batch.selectedCount, this.pairs.rowBytes);
      if (this.spilled === null && !this.memory.has(bytes)) this.spilled = this.spill(bytes);
      if (this.spilled !== null) {
        this.spilled.addRight(batch);
        return NOT_YET;
      }
      this.pairs.collect(batch, this.context);
      this.possiblePairs?.collect(batch, this.context);
      this.rows.append(batch);
      return NOT_YET;
    }
    if (this.spilled !== null) {
      this.phase = this.spilled.kind === 'divided' ? 'divide-left' : 'parts';
      return NOT_YET;
    }
    this.pairs.build(this.rows);
    this.possiblePairs?.build(this.rows);
    this.output.build(this.rows);
    this.phase = this.rows.length === 0 && !this.output.keepsLeftRows ? 'done' : 'probe';
    return NOT_YET;
  }

  private probeLeft(): Batch | null {
    const batch = this.left.next();
    if (batch === null) {
      this.phase = 'rest';
      return NOT_YET;
    }
    if (batch.selectedCount === 0) return NOT_YET;
    this.output.begin(batch);
    if (this.rows.length === 0) return this.output.finish();
    const expected = Math.min(batch.selectedCount, this.context.batchRows);
    if (expected > this.leftPairs.length) this.makePairs(expected);
    this.pairs.probe(batch, this.context);
    this.phase = 'pairs';
    return this.nextPairs();
  }

  private nextPairs(): Batch {
    const { leftPairs, rightPairs, output } = this;
    const count = this.pairs.fill(leftPairs, rightPairs, output.settled);
    if (count === 0) {
      if (this.possiblePairs === null) {
        this.phase = 'probe';
        return output.finish();
      }
      this.possiblePairs.probe(output.unmatched(), this.context);
      this.phase = 'possible-pairs';
      return NOT_YET;
    }
    const joined = output.pairs(leftPairs, rightPairs, count);
    const found = this.condition === null ? joined : narrow(joined, this.condition, this.context);
    const result = output.accept(found, leftPairs, rightPairs);
    if (count === leftPairs.length && count < this.context.batchRows) {
      this.makePairs(Math.min(count * 2, this.context.batchRows));
    }
    return result;
  }

  private nextPossiblePairs(): Batch {
    const { leftPairs, rightPairs, output } = this;
    const count = (this.possiblePairs as PairSource).fill(leftPairs, rightPairs, output.settled);
    if (count === 0) {
      this.phase = 'probe';
      return output.finish();
    }
    const joined = output.pairs(leftPairs, rightPairs, count);
    const { possibleCondition } = this;
    output.acceptPossible(
      possibleCondition === null ? joined : narrow(joined, possibleCondition, this.context),
      leftPairs,
    );
    return NOT_YET;
  }
}

/** What a subquery reads of a row is not known by its position alone. */
function hasSubqueries({ condition, nullAware }: BatchJoinPlan): boolean {
  return [condition, nullAware?.condition ?? null].some((each) => each !== null && hasSubquery(each));
}
