import { NO_INTS } from '../../../base/empty-arrays.ts';
import type { Collation } from '../../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../../engine/column/types.ts';
import { type Batch, NarrowedBatch } from '../../expressions/batch.ts';
import { NOT_YET } from '../gather.ts';
import { RowInterner } from '../key-interner.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { Partitions } from './partitions.ts';
import type { SpilledRows } from './spilled-rows.ts';

/** What DISTINCT compares. */
export interface DistinctKeys {
  /** Positions among the columns. */
  readonly keys: readonly number[];
  readonly collations: readonly Collation[];
  readonly kinds: readonly PhysicalKind[];
}

/**
 * DISTINCT whose keys do not fit into memory: those that are known stay, rows with others are divided into parts, and each
 * part is looked at when all rows have come.
 */
export class SpilledDistinct {
  private readonly by: DistinctKeys;
  private readonly memory: OperatorMemory;
  private known: RowInterner | null;
  private readonly parts: Partitions;
  private rest: Generator<Batch> | null = null;
  private ids = NO_INTS;

  constructor(by: DistinctKeys, known: RowInterner, memory: OperatorMemory) {
    this.by = by;
    this.known = known;
    this.memory = memory;
    this.parts = new Partitions(by.kinds, by.collations, memory, 0);
  }

  /** Rows before the first {@link next}. None of them comes out yet. */
  add(batch: Batch): Batch {
    if (batch.selectedCount > 0) this.divide(batch, this.known as RowInterner, this.parts);
    return NOT_YET;
  }

  /** The first rows of the keys that were not known. */
  next(): Batch | null {
    this.known = null;
    this.rest ??= this.firstRows(this.parts);
    const { value, done } = this.rest.next();
    return done === true ? null : value;
  }

  private *firstRows(parts: Partitions): Generator<Batch> {
    for (const part of parts.finish()) yield* this.firstOf(part, parts.level + 1);
  }

  private *firstOf(part: SpilledRows, level: number): Generator<Batch> {
    const { collations, kinds } = this.by;
    const interner = new RowInterner(
      collations,
      collations.map(() => true),
    );
    let deeper: Partitions | null = null;
    for (let b = 0; b < part.blockCount; b++) {
      const batch = part.block(b);
      if (deeper === null) {
        yield this.newRows(batch, interner);
        const bytes = interner.sizeBytes();
        if (this.memory.hasToGrow(bytes)) continue;
        if (!Partitions.canDivide(level)) this.memory.need(bytes);
        deeper = new Partitions(kinds, collations, this.memory, level);
      } else this.divide(batch, interner, deeper);
    }
    part.release();
    interner.clear();
    if (deeper !== null) yield* this.firstRows(deeper);
  }

  private newRows(batch: Batch, interner: RowInterner): Batch {
    const { selection, selectedCount } = batch;
    let seen = interner.size;
    const ids = this.assign(batch, interner, true);
    const first = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) {
      if (ids[k] !== seen) continue;
      first[count++] = selection === null ? k : selection[k];
      seen++;
    }
    return new NarrowedBatch(batch, first, count);
  }

  /** Rows with keys that are not known go to their parts. */
  private divide(batch: Batch, known: RowInterner, parts: Partitions): void {
    const { selection, selectedCount } = batch;
    const ids = this.assign(batch, known, false);
    const rows = new Uint32Array(selectedCount);
    let count = 0;
    for (let k = 0; k < selectedCount; k++) if (ids[k] < 0) rows[count++] = selection === null ? k : selection[k];
    parts.add((i) => batch.column(i), this.keysOf(batch), rows, count);
    this.memory.needAll(known.sizeBytes() + parts.sizeBytes());
  }

  private assign(batch: Batch, interner: RowInterner, insert: boolean): Int32Array {
    const { selection, selectedCount } = batch;
    if (this.ids.length < selectedCount) this.ids = new Int32Array(selectedCount);
    interner.assign(this.keysOf(batch), selection, selectedCount, this.ids, insert);
    return this.ids;
  }

  private keysOf(batch: Batch) {
    return this.by.keys.map((key) => batch.column(key));
  }
}
