import { NO_BYTES, NO_INTS } from '../../base/empty-arrays.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { VectorEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileVector } from '../expressions/evaluate/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { DirectKeys } from './direct-keys.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { PairSource } from './join-pairs.ts';
import { RowInterner } from './key-interner.ts';
import type { StoredRows } from './row-store.ts';

const END = -1;

/** What the two sides of a join are equal in. Without keys, all pairs of rows are. */
export interface JoinKeys {
  readonly leftKeys: readonly BoundExpression[];
  readonly rightKeys: readonly BoundExpression[];
  readonly collations: readonly Collation[];
  readonly nullsEqual: readonly boolean[];
}

/**
 * The pairs whose keys are equal: right rows hang in chains, one per distinct key, in their own order. A single key of
 * integers that lie close together leads to its chain directly; other keys have ids that do.
 */
export class HashPairs implements PairSource {
  /** Keys and ids with the free places of a hash table, the heads of chains and the links of their rows. */
  readonly rowBytes: number;
  private readonly keys: JoinKeys;
  /** True when one partner per left row is enough. */
  private readonly firstOnly: boolean;
  private readonly leftKeys: readonly VectorEvaluator[];
  private readonly rightKeys: readonly VectorEvaluator[];
  /** Right keys that are no columns of the right side, by position. */
  private readonly computed: readonly (ColumnBuffer | null)[];
  /** Per right row 0 when it is to be in no chain; null: all are. */
  private wanted: Uint8Array | null = null;
  private rightCount = 0;
  private readonly direct = new DirectKeys();
  private isDirect = false;
  private interner!: RowInterner;
  private heads = NO_INTS;
  /** The right row behind each one in its chain; null when no chain has more than one. */
  private nexts: Int32Array | null = null;
  /** Per selected row of the left batch the first right row of its chain. */
  private firsts = NO_INTS;
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
    this.rowBytes = 12 + 36 * keys.rightKeys.length;
    this.firstOnly = firstOnly;
    this.leftKeys = keys.leftKeys.map((key) => compileVector(key, leftKinds));
    this.rightKeys = keys.rightKeys.map((key) => compileVector(key, rightKinds));
    this.computed = keys.rightKeys.map(({ kind, type }) =>
      kind === 'column' ? null : new ColumnBuffer(physicalKindOf(type)),
    );
  }

  open(): void {
    for (const buffer of this.computed) buffer?.clear();
    this.wanted = null;
    this.rightCount = 0;
    this.leftCount = 0;
    this.leftIndex = 0;
    this.chain = END;
  }

  /** `wanted`: per row of the batch 0 when it is to be in no chain. Given for each batch, or for none. */
  collect(batch: Batch, context: ExecutionContext, wanted: Uint8Array | null = null): void {
    const { selection, selectedCount } = batch;
    this.computed.forEach((buffer, i) => {
      buffer?.append(this.rightKeys[i](batch, context), selection, selectedCount);
    });
    if (wanted !== null) this.addWanted(wanted, selection, selectedCount);
    this.rightCount += selectedCount;
  }

  private addWanted(flags: Uint8Array, selection: Uint32Array | null, count: number): void {
    const needed = this.rightCount + count;
    let wanted = this.wanted ?? NO_BYTES;
    if (needed > wanted.length) {
      const longer = new Uint8Array(Math.max(needed, wanted.length * 2));
      longer.set(wanted);
      wanted = longer;
    }
    for (let k = 0; k < count; k++) wanted[this.rightCount + k] = flags[selection === null ? k : selection[k]];
    this.wanted = wanted;
  }

  build(rows: StoredRows): void {
    const { collations, nullsEqual, rightKeys } = this.keys;
    const vectors = rightKeys.map((key, i) =>
      key.kind === 'column' ? rows.column(key.index) : (this.computed[i] as ColumnBuffer).vector(),
    );
    this.isDirect =
      vectors.length === 1 && !nullsEqual[0] && this.direct.build(vectors[0], this.rightCount, this.wanted);
    if (this.isDirect) {
      this.nexts = this.firstOnly ? null : this.direct.nexts;
      return;
    }
    this.interner = new RowInterner(collations, nullsEqual);
    this.chainUp(vectors);
  }

  private chainUp(keys: readonly ColumnVector[]): void {
    const { rightCount, wanted, firstOnly } = this;
    const ids = new Int32Array(rightCount);
    this.interner.assign(keys, null, rightCount, ids, true);
    const heads = new Int32Array(this.interner.size).fill(END);
    const nexts = firstOnly ? null : new Int32Array(rightCount);
    for (let row = rightCount - 1; row >= 0; row--) {
      if (wanted !== null && wanted[row] === 0) continue;
      const id = ids[row];
      if (nexts !== null) nexts[row] = heads[id];
      heads[id] = row;
    }
    this.heads = heads;
    this.nexts = nexts;
  }

  probe(batch: Batch, context: ExecutionContext): void {
    const { selection, selectedCount } = batch;
    if (this.firsts.length < selectedCount) this.firsts = new Int32Array(selectedCount);
    const keys = this.leftKeys.map((evaluate) => evaluate(batch, context));
    const { firsts, heads } = this;
    if (this.isDirect) this.direct.find(keys[0], selection, selectedCount, firsts);
    else {
      this.interner.assign(keys, selection, selectedCount, firsts, false);
      toHeads(firsts, heads, selectedCount);
    }
    this.selection = selection;
    this.leftCount = selectedCount;
    this.leftIndex = 0;
    this.chain = selectedCount === 0 ? END : firsts[0];
  }

  fill(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    if (this.nexts === null && settled === null && this.leftCount - this.leftIndex <= left.length) {
      const count = fillSingle(this.firsts, this.selection, this.leftIndex, this.leftCount, left, right);
      this.leftIndex = this.leftCount;
      return count;
    }
    return this.fillChains(left, right, settled);
  }

  private fillChains(left: Int32Array, right: Int32Array, settled: Uint8Array | null): number {
    const { nexts, firsts, selection, leftCount } = this;
    let { leftIndex, chain } = this;
    let count = 0;
    for (; leftIndex < leftCount; chain = ++leftIndex < leftCount ? firsts[leftIndex] : END) {
      if (chain === END) continue;
      const row = selection === null ? leftIndex : selection[leftIndex];
      if (settled !== null && settled[row] !== 0) continue;
      while (chain !== END && count < left.length) {
        left[count] = row;
        right[count++] = chain;
        chain = nexts === null ? END : nexts[chain];
      }
      if (chain !== END) break;
    }
    this.leftIndex = leftIndex;
    this.chain = chain;
    return count;
  }
}

/** Ids become the first rows of their chains. Without keys there is an id even where there is no row. */
function toHeads(ids: Int32Array, heads: Int32Array, count: number): void {
  for (let k = 0; k < count; k++) {
    const id = ids[k];
    ids[k] = id >= 0 && id < heads.length ? heads[id] : END;
  }
}

/** The pairs of left rows from `from` on, of one right row at most each; there is room for all. */
function fillSingle(
  firsts: Int32Array,
  selection: Uint32Array | null,
  from: number,
  to: number,
  left: Int32Array,
  right: Int32Array,
): number {
  let count = 0;
  for (let k = from; k < to; k++) {
    const first = firsts[k];
    if (first === END) continue;
    left[count] = selection === null ? k : selection[k];
    right[count++] = first;
  }
  return count;
}
