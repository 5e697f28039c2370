import type { IndexColumn } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import type { ColumnVector, NumberVector } from '../column/vector.ts';
import type { ReadValue } from './key.ts';

/** A stretch of a source's rows in the order of an index, with the keys as numbers. */
export interface OrderedBlock {
  readonly positions: Uint32Array;
  /** By column of the index. Ascending, whatever the index says; NULL is the least. */
  readonly keys: readonly Float64Array[];
}

/** Where a run's positions and values are read from. */
export interface KeySource {
  readonly length: number;
  positionAt(k: number): number;
  /** The positions that come from-th to (to - 1)-th, in a fresh array. */
  range(from: number, to: number): ArrayLike<number>;
  readonly read: ReadValue;
  /** A column's values at many positions; null where one by one is the better way. */
  gather(column: number, positions: Uint32Array): ColumnVector | null;
}

/** Where blocks are kept while there is room for them. */
export interface KeptBlocks {
  get(b: number): OrderedBlock | undefined;
  put(b: number, block: OrderedBlock, sizeBytes: number): void;
}

/**
 * Looking up a key by reading single values takes about as long as making so many rows of a block, from columns that are
 * gathered as a whole, or whose values are read one by one as well.
 */
const GATHERED_ROWS = 128;
const SINGLE_ROWS = 24;

/**
 * The keys of a run of rows that an index orders, for many lookups: block by block as arrays of numbers, each of them
 * made when as many keys have been looked for in it as that costs.
 */
export class OrderedKeys {
  readonly blockRows: number;
  /** False: some key that was read is no number that doubles hold. */
  isNumeric = true;
  private readonly columns: readonly IndexColumn[];
  private readonly source: KeySource;
  private readonly kept: KeptBlocks;
  private readonly asked: Uint32Array;
  /** A block's rows lie in many blocks of the columns. */
  private isScattered = false;
  /** By column, the first key of each block; null: not read yet. */
  private firsts: readonly Float64Array[] | null = null;

  /** `columns`: the first ones of the index. */
  constructor(columns: readonly IndexColumn[], source: KeySource, blockRows: number, kept: KeptBlocks) {
    this.columns = columns;
    this.source = source;
    this.blockRows = blockRows;
    this.kept = kept;
    this.asked = new Uint32Array(Math.ceil(source.length / blockRows));
  }

  /** The first keys of all blocks; null: keys are not numbers that doubles hold. */
  firstKeys(): readonly Float64Array[] | null {
    if (!this.isNumeric) return null;
    this.firsts ??= this.readFirsts();
    return this.isNumeric ? this.firsts : null;
  }

  /** Block b; null: it is cheaper to read single values, or its keys are no such numbers. To be asked once per key. */
  block(b: number): OrderedBlock | null {
    const known = this.kept.get(b);
    if (known !== undefined) return known;
    const rows = Math.min(this.blockRows, this.source.length - b * this.blockRows);
    const asked = ++this.asked[b];
    if (asked * (this.isScattered ? SINGLE_ROWS : GATHERED_ROWS) < rows) return null;
    const made = this.makeBlock(b * this.blockRows, rows, asked * SINGLE_ROWS >= rows);
    if (made === null) return null;
    // Where blocks do not stay, each must be worth its making again.
    this.asked[b] = 0;
    this.kept.put(b, made, rows * (4 + 8 * made.keys.length));
    return made;
  }

  /** Block b where it is at hand, for who does not look for a key. */
  known(b: number): OrderedBlock | null {
    return this.kept.get(b) ?? null;
  }

  private readFirsts(): readonly Float64Array[] {
    const { columns, source, blockRows } = this;
    return columns.map(({ column, descending }) => {
      const keys = new Float64Array(this.asked.length);
      for (let b = 0; b < keys.length; b++) {
        const value = source.read(column, source.positionAt(b * blockRows));
        if (typeof value !== 'number' && value !== null) this.isNumeric = false;
        else keys[b] = asKey(value, descending);
      }
      return keys;
    });
  }

  /** `readsSingly`: also where columns are not gathered as a whole. */
  private makeBlock(from: number, rows: number, readsSingly: boolean): OrderedBlock | null {
    const positions = Uint32Array.from(this.source.range(from, from + rows));
    const keys: Float64Array[] = [];
    for (const { column, descending } of this.columns) {
      const vector = this.source.gather(column, positions);
      if (vector === null && !readsSingly) {
        this.isScattered = true;
        return null;
      }
      const found =
        vector?.kind === 'number' ? gatheredKeys(vector, descending) : this.readKeys(column, positions, descending);
      if (found === null) return null;
      keys.push(found);
    }
    return { positions, keys };
  }

  private readKeys(column: number, positions: Uint32Array, descending: boolean): Float64Array | null {
    const keys = new Float64Array(positions.length);
    for (let i = 0; i < keys.length; i++) {
      const value = this.source.read(column, positions[i]);
      if (typeof value !== 'number' && value !== null) {
        this.isNumeric = false;
        return null;
      }
      keys[i] = asKey(value, descending);
    }
    return keys;
  }
}

function gatheredKeys({ values, nulls }: NumberVector, descending: boolean): Float64Array {
  const keys = new Float64Array(values.length);
  for (let i = 0; i < keys.length; i++) {
    keys[i] = asKey(nulls !== null && nulls[i] === 1 ? null : values[i], descending);
  }
  return keys;
}

/** Numbers that ascend in the order of the index. What stands for NULL may be a value too: it is not looked for. */
export function asKey(value: ColumnValue, descending: boolean): number {
  const ascending = value === null ? Number.NEGATIVE_INFINITY : (value as number);
  return descending ? -ascending : ascending;
}
