import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { Batch } from '../../expressions/batch.ts';
import type { ExecutionContext } from '../execution-context.ts';
import { narrow } from '../filter.ts';
import { LazyBatch, NOT_YET } from '../gather.ts';
import type { PairSource } from '../join-pairs.ts';
import { type BatchJoinPlan, JoinParts } from '../join-parts.ts';
import type { Operator } from '../operator.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { inputKinds } from '../plan-kinds.ts';
import { RowBuffer } from '../row-buffer.ts';
import { RowStore, type StoredRows } from '../row-store.ts';
import { inOrderOfNumbers, numbered, withNumbers } from './numbered-rows.ts';

/**
 * A join whose right side does not fit into memory and is not divided by its keys, because there are none, or because most rows
 * have the same: as many left rows as there is room for are joined with the right side's rows block by block (W. Kim, "A New
 * Way to Compute the Product and Join of Relations", 1980). Where left rows have to come in their order, they are
 * numbered, and the result is sorted by that.
 */
export class BlockwiseJoin {
  readonly kind = 'blockwise';
  private readonly plan: BatchJoinPlan;
  private readonly parts: JoinParts;
  private readonly memory: OperatorMemory;
  private readonly context: ExecutionContext;
  private readonly left: Operator;
  private readonly leftKinds: readonly PhysicalKind[];
  private readonly right: RowStore;
  private readonly leftPairs: Int32Array;
  private readonly rightPairs: Int32Array;
  /** What is kept of the left side at once. */
  private readonly leftBytes: number;
  private leftRows = 0;
  private output: Generator<Batch> | null = null;

  /** Takes over `rows`, those of the right side that have come, and the memory. `left` is open. */
  constructor(plan: BatchJoinPlan, rows: RowBuffer, memory: OperatorMemory, context: ExecutionContext, left: Operator) {
    this.plan = plan.keepsOrder ? withNumbers(plan) : plan;
    this.parts = new JoinParts(this.plan);
    this.memory = memory;
    this.context = context;
    this.left = left;
    this.leftKinds = inputKinds(this.plan.left);
    this.leftPairs = new Int32Array(context.batchRows);
    this.rightPairs = new Int32Array(context.batchRows);
    this.leftBytes = memory.grantedBytes / 2;
    this.right = new RowStore(inputKinds(plan.right), memory, rows);
    this.right.spill();
  }

  addRight(batch: Batch): void {
    this.right.append((i) => batch.column(i), batch.selection, batch.selectedCount);
  }

  /** When all rows of the right side have come. */
  next(): Batch | null {
    this.output ??= this.plan.keepsOrder
      ? inOrderOfNumbers(this.plan, this.joined(), this.memory, this.context)
      : this.joined();
    const { value, done } = this.output.next();
    return done === true ? null : value;
  }

  private *joined(): Generator<Batch> {
    const { right, parts, memory, plan } = this;
    right.spill();
    parts.output.buildInBlocks(right.length);
    // A flag for each right row.
    const flagBytes = parts.output.keepsRightRows ? right.length : 0;
    let rows = new RowBuffer(this.leftKinds);
    for (let batch = this.left.next(); batch !== null; batch = this.left.next()) {
      const current = plan.keepsOrder ? numbered(batch, this.leftKinds.length - 1, this.leftRows) : batch;
      this.leftRows += batch.rowCount;
      if (rows.length > 0 && rows.bytesWith(batch.selectedCount) > this.leftBytes) {
        yield* this.joinedRows(rows);
        rows = new RowBuffer(this.leftKinds);
      }
      memory.needAll(flagBytes + rows.bytesWith(batch.selectedCount));
      rows.append(current);
      yield NOT_YET;
    }
    if (rows.length > 0) yield* this.joinedRows(rows);
    if (parts.output.keepsRightRows) for (const _ of this.blocks()) yield parts.output.rest();
    right.release();
  }

  /** Some left rows with the whole right side. */
  private *joinedRows(rows: RowBuffer): Generator<Batch> {
    const { output, pairs, possiblePairs } = this.parts;
    const batch = new LazyBatch(rows.length, (i) => rows.column(i));
    output.begin(batch);
    for (const block of this.blocks()) yield* this.pairsWith(block, batch, pairs);
    // Of rows that have no partner in any block.
    if (possiblePairs !== null) {
      for (const block of this.blocks()) yield* this.possiblePairsWith(block, output.unmatched(), possiblePairs);
    }
    yield output.finish();
  }

  /** The right side's blocks; what the output does is about the one at hand. */
  private *blocks(): Generator<StoredRows> {
    const { right, parts } = this;
    let before = 0;
    for (let p = 0; p < right.partCount; p++) {
      const block = right.part(p);
      parts.output.turnTo(block, before);
      yield block;
      before += block.length;
    }
  }

  private *pairsWith(block: StoredRows, batch: Batch, pairs: PairSource): Generator<Batch> {
    const { output, condition } = this.parts;
    for (const found of this.found(block, batch, pairs, condition)) {
      yield output.accept(found, this.leftPairs, this.rightPairs);
    }
    yield output.finishBlock();
  }

  private *possiblePairsWith(block: StoredRows, batch: Batch, pairs: PairSource): Generator<Batch> {
    const { output, possibleCondition } = this.parts;
    for (const found of this.found(block, batch, pairs, possibleCondition)) {
      output.acceptPossible(found, this.leftPairs);
      yield NOT_YET;
    }
  }

  /** Pairs of the batch's rows and the block's that meet the condition, some at a time. */
  private *found(
    block: StoredRows,
    batch: Batch,
    pairs: PairSource,
    condition: JoinParts['condition'],
  ): Generator<Batch> {
    const { leftPairs, rightPairs, context } = this;
    const { output } = this.parts;
    this.build(pairs, block);
    pairs.probe(batch, context);
    for (;;) {
      const count = pairs.fill(leftPairs, rightPairs, output.settled);
      if (count === 0) break;
      const joined = output.pairs(leftPairs, rightPairs, count);
      yield condition === null ? joined : narrow(joined, condition, context);
    }
  }

  private build(pairs: PairSource, block: StoredRows): void {
    pairs.open();
    pairs.collect(new LazyBatch(block.length, (i) => block.column(i)), this.context);
    pairs.build(block);
  }
}
