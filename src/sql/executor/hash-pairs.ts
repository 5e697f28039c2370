import { NO_INTS } from '../../base/empty-arrays.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { Batch } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { PairSource } from './join-pairs.ts';
import { RowInterner } from './key-interner.ts';

const END = -1;

/** What the two sides of a join are equal in. Without keys, all pairs of rows are. */
export interface JoinKeys {
  readonly leftKeys: readonly BoundExpression[];
  readonly rightKeys: readonly BoundExpression[];
  readonly collations: readonly Collation[];
  readonly nullsEqual: readonly boolean[];
}

/** The pairs whose keys are equal: right rows hang in chains, one per distinct key, in their own order. */
export class HashPairs implements PairSource {
  private readonly keys: JoinKeys;
  /** True when one partner per left row is enough. */
  private readonly firstOnly: boolean;
  private readonly leftKeys: readonly VectorEvaluator[];
  private readonly rightKeys: readonly VectorEvaluator[];
  private interner!: RowInterner;
  /** Key id of each right row, -1 for one that is in no chain, while the right side is collected. */
  private rightIds = NO_INTS;
  private rightCount = 0;
  private heads = NO_INTS;
  private nexts = NO_INTS;
  private leftIds = NO_INTS;
  private selection: Uint32Array | null = null;
  private leftCount = 0;
  private leftIndex = 0;
  private chain = END;

  constructor(
    keys: JoinKeys,
    leftKinds: readonly PhysicalKind[],
    rightKinds: readonly PhysicalKind[],
    firstOnly: boolean,
  ) {
    this.keys = keys;
    this.firstOnly = firstOnly;
    this.leftKeys = keys.leftKeys.map((key) => compileVector(key, leftKinds));
    this.rightKeys = keys.rightKeys.map((key) => compileVector(key, rightKinds));
  }

  open(): void {
    this.interner = new RowInterner(this.keys.collations, this.keys.nullsEqual);
    this.rightCount = 0;
    this.leftCount = 0;
    this.leftIndex = 0;
    this.chain = END;
  }

  collect(batch: Batch, context: ExecutionContext, wanted: Uint8Array | null = null): void {
    const { selection, selectedCount } = batch;
    const needed = this.rightCount + selectedCount;
    if (needed > this.rightIds.length) {
      const longer = new Int32Array(Math.max(needed, this.rightIds.length * 2));
      longer.set(this.rightIds);
      this.rightIds = longer;
    }
    const keys = this.rightKeys.map((evaluate) => evaluate(batch, context));
    const ids = this.rightIds.subarray(this.rightCount, needed);
    this.interner.assign(keys, selection, selectedCount, ids, true);
    if (wanted !== null) {
      for (let k = 0; k < selectedCount; k++) if (wanted[selection === null ? k : selection[k]] === 0) ids[k] = END;
    }
    this.rightCount = needed;
  }

  build(): void {
    this.heads = new Int32Array(this.interner.size).fill(END);
    this.nexts = new Int32Array(this.rightCount);
    for (let row = this.rightCount - 1; row >= 0; row--) {
      const id = this.rightIds[row];
      if (id < 0) continue;
      this.nexts[row] = this.firstOnly ? END : this.heads[id];
      this.heads[id] = row;
    }
  }

  probe(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    if (this.leftIds.length < selectedCount) this.leftIds = new Int32Array(selectedCount);
    const keys = this.leftKeys.map((evaluate) => evaluate(batch, context));
    this.interner.assign(keys, selection, selectedCount, this.leftIds, false);
    this.selection = selection;
    this.leftCount = selectedCount;
    this.leftIndex = 0;
    this.chain = selectedCount === 0 ? END : this.headOf(0);
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    let count = 0;
    while (this.leftIndex < this.leftCount) {
      const row = this.selection === null ? this.leftIndex : this.selection[this.leftIndex];
      if (settled !== null && settled[row] !== 0) this.chain = END;
      while (this.chain !== END) {
        if (count === left.length) return count;
        left[count] = row;
        right[count++] = this.chain;
        this.chain = this.nexts[this.chain];
      }
      this.leftIndex++;
      if (this.leftIndex < this.leftCount) this.chain = this.headOf(this.leftIndex);
    }
    return count;
  }

  private headOf(k: number): number {
    const id = this.leftIds[k];
    return id < 0 || id >= this.heads.length ? END : this.heads[id];
  }
}
