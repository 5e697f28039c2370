import type { ReadPoint } from './access.ts';
import { largestRowid, rowidBehind } from './largest-rowid.ts';
import type { Table } from './table.ts';

/** What {@link RowidCounter.restore} takes to undo later changes. */
export interface SavedRowid {
  /** The next rowid, or one that is too large as long as it is stale. */
  readonly value: number;
  readonly isStale: boolean;
  readonly sequence: number;
}

/** After every change, those of the open transaction included. */
const NEWEST: ReadPoint = { transaction: Number.MAX_SAFE_INTEGER };

/** The rowids that a table gives to rows without one. */
export class RowidCounter {
  private readonly table: Table;
  private value = 1;
  /** True when the row with the largest rowid was deleted: the next insert must look which one is the largest now. */
  private isStale = false;
  private counted = 0;

  constructor(table: Table) {
    this.table = table;
  }

  /** The largest rowid that INSERT has given, or was told to go on behind: what AUTOINCREMENT never falls back behind. */
  get sequence(): number {
    return this.counted;
  }

  /** No row has this rowid, or a larger one. */
  get bound(): number {
    return this.value;
  }

  /** The rowid that the next insert without one gets. */
  next(): number {
    const { autoincrement } = this.table.definition;
    if (this.isStale || (this.value === 1 && !autoincrement)) {
      const behind = rowidBehind(this.table, NEWEST, this.value - 1);
      this.value = autoincrement ? Math.max(behind, this.counted + 1) : behind;
      this.isStale = false;
    }
    return this.value;
  }

  save(): SavedRowid {
    return { value: this.value, isStale: this.isStale, sequence: this.counted };
  }

  restore({ value, isStale, sequence }: SavedRowid): void {
    this.value = value;
    this.isStale = isStale;
    this.counted = sequence;
  }

  /** INSERT has given this rowid to a row. */
  count(rowid: number): void {
    if (rowid > this.counted) this.counted = rowid;
  }

  /** Takes back what {@link count} has done since; the rows stay. */
  uncount({ sequence }: SavedRowid): void {
    this.counted = sequence;
  }

  /** The next rowid is the one behind this, and behind every row that is there. */
  countFrom(rowid: number): void {
    this.counted = rowid;
    this.value = Math.max(rowid, largestRowid(this.table, NEWEST, this.value - 1)) + 1;
    this.isStale = false;
  }

  /** Goes on at `next`, as a file says; `largest`: rows may have rowids up to this. */
  resume(next: number, largest = this.value - 1): void {
    this.counted = next - 1;
    this.isStale = this.table.definition.autoincrement && largest >= next;
    this.value = this.isStale ? largest + 1 : next;
  }

  /** A row has this rowid. */
  note(rowid: number): void {
    if (rowid < this.value) return;
    this.value = rowid + 1;
    this.isStale = false;
  }

  /** No live row has this rowid any more: when it was the largest, the next rowid falls back. */
  noteRemoved(rowid: number): void {
    if (rowid === this.value - 1 && !(this.table.definition.autoincrement && rowid <= this.counted))
      this.isStale = true;
  }
}
