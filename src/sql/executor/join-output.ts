import { NO_BYTES, NO_INTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import { type Batch, NarrowedBatch } from '../expressions/batch.ts';
import type { PhysicalJoinKind, PhysicalPlan } from '../planner/physical-plan.ts';
import { GatherScratch, gather, LazyBatch, NOT_YET, nullVector } from './gather.ts';
import { inputKinds } from './plan-kinds.ts';
import type { StoredRows } from './row-store.ts';

const UNMATCHED = 0;
const MATCHED = 1;
/** Unknown whether the row has a partner. */
const POSSIBLE = 2;

/** What a join yields for the pairs that it finds, by its kind. `begin`, then pairs, then `finish`, per left batch. */
export class JoinOutput {
  /** True when a left row that has a partner needs no other. */
  readonly settles: boolean;
  /** True when left rows without a partner come out too. */
  readonly keepsLeftRows: boolean;
  /** True when some right rows come out when all pairs are known. */
  readonly keepsRightRows: boolean;
  private readonly kind: PhysicalJoinKind;
  private readonly leftKinds: readonly PhysicalKind[];
  private readonly yieldsPairs: boolean;
  /** By column: a batch of pairs is valid until the next one is asked for. */
  private readonly scratches: GatherScratch[] = [];
  private rows!: StoredRows;
  private batch!: Batch;
  private leftMatched = NO_BYTES;
  private rightMatched = NO_BYTES;
  /** The right side's rows come in blocks: those of this one are numbered from here on. */
  private firstOfBlock = 0;
  private isInBlocks = false;
  /** Of a single join: per left row its first partner, or -1. */
  private partners = NO_INTS;
  /** Of an outer join: how many of the left batch's rows have all of their pairs handed out. */
  private resolved = 0;

  constructor({ join, left }: { readonly join: PhysicalJoinKind; readonly left: PhysicalPlan }) {
    this.kind = join;
    this.leftKinds = inputKinds(left);
    this.settles = join === 'semi' || join === 'anti' || join === 'single' || join === 'mark';
    this.keepsLeftRows = join === 'left' || join === 'full' || join === 'anti' || join === 'single' || join === 'mark';
    this.keepsRightRows = join === 'full' || join === 'right' || join === 'right-semi' || join === 'right-anti';
    this.yieldsPairs = join === 'inner' || join === 'left' || join === 'full' || join === 'right';
  }

  /** Left rows of which no more pairs are needed; null where every pair counts. */
  get settled(): Uint8Array | null {
    return this.settles ? this.leftMatched : null;
  }

  /** The batch that pairs are found for. */
  get leftBatch(): Batch {
    return this.batch;
  }

  build(rows: StoredRows): void {
    this.rows = rows;
    this.isInBlocks = false;
    this.firstOfBlock = 0;
    if (this.keepsRightRows) this.rightMatched = new Uint8Array(rows.length);
  }

  /** In place of {@link build} where the right side comes in blocks, all of them for each left batch. */
  buildInBlocks(rowCount: number): void {
    this.isInBlocks = true;
    if (this.keepsRightRows) this.rightMatched = new Uint8Array(rowCount);
  }

  /** The pairs from now on are of this block. `before`: rows of the blocks before it. */
  turnTo(block: StoredRows, before: number): void {
    this.rows = block;
    this.firstOfBlock = before;
  }

  begin(batch: Batch): void {
    this.batch = batch;
    this.resolved = 0;
    if (this.keepsLeftRows || this.settles) this.leftMatched = new Uint8Array(batch.rowCount);
    if (this.kind === 'single') this.partners = new Int32Array(batch.rowCount).fill(-1);
  }

  /** The pairs, side by side. */
  pairs(left: Int32Array, right: Int32Array, count: number): Batch {
    const { batch, rows } = this;
    const width = this.leftKinds.length;
    const mayMiss = this.keepsLeftRows;
    return new LazyBatch(count, (i) => {
      this.scratches[i] ??= new GatherScratch();
      const scratch = this.scratches[i];
      return i < width
        ? gather(batch.column(i), left, count, scratch, false)
        : gather(rows.column(i - width), right, count, scratch, mayMiss);
    });
  }

  /** Takes note of partners; of the kinds that yield pairs, hands them out. */
  accept(found: Batch, left: Int32Array, right: Int32Array): Batch {
    const { selection, selectedCount } = found;
    if (this.kind === 'inner') return found;
    if (this.kind === 'single') this.keepFirst(found, left, right);
    if (this.keepsLeftRows || this.settles) mark(this.leftMatched, left, selection, selectedCount, MATCHED);
    if (this.keepsRightRows) this.markRight(right, selection, selectedCount);
    if (this.keepsLeftRows && this.yieldsPairs && !this.isInBlocks) return this.withUnmatched(found, left, right);
    return this.yieldsPairs ? found : NOT_YET;
  }

  /** The pairs, and in their place left rows that turned out to have no partner. More pairs of the last row may come. */
  private withUnmatched({ rowCount, selection, selectedCount }: Batch, left: Int32Array, right: Int32Array): Batch {
    const last = left[rowCount - 1];
    const { batch } = this;
    const capacity = selectedCount + batch.selectedCount - this.resolved;
    const leftRows = new Int32Array(capacity);
    const rightRows = new Int32Array(capacity);
    let count = 0;
    let k = 0;
    for (; this.resolved < batch.selectedCount; this.resolved++) {
      const row = batch.selection === null ? this.resolved : batch.selection[this.resolved];
      for (; k < selectedCount; k++) {
        const pair = selection === null ? k : selection[k];
        if (left[pair] !== row) break;
        leftRows[count] = row;
        rightRows[count++] = right[pair];
      }
      if (row === last) break;
      if (this.leftMatched[row] === MATCHED) continue;
      leftRows[count] = row;
      rightRows[count++] = -1;
    }
    return this.pairs(leftRows, rightRows, count);
  }

  /** The rows of an outer join's left batch that are still to be handed out: none of them has a partner. */
  private unresolved(): Batch {
    const { batch, resolved } = this;
    const rows = new Int32Array(batch.selectedCount - resolved);
    let count = 0;
    for (let k = resolved; k < batch.selectedCount; k++) {
      const row = batch.selection === null ? k : batch.selection[k];
      if (this.leftMatched[row] !== MATCHED) rows[count++] = row;
    }
    return count === 0 ? NOT_YET : this.pairs(rows, new Int32Array(count).fill(-1), count);
  }

  acceptPossible({ selection, selectedCount }: Batch, left: Int32Array): void {
    mark(this.leftMatched, left, selection, selectedCount, POSSIBLE);
  }

  private markRight(rows: Int32Array, selection: Uint32Array | null, count: number): void {
    const { firstOfBlock } = this;
    const flags = firstOfBlock === 0 ? this.rightMatched : this.rightMatched.subarray(firstOfBlock);
    mark(flags, rows, selection, count, MATCHED);
  }

  private keepFirst({ selection, selectedCount }: Batch, left: Int32Array, right: Int32Array): void {
    for (let k = 0; k < selectedCount; k++) {
      const pair = selection === null ? k : selection[k];
      if (this.partners[left[pair]] < 0) this.partners[left[pair]] = right[pair];
    }
  }

  /** The left batch's rows without a partner so far. */
  unmatched(): Batch {
    return this.leftRows(UNMATCHED);
  }

  /** What is to be yielded when all pairs of a left batch with a block are known, because the block goes. */
  finishBlock(): Batch {
    if (this.kind !== 'single') return NOT_YET;
    const { partners, batch } = this;
    const rows = Int32Array.from(partners.keys()).filter((row) => partners[row] >= 0);
    const found = rows.map((row) => partners[row]);
    this.partners = new Int32Array(batch.rowCount).fill(-1);
    return this.pairs(rows, found, rows.length);
  }

  /** What is to be yielded when all pairs of a left batch are known. */
  finish(): Batch {
    const { kind, batch } = this;
    switch (kind) {
      case 'inner':
      case 'right':
      case 'right-semi':
      case 'right-anti':
        return NOT_YET;
      case 'left':
      case 'full':
        return this.unresolved();
      case 'semi':
        return this.leftRows(MATCHED);
      case 'anti':
        return this.leftRows(UNMATCHED);
      case 'single':
        if (this.isInBlocks) return this.unresolved();
        return this.widened(batch, (i) => gather(this.rows.column(i), this.partners, batch.rowCount));
      case 'mark':
        return this.widened(batch, () => markVector(this.leftMatched));
    }
  }

  /** Right rows that are to be yielded when all pairs are known. */
  rest(): Batch {
    if (!this.keepsRightRows) return NOT_YET;
    const wanted = this.kind === 'right-semi' ? MATCHED : UNMATCHED;
    const { rightMatched, rows, leftKinds, firstOfBlock } = this;
    const positions = new Int32Array(rows.length);
    let count = 0;
    for (let row = 0; row < rows.length; row++) {
      if (rightMatched[firstOfBlock + row] === wanted) positions[count++] = row;
    }
    const width = this.yieldsPairs ? leftKinds.length : 0;
    return new LazyBatch(count, (i) =>
      i < width ? nullVector(leftKinds[i], count) : gather(rows.column(i - width), positions, count),
    );
  }

  private widened(batch: Batch, load: (i: number) => ColumnVector): Batch {
    const width = this.leftKinds.length;
    return new LazyBatch(
      batch.rowCount,
      (i) => (i < width ? batch.column(i) : load(i - width)),
      batch.selection,
      batch.selectedCount,
    );
  }

  private leftRows(wanted: number): Batch {
    const { batch, leftMatched } = this;
    const { selection, selectedCount } = batch;
    const kept = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      const row = selection === null ? k : selection[k];
      if (leftMatched[row] === wanted) kept[count++] = row;
    }
    return new NarrowedBatch(batch, kept, count);
  }
}

/** Sets the flags of the pairs' rows; a row that has a partner keeps it. */
function mark(flags: Uint8Array, rows: Int32Array, selection: Uint32Array | null, count: number, flag: number): void {
  for (let k = 0; k < count; k++) {
    const row = rows[selection === null ? k : selection[k]];
    if (flags[row] !== MATCHED) flags[row] = flag;
  }
}

function markVector(matched: Uint8Array): ColumnVector {
  const values = new Float64Array(matched.length);
  const nulls = new Uint8Array(matched.length);
  let hasNulls = false;
  for (let row = 0; row < matched.length; row++) {
    values[row] = matched[row] === MATCHED ? 1 : 0;
    if (matched[row] !== POSSIBLE) continue;
    nulls[row] = 1;
    hasNulls = true;
  }
  return { kind: 'number', values, nulls: hasNulls ? nulls : null };
}
