import { NO_INTS, NO_UINTS } from '../../base/empty-arrays.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import { collationKey } from '../../engine/column/compare.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector, DictionaryVector, NumberVector } from '../../engine/column/vector.ts';
import { NumberInterner } from './number-interner.ts';
import { PairInterner } from './pair-interner.ts';

const UNKNOWN = -1;
/** Of a Map, for each of its keys. */
const MAP_ENTRY_BYTES = 64;
/** Dictionaries whose codes are remembered at once. */
const MOST_DICTIONARIES = 64;

/**
 * Gives equal values equal dense ids, in order of appearance: equality as in SQL comparison (1 = 1.0, collations),
 * except that NULL is a value of its own. Grouping, DISTINCT, set operations and hash joins are built on these ids:
 * per row there is a table lookup by dictionary code or by number, never an object.
 */
export class ColumnInterner {
  size = 0;
  private readonly collation: Collation;
  private readonly findsNull: boolean;
  /** What the keys of the maps hold, and the tables of ids by dictionary. */
  private keyBytes = 0;
  private dictionaryBytes = 0;
  private nullId = UNKNOWN;
  private readonly numbers = new NumberInterner();
  private bigints: Map<bigint, number> | null = null;
  private texts: Map<string, number> | null = null;
  private blobs: Map<string, number> | null = null;
  private idsByDictionary: Map<readonly string[], Int32Array> | null = null;

  /** `findsNull`: NULL equals NULL for a key that is only looked for, as IS NOT DISTINCT FROM compares. */
  constructor(collation: Collation, findsNull = false) {
    this.collation = collation;
    this.findsNull = findsNull;
  }

  /** Of memory, roughly. */
  sizeBytes(): number {
    const entries = (this.bigints?.size ?? 0) + (this.texts?.size ?? 0) + (this.blobs?.size ?? 0);
    return this.numbers.sizeBytes() + entries * MAP_ENTRY_BYTES + this.keyBytes + this.dictionaryBytes;
  }

  /** Forgets all values, and keeps some memory for the next ones. */
  clear(): void {
    this.size = 0;
    this.keyBytes = 0;
    this.dictionaryBytes = 0;
    this.nullId = UNKNOWN;
    this.numbers.clear();
    this.bigints = null;
    this.texts = null;
    this.blobs = null;
    this.idsByDictionary = null;
  }

  /**
   * Ids of the selected rows, into `out`. With `insert` new values get new ids; without (a join key that is looked for),
   * unknown values get -1, and so does NULL unless it is equal to itself here.
   */
  assign(vector: ColumnVector, selection: Uint32Array | null, count: number, out: Int32Array, insert: boolean): void {
    switch (vector.kind) {
      case 'dictionary':
        this.assignCodes(vector, selection, count, out, insert);
        break;
      case 'number':
        this.assignNumbers(vector, selection, count, out, insert);
        break;
      case 'bigint':
        for (let k = 0; k < count; k++) {
          const i = selection === null ? k : selection[k];
          if (vector.nulls !== null && vector.nulls[i] === 1) out[k] = this.idOfNull(insert);
          else out[k] = this.idOfBigint(vector.values[i], insert);
        }
        break;
      case 'value':
        for (let k = 0; k < count; k++) {
          out[k] = this.idOfValue(vector.values[selection === null ? k : selection[k]], insert);
        }
    }
  }

  private assignNumbers(
    { values, nulls }: NumberVector,
    selection: Uint32Array | null,
    count: number,
    out: Int32Array,
    insert: boolean,
  ): void {
    if (nulls === null) {
      const { numbers } = this;
      // Times that are cut to hours are mostly the same for a whole batch.
      if (count > 1 && isOneNumber(values, selection, count)) {
        this.assignNumbers({ kind: 'number', values, nulls }, selection, 1, out, insert);
        out.fill(out[0], 1, count);
        return;
      }
      for (let k = 0; k < count; k++) {
        this.size = numbers.assign(values, selection, k, count, out, insert, this.size);
        k = numbers.position;
        if (k < count) out[k] = this.idOfLarge(values[selection === null ? k : selection[k]], insert);
      }
      return;
    }
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      out[k] = nulls[i] === 1 ? this.idOfNull(insert) : this.idOfNumber(values[i], insert);
    }
  }

  private assignCodes(
    vector: DictionaryVector,
    selection: Uint32Array | null,
    count: number,
    out: Int32Array,
    insert: boolean,
  ): void {
    const { codes, dictionary, nulls } = vector;
    const ids = this.idsOfDictionary(dictionary);
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      if (nulls !== null && nulls[i] === 1) {
        out[k] = this.idOfNull(insert);
        continue;
      }
      const code = codes[i];
      let id = ids[code];
      if (id === UNKNOWN) {
        id = this.idOfText(dictionary[code], insert);
        ids[code] = id;
      }
      out[k] = id;
    }
  }

  private idsOfDictionary(dictionary: readonly string[]): Int32Array {
    this.idsByDictionary ??= new Map();
    let ids = this.idsByDictionary.get(dictionary);
    if (ids === undefined || ids.length < dictionary.length) {
      const longer = new Int32Array(dictionary.length).fill(UNKNOWN);
      // Blocks that have dictionaries of their own come once.
      if (ids === undefined && this.idsByDictionary.size >= MOST_DICTIONARIES) this.forgetDictionaries();
      this.dictionaryBytes += longer.byteLength - (ids?.byteLength ?? 0);
      if (ids !== undefined) longer.set(ids);
      ids = longer;
      this.idsByDictionary.set(dictionary, ids);
    }
    return ids;
  }

  private forgetDictionaries(): void {
    this.idsByDictionary?.clear();
    this.dictionaryBytes = 0;
  }

  private idOfNull(insert: boolean): number {
    if (insert && this.nullId === UNKNOWN) this.nullId = this.size++;
    return insert || this.findsNull ? this.nullId : UNKNOWN;
  }

  private idOfNumber(value: number, insert: boolean): number {
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) return this.idOfLarge(value, insert);
    const id = this.numbers.find(value);
    if (id !== UNKNOWN || !insert) return id;
    this.numbers.add(value, this.size);
    return this.size++;
  }

  /** A double beyond 2^53 is an integer, and equals the 64-bit integer of its value where there is one. */
  private idOfLarge(value: number, insert: boolean): number {
    if (Math.abs(value) <= 2 ** 63) return this.idOfExact(BigInt(value), insert);
    const id = this.numbers.find(value);
    if (id !== UNKNOWN || !insert) return id;
    this.numbers.add(value, this.size);
    return this.size++;
  }

  private idOfBigint(value: bigint, insert: boolean): number {
    const asNumber = Number(value);
    return Number.isSafeInteger(asNumber) ? this.idOfNumber(asNumber, insert) : this.idOfExact(value, insert);
  }

  private idOfExact(value: bigint, insert: boolean): number {
    this.bigints ??= new Map();
    return this.idInMap(this.bigints, value, insert);
  }

  private idOfText(text: string, insert: boolean): number {
    this.texts ??= new Map();
    return this.idInMap(this.texts, collationKey(text, this.collation), insert);
  }

  private idOfValue(value: SqlValue, insert: boolean): number {
    if (value === null) return this.idOfNull(insert);
    if (typeof value === 'string') return this.idOfText(value, insert);
    if (typeof value === 'number') return this.idOfNumber(value, insert);
    if (typeof value === 'bigint') return this.idOfBigint(value, insert);
    this.blobs ??= new Map();
    return this.idInMap(this.blobs, blobKey(value), insert);
  }

  private idInMap<Key>(map: Map<Key, number>, key: Key, insert: boolean): number {
    const known = map.get(key);
    if (known !== undefined) return known;
    if (!insert) return UNKNOWN;
    map.set(key, this.size);
    if (typeof key === 'string') this.keyBytes += key.length;
    return this.size++;
  }
}

function isOneNumber(values: Float64Array, selection: Uint32Array | null, count: number): boolean {
  const first = values[selection === null ? 0 : selection[0]];
  for (let k = 1; k < count; k++) if (values[selection === null ? k : selection[k]] !== first) return false;
  return true;
}

function blobKey(bytes: Uint8Array): string {
  let key = '';
  for (let i = 0; i < bytes.length; i++) key += String.fromCharCode(bytes[i]);
  return key;
}

/** Ids of whole rows of keys: per-column ids combined pair by pair. No column at all: one row, id 0. */
export class RowInterner {
  private readonly columns: readonly ColumnInterner[];
  private readonly pairs: readonly PairInterner[];
  private scratch = NO_INTS;
  private places = NO_INTS;
  private rows = NO_UINTS;
  private found = NO_INTS;
  private emptySize = 0;

  constructor(collations: readonly Collation[], findsNull: readonly boolean[] = []) {
    this.columns = collations.map((collation, i) => new ColumnInterner(collation, findsNull[i]));
    this.pairs = collations.slice(1).map(() => new PairInterner());
  }

  /** Of memory, roughly. */
  sizeBytes(): number {
    let bytes = 0;
    for (const column of this.columns) bytes += column.sizeBytes();
    for (const pairs of this.pairs) bytes += pairs.sizeBytes();
    return bytes;
  }

  /** Forgets all rows, and keeps some memory for the next ones. */
  clear(): void {
    this.emptySize = 0;
    for (const column of this.columns) column.clear();
    for (const pairs of this.pairs) pairs.clear();
  }

  /** Distinct rows so far: ids are below it. */
  get size(): number {
    if (this.columns.length === 0) return this.emptySize;
    return this.columns.length === 1 ? this.columns[0].size : this.pairs[this.pairs.length - 1].size;
  }

  /** As {@link ColumnInterner.assign}, for rows of several vectors. `out` holds at least `count` ids. */
  assign(
    vectors: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
    out: Int32Array,
    insert: boolean,
  ): void {
    if (this.columns.length === 0) {
      out.fill(0, 0, count);
      if (count > 0) this.emptySize = 1;
      return;
    }
    this.columns[0].assign(vectors[0], selection, count, out, insert);
    if (this.columns.length === 1) return;
    if (this.scratch.length < count) this.scratch = new Int32Array(count);
    if (insert) {
      for (let c = 1; c < this.columns.length; c++) this.addColumn(c, vectors[c], selection, count, out, true);
    } else this.find(vectors, selection, count, out);
  }

  /** The further columns are looked at for rows only whose first key is known: most are dropped by it. */
  private find(vectors: readonly ColumnVector[], selection: Uint32Array | null, count: number, out: Int32Array): void {
    if (this.places.length < count) {
      this.places = new Int32Array(count);
      this.rows = new Uint32Array(count);
      this.found = new Int32Array(count);
    }
    const { places, rows, found } = this;
    let open = 0;
    for (let k = 0; k < count; k++) {
      if (out[k] < 0) continue;
      places[open] = k;
      rows[open] = selection === null ? k : selection[k];
      found[open++] = out[k];
    }
    for (let c = 1; c < this.columns.length; c++) this.addColumn(c, vectors[c], rows, open, found, false);
    for (let i = 0; i < open; i++) out[places[i]] = found[i];
  }

  /** From ids of the columns before to ids with one column more. */
  private addColumn(
    c: number,
    vector: ColumnVector,
    selection: Uint32Array | null,
    count: number,
    ids: Int32Array,
    insert: boolean,
  ): void {
    const { scratch, columns, pairs } = this;
    columns[c].assign(vector, selection, count, scratch, insert);
    const firstCount = c === 1 ? columns[0].size : pairs[c - 2].size;
    pairs[c - 1].combine(ids, scratch, count, insert, firstCount, columns[c].size);
  }
}
