import { assert } from '../../base/assert.ts';
import { LIMITS } from '../../base/limits.ts';
import { type ColumnValue, integerColumnValue, type PhysicalKind } from '../column/types.ts';
import { type ColumnVector, type DictionaryVector, isNullAt } from '../column/vector.ts';
import { FRESH, type VectorRoom } from '../column/vector-room.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { TextDictionary, wellFormed } from './text-dictionary.ts';

const CHUNK_ROWS = LIMITS.deltaChunkRows;
const CHUNK_SHIFT = Math.log2(CHUNK_ROWS);
const FIRST_ROWS = 64;
/** When so many rows go at once, as into a segment, the texts are looked for that nobody has any more. */
const FORGOTTEN_ROWS = 512;

type Chunk =
  | { kind: 'number'; values: Float64Array; nulls: Uint8Array | null }
  | { kind: 'bigint'; values: BigInt64Array; nulls: Uint8Array | null }
  | { kind: 'dictionary'; codes: Uint32Array; nulls: Uint8Array | null }
  /** `heldBytes`: what texts and blobs take, roughly. */
  | { kind: 'value'; values: ColumnValue[]; heldBytes: number };

type ValueChunk = Extract<Chunk, { kind: 'value' }>;

/**
 * A growable column: chunks of a fixed number of rows, so that growth copies little and a scan's vectors are views. The
 * first chunk starts small, since most tables are. Rows are never changed in place: views stay valid while it grows.
 */
export class DeltaColumn {
  readonly physical: PhysicalKind;
  private readonly chunks: Chunk[] = [];
  private dictionary = new TextDictionary();
  private rowCount = 0;
  /** The last chunk, which has room for the next row where that is below {@link roomTo}. */
  private tail: Chunk | undefined;
  private roomTo = 0;
  /** The tail's memory, where it holds numbers, and where it holds codes of texts. */
  private tailNumbers: Float64Array | null = null;
  private tailCodes: Uint32Array | null = null;

  private readonly room: VectorRoom;

  /** `room`: where chunks come from, all 0. */
  constructor(physical: PhysicalKind, room: VectorRoom = FRESH) {
    this.physical = physical;
    this.room = room;
  }

  get length(): number {
    return this.rowCount;
  }

  append(value: ColumnValue): void {
    const row = this.rowCount;
    const offset = row & (CHUNK_ROWS - 1);
    const chunk = row < this.roomTo ? (this.tail as Chunk) : this.makeRoom(row, offset);
    this.rowCount = row + 1;
    // Nearly all that a gateway stores, as short as it can be.
    if (typeof value === 'number' && this.tailNumbers !== null) {
      this.tailNumbers[offset] = value;
      return;
    }
    if (typeof value === 'string' && this.tailCodes !== null) {
      const code = this.dictionary.codeOfNext(value);
      if (code < 0) setValue(this.replaceDictionaryChunk(row), offset, wellFormed(value));
      else this.tailCodes[offset] = code;
      return;
    }
    this.appendTo(chunk, row, offset, value);
  }

  /** What {@link append} does not do by itself. */
  private appendTo(chunk: Chunk, row: number, offset: number, value: ColumnValue): void {
    switch (chunk.kind) {
      case 'number':
        if (value === null) chunk.nulls = setNull(chunk.nulls, chunk.values.length, offset);
        else this.appendBigint(row, value as bigint);
        return;
      case 'bigint':
        if (value === null) chunk.nulls = setNull(chunk.nulls, chunk.values.length, offset);
        else chunk.values[offset] = BigInt(value as bigint);
        return;
      case 'dictionary':
        chunk.nulls = setNull(chunk.nulls, chunk.codes.length, offset);
        return;
      case 'value':
        setValue(chunk, offset, typeof value === 'string' ? wellFormed(value) : value);
    }
  }

  /** Appends rows [from, to) of a vector; null stands for that many NULLs. */
  appendVector(vector: ColumnVector | null, from: number, to: number): void {
    let row = from;
    while (row < to) {
      const offset = this.rowCount % CHUNK_ROWS;
      const count = Math.min(to - row, CHUNK_ROWS - offset);
      if (vector?.kind === 'number' && this.physical !== 'any')
        this.appendNumbers(vector.values, vector.nulls, row, count);
      else if (vector?.kind !== 'dictionary' || !this.appendCodes(vector, row, count))
        for (let i = row; i < row + count; i++) this.append(vector === null ? null : columnValueAt(vector, i));
      row += count;
    }
  }

  get(row: number): ColumnValue {
    const chunk = this.chunks[Math.floor(row / CHUNK_ROWS)];
    const offset = row % CHUNK_ROWS;
    switch (chunk.kind) {
      case 'number':
        return chunk.nulls !== null && chunk.nulls[offset] === 1 ? null : chunk.values[offset];
      case 'bigint':
        return chunk.nulls !== null && chunk.nulls[offset] === 1 ? null : integerColumnValue(chunk.values[offset]);
      case 'dictionary':
        return chunk.nulls !== null && chunk.nulls[offset] === 1 ? null : this.dictionary.texts[chunk.codes[offset]];
      case 'value':
        return chunk.values[offset];
    }
  }

  /** Rows [from, to), which must lie in one chunk, as a view. */
  view(from: number, to: number): ColumnVector {
    const chunk = this.chunks[Math.floor(from / CHUNK_ROWS)];
    const start = from % CHUNK_ROWS;
    const end = start + to - from;
    assert(end <= CHUNK_ROWS, 'a view lies in one chunk');
    if (chunk.kind === 'value') return { kind: 'value', values: chunk.values.slice(start, end) };
    const nulls = chunk.nulls === null ? null : chunk.nulls.subarray(start, end);
    switch (chunk.kind) {
      case 'number':
        return { kind: 'number', values: chunk.values.subarray(start, end), nulls };
      case 'bigint':
        return { kind: 'bigint', values: chunk.values.subarray(start, end), nulls };
      case 'dictionary':
        return {
          kind: 'dictionary',
          codes: chunk.codes.subarray(start, end),
          dictionary: this.dictionary.texts,
          nulls,
        };
    }
  }

  /** The given rows, copied into one vector of the narrowest kind that holds them all. */
  gather(rows: Uint32Array, room: VectorRoom = FRESH): ColumnVector {
    const count = rows.length;
    const kinds = new Set(this.chunks.map((chunk) => chunk.kind));
    if (kinds.has('value')) return { kind: 'value', values: Array.from(rows, (row) => this.get(row)) };
    const isNullable = this.chunks.some((chunk) => chunk.kind !== 'value' && chunk.nulls !== null);
    const nulls = isNullable ? new Uint8Array(count) : null;
    if (kinds.has('bigint')) return gatherBigints(this, rows, nulls);
    if (nulls !== null) for (let i = 0; i < count; i++) nulls[i] = this.get(rows[i]) === null ? 1 : 0;
    if (this.physical === 'text') {
      const codes = room.codes(count);
      gatherRows(
        this.chunks.map((chunk) => (chunk as Extract<Chunk, { kind: 'dictionary' }>).codes),
        rows,
        codes,
      );
      return { kind: 'dictionary', codes, dictionary: this.dictionary.texts, nulls };
    }
    const values = room.floats(count);
    gatherRows(
      this.chunks.map((chunk) => (chunk as Extract<Chunk, { kind: 'number' }>).values),
      rows,
      values,
    );
    return { kind: 'number', values, nulls };
  }

  /** Forgets every row from `length` on. */
  truncate(length: number): void {
    const dropped = this.rowCount - length;
    this.rowCount = length;
    this.chunks.length = Math.ceil(length / CHUNK_ROWS);
    this.roomTo = 0;
    if (length === 0) {
      // What still reads the rows has the old one.
      this.dictionary = new TextDictionary();
      return;
    }
    const last = this.chunks[this.chunks.length - 1];
    const kept = length % CHUNK_ROWS || CHUNK_ROWS;
    if (last.kind === 'value') {
      last.heldBytes *= kept / last.values.length;
      last.values.length = kept;
    } else last.nulls?.fill(0, kept);
    if (dropped >= FORGOTTEN_ROWS) this.forgetTexts();
  }

  /** Gives the memory of all rows to `pool`. */
  recycle(pool: ChunkPool): void {
    for (const chunk of this.chunks.splice(0)) {
      if (chunk.kind === 'number') pool.give(chunk.values);
      else if (chunk.kind === 'dictionary') pool.give(chunk.codes);
    }
  }

  /** Bytes of memory, roughly. */
  sizeBytes(): number {
    let bytes = 0;
    for (const chunk of this.chunks) {
      bytes +=
        chunk.kind === 'dictionary'
          ? chunk.codes.byteLength
          : chunk.kind === 'value'
            ? chunk.values.length * 40 + chunk.heldBytes
            : chunk.values.byteLength;
    }
    return bytes + this.dictionary.sizeBytes;
  }

  /** Drops the texts that only rows had which are gone: codes are given out in the order of their first use. */
  private forgetTexts(): void {
    let kept = 0;
    this.chunks.forEach((chunk, index) => {
      if (chunk.kind !== 'dictionary') return;
      const rows = Math.min(CHUNK_ROWS, this.rowCount - index * CHUNK_ROWS);
      for (let i = 0; i < rows; i++) kept = Math.max(kept, chunk.codes[i] + 1);
      // Under a NULL that is appended now lies what is there.
      chunk.codes.fill(0, rows);
    });
    // What still reads the rows has the old one.
    if (kept < this.dictionary.texts.length) this.dictionary = this.dictionary.beginning(kept);
  }

  /** `count` rows from `row` on, which fit into the current chunk. */
  private appendNumbers(values: Float64Array, nulls: Uint8Array | null, row: number, count: number): void {
    const first = this.rowCount;
    const offset = first % CHUNK_ROWS;
    const chunk = this.chunkFor(first + count - 1, offset + count - 1);
    if (chunk.kind !== 'number') {
      for (let i = row; i < row + count; i++) this.append(nulls !== null && nulls[i] === 1 ? null : values[i]);
      return;
    }
    chunk.values.set(values.subarray(row, row + count), offset);
    if (nulls !== null) {
      chunk.nulls ??= new Uint8Array(chunk.values.length);
      chunk.nulls.set(nulls.subarray(row, row + count), offset);
    }
    this.rowCount = first + count;
  }

  /** As {@link appendNumbers}: looks up each text once. False, with nothing appended, where that does not pay or the dictionary is full. */
  private appendCodes({ codes, dictionary, nulls }: DictionaryVector, row: number, count: number): boolean {
    if (this.physical !== 'text' || dictionary.length > count) return false;
    const own = new Int32Array(dictionary.length).fill(-1);
    for (let i = row; i < row + count; i++) {
      const code = codes[i];
      if (own[code] >= 0 || (nulls !== null && nulls[i] === 1)) continue;
      own[code] = this.dictionary.codeOf(wellFormed(dictionary[code]));
      if (own[code] < 0) return false;
    }
    const first = this.rowCount;
    const offset = first % CHUNK_ROWS;
    const chunk = this.chunkFor(first + count - 1, offset + count - 1);
    if (chunk.kind !== 'dictionary') return false;
    // Under a NULL lies a code that exists, too: readers look into tables by it before they look at the NULL.
    for (let i = 0; i < count; i++) chunk.codes[offset + i] = Math.max(own[codes[row + i]], 0);
    if (nulls !== null) {
      chunk.nulls ??= new Uint8Array(chunk.codes.length);
      chunk.nulls.set(nulls.subarray(row, row + count), offset);
    }
    this.rowCount = first + count;
    return true;
  }

  private appendBigint(row: number, value: bigint): void {
    const index = Math.floor(row / CHUNK_ROWS);
    const chunk = this.chunks[index] as Extract<Chunk, { kind: 'number' }>;
    const offset = row % CHUNK_ROWS;
    const values = new BigInt64Array(chunk.values.length);
    // Under a NULL may lie anything, fractions too.
    for (let i = 0; i < offset; i++) if (chunk.nulls?.[i] !== 1) values[i] = BigInt(chunk.values[i]);
    values[offset] = value;
    this.replaceChunk(index, { kind: 'bigint', values, nulls: chunk.nulls });
  }

  /** The chunk of `row` holds too many distinct texts: its rows before that one become plain values. */
  private replaceDictionaryChunk(row: number): ValueChunk {
    const first = row - (row % CHUNK_ROWS);
    const plain: ValueChunk = { kind: 'value', values: [], heldBytes: 0 };
    for (let i = first; i < row; i++) setValue(plain, i - first, this.get(i));
    this.replaceChunk(Math.floor(row / CHUNK_ROWS), plain);
    return plain;
  }

  private replaceChunk(index: number, chunk: Chunk): void {
    this.chunks[index] = chunk;
    this.roomTo = 0;
  }

  private makeRoom(row: number, offset: number): Chunk {
    const chunk = this.chunkFor(row, offset);
    this.tail = chunk;
    this.tailNumbers = chunk.kind === 'number' ? chunk.values : null;
    this.tailCodes = chunk.kind === 'dictionary' ? chunk.codes : null;
    this.roomTo = row - offset + roomOf(chunk);
    return chunk;
  }

  private chunkFor(row: number, offset: number): Chunk {
    const index = Math.floor(row / CHUNK_ROWS);
    const chunk = this.chunks[index];
    if (chunk === undefined) {
      const created = this.newChunk(index === 0 ? Math.max(FIRST_ROWS, powerOfTwo(offset + 1)) : CHUNK_ROWS);
      this.chunks.push(created);
      return created;
    }
    if (index === 0 && growChunk(chunk, offset, this.room)) this.roomTo = 0;
    return chunk;
  }

  private newChunk(rows: number): Chunk {
    switch (this.physical) {
      case 'integer':
      case 'real':
        return { kind: 'number', values: this.room.floats(rows), nulls: null };
      case 'text':
        return this.dictionary.isFull
          ? { kind: 'value', values: [], heldBytes: 0 }
          : { kind: 'dictionary', codes: this.room.codes(rows), nulls: null };
      case 'blob':
      case 'any':
        return { kind: 'value', values: [], heldBytes: 0 };
    }
  }
}

function setValue(chunk: ValueChunk, offset: number, value: ColumnValue): void {
  chunk.values[offset] = value;
  if (typeof value === 'string') chunk.heldBytes += value.length * 2;
  else if (value instanceof Uint8Array) chunk.heldBytes += value.length;
}

/** Element i as a column holds it: safe integers of any vector as numbers. */
export function columnValueAt(vector: ColumnVector, i: number): ColumnValue {
  if (isNullAt(vector, i)) return null;
  switch (vector.kind) {
    case 'number':
      return vector.values[i];
    case 'bigint':
      return integerColumnValue(vector.values[i]);
    case 'dictionary':
      return vector.dictionary[vector.codes[i]];
    case 'value':
      return vector.values[i];
  }
}

/** Copies the given rows of a chunked column; rows that follow each other are copied a chunk at a time. */
export function gatherRows<T extends Float64Array | Uint32Array>(
  chunks: readonly T[],
  rows: Uint32Array,
  into: T,
): void {
  if (isRange(rows)) {
    copyRange(chunks, rows.length === 0 ? 0 : rows[0], into);
    return;
  }
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    into[i] = chunks[row >>> CHUNK_SHIFT][row & (CHUNK_ROWS - 1)];
  }
}

function isRange(rows: Uint32Array): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i] !== rows[i - 1] + 1) return false;
  return true;
}

function copyRange<T extends Float64Array | Uint32Array>(chunks: readonly T[], from: number, into: T): void {
  for (let copied = 0; copied < into.length; ) {
    const offset = (from + copied) & (CHUNK_ROWS - 1);
    const count = Math.min(into.length - copied, CHUNK_ROWS - offset);
    const chunk = chunks[(from + copied) >>> CHUNK_SHIFT];
    into.set(chunk.subarray(offset, offset + count), copied);
    copied += count;
  }
}

function gatherBigints(column: DeltaColumn, rows: Uint32Array, nulls: Uint8Array | null): ColumnVector {
  const values = new BigInt64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = column.get(rows[i]);
    if (value !== null) values[i] = BigInt(value as number);
    else if (nulls !== null) nulls[i] = 1;
  }
  return { kind: 'bigint', values, nulls };
}

function setNull(nulls: Uint8Array | null, rows: number, offset: number): Uint8Array {
  const bytes = nulls ?? new Uint8Array(rows);
  bytes[offset] = 1;
  return bytes;
}

/** Rows that fit into it as it is. */
function roomOf(chunk: Chunk): number {
  if (chunk.kind === 'value') return CHUNK_ROWS;
  return chunk.kind === 'dictionary' ? chunk.codes.length : chunk.values.length;
}

/** True where it had to. */
function growChunk(chunk: Chunk, offset: number, room: VectorRoom): boolean {
  if (chunk.kind === 'value' || offset < roomOf(chunk)) return false;
  const grown = powerOfTwo(offset + 1);
  if (chunk.kind === 'dictionary') chunk.codes = copyInto(room.codes(grown), chunk.codes);
  else if (chunk.kind === 'number') chunk.values = copyInto(room.floats(grown), chunk.values);
  else chunk.values = copyInto(new BigInt64Array(grown), chunk.values);
  if (chunk.nulls !== null) chunk.nulls = copyInto(new Uint8Array(grown), chunk.nulls);
  return true;
}

function copyInto<T extends { set(from: T): void }>(into: T, from: T): T {
  into.set(from);
  return into;
}

function powerOfTwo(atLeast: number): number {
  let size = FIRST_ROWS;
  while (size < atLeast) size *= 2;
  return size;
}
