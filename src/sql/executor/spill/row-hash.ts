import type { Collation } from '../../../engine/catalog/definitions.ts';
import { collationKey } from '../../../engine/column/compare.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { ColumnVector, DictionaryVector } from '../../../engine/column/vector.ts';

const NULL_HASH = 0x5bd1e995;

const floatView = new Float64Array(1);
const wordView = new Uint32Array(floatView.buffer);

/**
 * Hashes of whole rows of keys: rows that are equal as {@link RowInterner} sees it (1 = 1.0, collations, NULL equal to
 * itself) have equal ones, whatever vectors they come in.
 */
export class RowHasher {
  private readonly collations: readonly Collation[];
  /** By column, hashes by code of a dictionary; 0: not known yet. */
  private readonly byDictionary: readonly WeakMap<readonly string[], Uint32Array>[];

  constructor(collations: readonly Collation[]) {
    this.collations = collations;
    this.byDictionary = collations.map(() => new WeakMap());
  }

  /** The hashes of the selected rows, into `out`. */
  hash(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number, out: Uint32Array): void {
    out.fill(0, 0, count);
    for (let c = 0; c < keys.length; c++) {
      const hashAt = this.hashOf(c, keys[c]);
      for (let k = 0; k < count; k++) {
        out[k] = mixed(Math.imul(out[k], 0x9e3779b1) ^ hashAt(selection === null ? k : selection[k]));
      }
    }
  }

  private hashOf(c: number, vector: ColumnVector): (row: number) => number {
    const collation = this.collations[c];
    switch (vector.kind) {
      case 'number': {
        const { values, nulls } = vector;
        return (row) => (nulls !== null && nulls[row] === 1 ? NULL_HASH : hashOfNumber(values[row]));
      }
      case 'bigint': {
        const { values, nulls } = vector;
        return (row) => (nulls !== null && nulls[row] === 1 ? NULL_HASH : hashOfBigint(values[row]));
      }
      case 'dictionary':
        return this.hashOfCodes(c, vector);
      case 'value':
        return (row) => hashOfValue(vector.values[row], collation);
    }
  }

  private hashOfCodes(c: number, { codes, dictionary, nulls }: DictionaryVector): (row: number) => number {
    const collation = this.collations[c];
    let known = this.byDictionary[c].get(dictionary);
    if (known === undefined || known.length < dictionary.length) {
      known = new Uint32Array(dictionary.length);
      this.byDictionary[c].set(dictionary, known);
    }
    const hashes = known;
    return (row) => {
      if (nulls !== null && nulls[row] === 1) return NULL_HASH;
      const code = codes[row];
      if (hashes[code] === 0) hashes[code] = hashOfText(dictionary[code], collation);
      return hashes[code];
    };
  }
}

/** One more mix, another for each level: rows that share a part at one level do not at the next. */
export function partOf(hash: number, level: number, parts: number): number {
  return mixed(hash ^ Math.imul(level + 1, 0x85ebca6b)) % parts;
}

function hashOfValue(value: SqlValue, collation: Collation): number {
  if (value === null) return NULL_HASH;
  if (typeof value === 'string') return hashOfText(value, collation);
  if (typeof value === 'number') return hashOfNumber(value);
  if (typeof value === 'bigint') return hashOfBigint(value);
  let hash = 0x811c9dc5;
  for (const byte of value) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function hashOfText(text: string, collation: Collation): number {
  const key = collationKey(text, collation);
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A double beyond 2^53 is an integer, and equals the 64-bit integer of its value where there is one. */
function hashOfNumber(value: number): number {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && Math.abs(value) <= 2 ** 63) return hashOfExact(BigInt(value));
  floatView[0] = value === 0 ? 0 : value;
  return mixed(Math.imul(wordView[0], 0x85ebca6b) ^ Math.imul(wordView[1], 0xc2b2ae35));
}

function hashOfBigint(value: bigint): number {
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? hashOfNumber(asNumber) : hashOfExact(value);
}

function hashOfExact(value: bigint): number {
  return mixed(Number(BigInt.asUintN(32, value)) ^ Math.imul(Number(BigInt.asUintN(32, value >> 32n)), 0x9e3779b1));
}

/** The finalizer of MurmurHash3 (A. Appleby). */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
