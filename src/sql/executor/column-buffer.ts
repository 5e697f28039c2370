import { NO_BIGINTS, NO_BYTES, NO_DOUBLES, NO_UINTS } from '../../base/empty-arrays.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, isNullAt, valueAt } from '../../engine/column/vector.ts';

/** Place for so many at least: what is as short as this needs no memory outside of the heap. */
const FIRST_ROWS = 16;

/** Of memory: of a value without what it holds, and of a text that a dictionary knows. */
const VALUE_BYTES = 32;
const ENTRY_BYTES = 64;

type Mode = 'number' | 'bigint' | 'dictionary' | 'value';

function firstMode(physical: PhysicalKind): Mode {
  if (physical === 'integer' || physical === 'real') return 'number';
  return physical === 'text' ? 'dictionary' : 'value';
}

/**
 * Rows of one column, collected from many batches: what blocking operators (sort, join build, grouping keys) keep.
 * Numbers stay in a Float64Array, text stays codes of one dictionary as long as it arrives as codes.
 * `vector()` shares the buffer's memory and is valid until the next append.
 */
export class ColumnBuffer {
  length = 0;
  private readonly physical: PhysicalKind;
  private mode: Mode;
  private numbers = NO_DOUBLES;
  private bigints = NO_BIGINTS;
  private codes = NO_UINTS;
  /** Rows that there is room for. */
  private capacity = 0;
  /** Without room as long as no NULL has come. */
  private nulls = NO_BYTES;
  private values: SqlValue[] = [];
  /** What the values hold beyond their places. */
  private valueBytes = 0;
  private texts = new TextDictionary();

  constructor(physical: PhysicalKind) {
    this.physical = physical;
    this.mode = firstMode(physical);
  }

  /** Forgets all rows, and keeps the memory for the next ones. */
  clear(): void {
    this.length = 0;
    this.mode = firstMode(this.physical);
    this.capacity = this.mode === 'number' ? this.numbers.length : this.codes.length;
    this.bigints = NO_BIGINTS;
    this.nulls = NO_BYTES;
    this.values = [];
    this.valueBytes = 0;
    this.texts = new TextDictionary();
  }

  /** Bytes of memory, roughly, when it has so many more rows. */
  bytesWith(count: number): number {
    const rows = this.length + count;
    if (this.mode === 'value') return rows * VALUE_BYTES + this.valueBytes;
    const capacity = rows <= this.capacity ? this.capacity : this.capacityFor(rows);
    return capacity * (this.mode === 'dictionary' ? 5 : 9) + this.texts.bytes;
  }

  /** Appends the selected rows (all of the first `count` when `selection` is null). */
  append(vector: ColumnVector, selection: Uint32Array | null, count: number): void {
    if (count === 0) return;
    this.adapt(vector);
    this.reserve(this.length + count);
    switch (this.mode) {
      case 'number':
        this.appendNumbers(vector, selection, count);
        break;
      case 'bigint':
        this.appendBigints(vector, selection, count);
        break;
      case 'dictionary':
        this.appendCodes(vector, selection, count);
        break;
      case 'value':
        for (let k = 0; k < count; k++)
          this.push(valueAt(vector, this.physical, selection === null ? k : selection[k]));
    }
    this.length += count;
  }

  /** Appends a NULL, as for the missing side of an outer join. */
  appendNull(): void {
    this.reserve(this.length + 1);
    if (this.mode === 'value') this.values.push(null);
    else this.roomForNulls()[this.length] = 1;
    this.length++;
  }

  private push(value: SqlValue): void {
    this.values.push(value);
    if (typeof value === 'string') this.valueBytes += value.length;
    else if (typeof value === 'object' && value !== null) this.valueBytes += value.byteLength;
  }

  vector(): ColumnVector {
    const nulls = this.nulls.length > 0 ? this.nulls.subarray(0, this.length) : null;
    switch (this.mode) {
      case 'number':
        return { kind: 'number', values: this.numbers.subarray(0, this.length), nulls };
      case 'bigint':
        return { kind: 'bigint', values: this.bigints.subarray(0, this.length), nulls };
      case 'dictionary':
        return {
          kind: 'dictionary',
          codes: this.codes.subarray(0, this.length),
          dictionary: this.texts.dictionary,
          nulls,
        };
      case 'value':
        return { kind: 'value', values: this.values };
    }
  }

  /** Leaves the current representation when the arriving vector does not fit into it. */
  private adapt(vector: ColumnVector): void {
    if (vector.kind === this.mode || this.mode === 'value') return;
    if (this.mode === 'number' && vector.kind === 'bigint') {
      this.bigints = new BigInt64Array(this.numbers.length);
      const { nulls } = this;
      for (let i = 0; i < this.length; i++) {
        if (nulls.length === 0 || nulls[i] === 0) this.bigints[i] = BigInt(this.numbers[i]);
      }
      this.numbers = NO_DOUBLES;
      this.mode = 'bigint';
    } else if (this.mode === 'dictionary' || vector.kind === 'value' || vector.kind === 'dictionary') {
      const current = this.vector();
      this.mode = 'value';
      for (let i = 0; i < this.length; i++) this.push(valueAt(current, this.physical, i));
    }
  }

  private reserve(rows: number): void {
    if (this.mode === 'value' || rows <= this.capacity) return;
    const capacity = this.capacityFor(rows);
    this.capacity = capacity;
    if (this.nulls.length > 0) this.nulls = lengthened(this.nulls, new Uint8Array(capacity));
    if (this.mode === 'number') this.numbers = lengthened(this.numbers, new Float64Array(capacity));
    else if (this.mode === 'bigint') this.bigints = lengthened(this.bigints, new BigInt64Array(capacity));
    else this.codes = lengthened(this.codes, new Uint32Array(capacity));
  }

  private capacityFor(rows: number): number {
    return Math.max(rows, this.capacity * 2, FIRST_ROWS);
  }

  private roomForNulls(): Uint8Array {
    if (this.nulls.length === 0) this.nulls = new Uint8Array(this.capacity);
    return this.nulls;
  }

  private appendNumbers(vector: ColumnVector, selection: Uint32Array | null, count: number): void {
    if (vector.kind !== 'number') return;
    copyNumbers(vector.values, selection, count, this.numbers, this.length);
    this.copyNulls(vector.nulls, selection, count);
  }

  private appendBigints(vector: ColumnVector, selection: Uint32Array | null, count: number): void {
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      if (isNullAt(vector, i)) this.roomForNulls()[this.length + k] = 1;
      else if (vector.kind === 'bigint') this.bigints[this.length + k] = vector.values[i];
      else if (vector.kind === 'number') this.bigints[this.length + k] = BigInt(vector.values[i]);
    }
  }

  private appendCodes(vector: ColumnVector, selection: Uint32Array | null, count: number): void {
    if (vector.kind !== 'dictionary') return;
    this.copyNulls(vector.nulls, selection, count);
    const translation = this.texts.translationOf(vector.dictionary);
    const { codes } = vector;
    const base = this.length;
    for (let k = 0; k < count; k++) {
      const i = selection === null ? k : selection[k];
      if (vector.nulls !== null && vector.nulls[i] === 1) continue;
      this.codes[base + k] =
        translation === null ? codes[i] : this.texts.translate(translation, vector.dictionary, codes[i]);
    }
  }

  private copyNulls(nulls: Uint8Array | null, selection: Uint32Array | null, count: number): void {
    if (nulls === null) return;
    const base = this.length;
    for (let k = 0; k < count; k++) {
      if (nulls[selection === null ? k : selection[k]] === 1) this.roomForNulls()[base + k] = 1;
    }
  }
}

function lengthened<Numbers extends { set(from: Numbers): void }>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

function copyNumbers(
  from: Float64Array,
  selection: Uint32Array | null,
  count: number,
  to: Float64Array,
  base: number,
): void {
  if (selection === null) {
    to.set(count === from.length ? from : from.subarray(0, count), base);
    return;
  }
  for (let k = 0; k < count; k++) to[base + k] = from[selection[k]];
}

/**
 * One dictionary for codes that arrive under several. The first dictionary is taken as it is, without copying, until a
 * second one appears.
 */
class TextDictionary {
  dictionary: readonly string[] = [];
  private merged: MergedDictionary | null = null;

  /** Of memory: a dictionary that was taken is its owner's. */
  get bytes(): number {
    return this.merged?.bytes ?? 0;
  }

  /** null: codes of `source` are ours. Otherwise a table from its codes to ours, filled as {@link translate} is asked. */
  translationOf(source: readonly string[]): Int32Array | null {
    if (this.merged === null) {
      if (this.dictionary.length === 0) this.dictionary = source;
      if (this.dictionary === source) return null;
      this.merged = new MergedDictionary(this.dictionary);
      this.dictionary = this.merged.texts;
    }
    return this.merged.translationOf(source);
  }

  translate(translation: Int32Array, source: readonly string[], code: number): number {
    const known = translation[code];
    return known >= 0 ? known : (this.merged as MergedDictionary).intern(translation, source, code);
  }
}

/** A dictionary of our own, with the texts of several others. */
class MergedDictionary {
  readonly texts: string[];
  /** Of memory. */
  bytes = 0;
  private readonly codeByText: Map<string, number>;
  private readonly translations = new Map<readonly string[], Int32Array>();

  constructor(first: readonly string[]) {
    this.texts = first.slice();
    this.bytes = first.length * ENTRY_BYTES;
    this.codeByText = new Map(this.texts.map((text, code) => [text, code]));
    const same = Int32Array.from(first, (_, code) => code);
    this.translations.set(first, same);
  }

  translationOf(source: readonly string[]): Int32Array {
    let translation = this.translations.get(source);
    if (translation === undefined || translation.length < source.length) {
      const longer = new Int32Array(source.length).fill(-1);
      if (translation !== undefined) longer.set(translation);
      translation = longer;
      this.translations.set(source, translation);
    }
    return translation;
  }

  intern(translation: Int32Array, source: readonly string[], code: number): number {
    const text = source[code];
    let ours = this.codeByText.get(text);
    if (ours === undefined) {
      ours = this.texts.push(text) - 1;
      this.bytes += ENTRY_BYTES + text.length;
      this.codeByText.set(text, ours);
    }
    translation[code] = ours;
    return ours;
  }
}
