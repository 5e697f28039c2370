import type { Collation } from '../../../engine/catalog/definitions.ts';
import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import type { OperatorMemory } from '../operator-memory.ts';
import { RowBuffer } from '../row-buffer.ts';
import { partitionBytes } from './block-sizes.ts';
import { partOf, RowHasher } from './row-hash.ts';
import { SpilledRows } from './spilled-rows.ts';

/** Parts that rows are divided into at once: of each, a block is in memory. */
export const PARTS = 16;

/** Divisions of a part's rows, one after the other: 16 ^ 6 parts are enough for what any file can hold. */
const MOST_LEVELS = 6;

/**
 * Rows divided by the hash of their keys, so that equal ones lie in the same part (M. Kitsuregawa, H. Tanaka, T. Moto-oka,
 * "Application of Hash to Data Base Machine and Its Architecture", 1983). In each part rows keep their order.
 */
export class Partitions {
  readonly level: number;
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private readonly hasher: RowHasher;
  private readonly buffers: readonly RowBuffer[];
  private readonly parts: (SpilledRows | null)[] = new Array(PARTS).fill(null);
  private readonly blockBytes: number;
  private hashes = new Uint32Array(0);

  constructor(kinds: readonly PhysicalKind[], collations: readonly Collation[], memory: OperatorMemory, level: number) {
    this.level = level;
    this.kinds = kinds;
    this.memory = memory;
    this.hasher = new RowHasher(collations);
    this.buffers = Array.from({ length: PARTS }, () => new RowBuffer(kinds));
    this.blockBytes = partitionBytes(memory);
  }

  /** False where dividing once more would not make parts smaller: their rows are all equal. */
  static canDivide(level: number): boolean {
    return level < MOST_LEVELS;
  }

  /** What it holds in memory, in bytes. */
  sizeBytes(): number {
    return this.buffers.reduce((bytes, buffer) => bytes + buffer.bytesWith(0), 0);
  }

  /** Adds the selected rows of vectors, by keys that belong to the same rows. */
  add(
    column: (i: number) => ColumnVector,
    keys: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    if (count === 0) return;
    if (this.hashes.length < count) this.hashes = new Uint32Array(count);
    this.hasher.hash(keys, selection, count, this.hashes);
    const rows = this.divided(selection, count);
    for (let part = 0; part < PARTS; part++) {
      if (rows[part].length === 0) continue;
      const buffer = this.buffers[part];
      buffer.appendRows(column, Uint32Array.from(rows[part]), rows[part].length);
      if (buffer.bytesWith(0) >= this.blockBytes) this.write(part);
    }
  }

  /** The parts, whatever has rows, when all rows have been added. Who reads them releases them. */
  finish(): readonly SpilledRows[] {
    for (let part = 0; part < PARTS; part++) this.write(part);
    return this.parts.filter((part) => part !== null);
  }

  /** As {@link finish}, with null for parts without rows. */
  finishAll(): readonly (SpilledRows | null)[] {
    this.finish();
    return this.parts;
  }

  private divided(selection: Uint32Array | null, count: number): readonly number[][] {
    const rows: number[][] = Array.from({ length: PARTS }, () => []);
    for (let k = 0; k < count; k++) {
      rows[partOf(this.hashes[k], this.level, PARTS)].push(selection === null ? k : selection[k]);
    }
    return rows;
  }

  private write(part: number): void {
    const buffer = this.buffers[part];
    if (buffer.length === 0) return;
    this.parts[part] ??= new SpilledRows(this.kinds, this.memory);
    this.parts[part].append((i) => buffer.column(i), buffer.length);
    buffer.clear();
  }
}
