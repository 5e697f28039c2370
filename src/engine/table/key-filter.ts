import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue } from '../column/types.ts';
import { type ColumnVector, isNullAt } from '../column/vector.ts';
import { columnValueAt } from './delta-column.ts';
import { hashKey } from './key.ts';

const BITS_PER_KEY = 12;
/** Looking a key up costs a binary search; after this share of a segment's rows in lookups, a filter has paid for itself. */
const ROWS_PER_LOOKUP = 64;

/**
 * Says for most keys that a segment does not have that it has not: a Bloom filter whose bits for one key share a word, so
 * that a look touches memory once (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007).
 * Inserts into a table whose unique keys come in no order would search each segment otherwise. Never stored: it is made
 * from the columns when a segment has been asked often enough.
 */
export class KeyFilter {
  private readonly index: IndexDefinition;
  private readonly rowCount: number;
  private readonly wholeColumn: (column: number) => ColumnVector;
  private lookups = 0;
  private words: Uint32Array | null = null;

  constructor(index: IndexDefinition, rowCount: number, wholeColumn: (column: number) => ColumnVector) {
    this.index = index;
    this.rowCount = rowCount;
    this.wholeColumn = wholeColumn;
  }

  /** False when no row has the key, which holds no NULL. */
  mayHave(key: readonly ColumnValue[]): boolean {
    if (this.words === null) {
      this.lookups++;
      if (this.lookups * ROWS_PER_LOOKUP < this.rowCount) return true;
      this.words = this.build();
    }
    const hash = mix(hashKey(this.index, key));
    const bits = bitsOf(hash);
    const word = this.words[wordOf(hash, this.words.length)];
    return (word & bits) >>> 0 === bits;
  }

  private build(): Uint32Array {
    const words = new Uint32Array(Math.ceil((this.rowCount * BITS_PER_KEY) / 32));
    const vectors = this.index.columns.map(({ column }) => this.wholeColumn(column));
    const key: ColumnValue[] = new Array(vectors.length);
    for (let row = 0; row < this.rowCount; row++) {
      if (vectors.some((vector) => isNullAt(vector, row))) continue;
      for (let i = 0; i < vectors.length; i++) key[i] = columnValueAt(vectors[i], row);
      const hash = mix(hashKey(this.index, key));
      words[wordOf(hash, words.length)] |= bitsOf(hash);
    }
    return words;
  }
}

/** The finalizer of MurmurHash3: every bit of the input moves every bit of the result. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function wordOf(hash: number, words: number): number {
  return Math.floor((hash / 0x1_0000_0000) * words);
}

/** Three bits by the low 15 bits of the hash; the word is chosen by the high ones. */
function bitsOf(hash: number): number {
  return ((1 << (hash & 31)) | (1 << ((hash >>> 5) & 31)) | (1 << ((hash >>> 10) & 31))) >>> 0;
}
