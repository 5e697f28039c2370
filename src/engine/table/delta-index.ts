import { LIVE } from '../catalog/catalog.ts';
import type { IndexColumn, IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import type { Delta } from './delta.ts';
import { compareEntries, compareToKey, hashKey, hasNull, readKey } from './key.ts';
import { KeyMap } from './key-map.ts';
import { SORTING } from './late-parts.ts';
import { ROWID_INDEX } from './rowid-order.ts';
import { SortedRun } from './sorted-run.ts';

/** The id of an index that is built before it is created: no other has it. */
export const AHEAD_ID = -2;

/** So few are sorted sooner than their keys are ranked: between two reads in order often lies one row. */
const FEW_ROWS = 16;

/**
 * The secondary index of a delta. Order is made lazily: rows that nobody has read in order are not sorted. Each time
 * somebody does, the rows since the last time become one sorted run, and runs of similar length are merged, so that
 * there are at most about log2(rows) of them. Merging sets versions apart that have ended for good: of rows that are
 * updated again and again, who reads the present steps over few. A unique index also keeps a hash of its keys, which
 * each insert probes.
 */
export class DeltaIndex {
  definition: IndexDefinition;
  private readonly delta: Delta;
  private runs: SortedRun[] = [];
  /** Of versions that had ended by {@link goneBy}. */
  private readonly gone: SortedRun[] = [];
  private goneBy = 0;
  private sortedRows = 0;
  private readonly keys: KeyMap | null;
  /** Rows that were there before the index: several of them may have had the same key, at different times or at once. */
  private readonly uncheckedRows: number;

  /** `isFilled` false: {@link add} is still to be told of the rows that are there. */
  constructor(definition: IndexDefinition, delta: Delta, isFilled = true) {
    this.definition = definition;
    this.delta = delta;
    this.keys = definition.unique ? new KeyMap() : null;
    this.uncheckedRows = delta.length;
    for (let position = 0; isFilled && position < delta.length; position++) this.add(position);
  }

  /**
   * Positions in index order, as sorted runs that together hold every row of the delta, but for some that have ended for
   * a reader of the transaction.
   */
  orderedRuns(transaction: number): readonly SortedRun[] {
    const { length } = this.delta;
    if (this.sortedRows < length) {
      this.runs.push(new SortedRun(this.sort(this.sortedRows, length)));
      this.sortedRows = length;
      this.mergeRuns();
    }
    return transaction < this.goneBy ? [...this.runs, ...this.gone] : this.runs;
  }

  /** All positions in index order, for {@link orderedRuns}. */
  keepOrder(positions: Uint32Array): void {
    this.runs = [new SortedRun(positions)];
    this.sortedRows = positions.length;
  }

  /** Its keys are those of all rows, and none was checked. */
  get isWhole(): boolean {
    return this.uncheckedRows === this.delta.length;
  }

  /** The columns by which rows are sorted. */
  get sortColumns(): readonly IndexColumn[] {
    return this.delta.isAscending ? this.definition.columns : [...this.definition.columns, ...ROWID_INDEX.columns];
  }

  /** To be told of each row that the delta appends, in order. */
  add(position: number): void {
    if (this.keys === null) return;
    const key = readKey(this.definition, this.delta.read, position);
    if (!hasNull(key)) this.keys.add(hashKey(this.definition, key), position, this.isSameAs(key));
  }

  /** To be told, in descending order, of each row that a rollback takes away, while it can still be read. */
  remove(position: number): void {
    if (this.keys === null) return;
    const key = readKey(this.definition, this.delta.read, position);
    if (!hasNull(key)) this.keys.remove(hashKey(this.definition, key), position);
  }

  /** To be told once after a rollback, which takes none of those away that are set apart. */
  truncate(length: number): void {
    if (this.sortedRows <= length) return;
    const kept = this.runs.map(({ positions }) => positions.filter((position) => position < length));
    this.runs = kept.filter((positions) => positions.length > 0).map((positions) => new SortedRun(positions));
    this.sortedRows = length;
  }

  /** Unique indexes only: the live row with this key (no NULL in it), or -1. */
  liveWithKey(key: readonly ColumnValue[]): number {
    if (this.keys === null) return -1;
    let position = this.keys.find(hashKey(this.definition, key), this.isSameAs(key));
    while (position >= 0 && this.delta.ended.get(position) !== LIVE) {
      // A row that the index has checked took its key when every older one with it had ended.
      position = position >= this.uncheckedRows ? -1 : this.keys.previous(position);
    }
    return position;
  }

  sizeBytes(): number {
    let bytes = this.keys?.sizeBytes() ?? 0;
    for (const run of this.runs) bytes += run.sizeBytes();
    for (const run of this.gone) bytes += run.sizeBytes();
    return bytes;
  }

  private isSameAs(key: readonly ColumnValue[]): (position: number) => boolean {
    return (position) => compareToKey(this.definition, this.delta.read, position, key) === 0;
  }

  private sort(from: number, to: number): Uint32Array {
    const positions = new Uint32Array(to - from);
    for (let i = 0; i < positions.length; i++) positions[i] = from + i;
    const { read } = this.delta;
    if (positions.length <= FEW_ROWS || !SORTING.isLoaded)
      return positions.sort((a, b) => compareEntries(this.definition, read, a, read, b));
    const keys = this.sortColumns.map((column) => ({
      ...column,
      vector: this.delta.gather(column.column, positions),
    }));
    const order = SORTING.get().sortPermutation(keys, positions.length);
    for (let i = 0; i < order.length; i++) order[i] += from;
    return order;
  }

  private mergeRuns(): void {
    const { runs } = this;
    while (hasAlike(runs)) {
      const kept = this.withoutGone(this.mergeNewest(runs));
      if (kept.length > 0) runs.push(new SortedRun(kept));
    }
  }

  /** Those that any reader to come may see; the others are set apart. */
  private withoutGone(positions: Uint32Array): Uint32Array {
    const { delta, gone } = this;
    if (delta.endedCount === 0) return positions;
    const kept = positions.filter((position) => !delta.hasGone(position));
    if (kept.length === positions.length) return kept;
    const apart = positions.filter((position) => delta.hasGone(position));
    for (const position of apart) this.goneBy = Math.max(this.goneBy, delta.ended.get(position));
    gone.push(new SortedRun(apart));
    while (hasAlike(gone)) gone.push(new SortedRun(this.mergeNewest(gone)));
    return kept;
  }

  /** Takes the last two away. */
  private mergeNewest(runs: SortedRun[]): Uint32Array {
    const [older, newer] = runs.splice(-2, 2);
    return this.merge(older.positions, newer.positions);
  }

  private merge(a: Uint32Array, b: Uint32Array): Uint32Array {
    const { read } = this.delta;
    const merged = new Uint32Array(a.length + b.length);
    let i = 0;
    let j = 0;
    for (let k = 0; k < merged.length; k++) {
      const takeA = j === b.length || (i < a.length && compareEntries(this.definition, read, a[i], read, b[j]) <= 0);
      merged[k] = takeA ? a[i++] : b[j++];
    }
    return merged;
  }
}

/** Whether the last two are of similar length. */
function hasAlike(runs: readonly SortedRun[]): boolean {
  const { length } = runs;
  return length > 1 && runs[length - 1].length * 2 >= runs[length - 2].length;
}
