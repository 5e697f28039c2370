import { ByteReader } from '../../base/bytes.ts';
import { matchesCrc } from '../../base/crc32c.ts';
import type { BlockCache } from '../cache/block-cache.ts';
import { type EncodedColumn, type EncodingName, readColumn } from '../column/encodings/registry.ts';
import { type ColumnValue, integerColumnValue, type PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { valueAt } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';
import type { BlockRun } from './directory.ts';
import type { NarrowBlock } from './narrow-block.ts';
import type { SegmentBytes } from './segment-bytes.ts';

/** Bytes that one read from the file fetches at most, when blocks are asked for one after the other. */
const MAX_READ_AHEAD_BYTES = 256 * 1024;
const FIRST_READ_AHEAD_BYTES = 16 * 1024;
/** What a parsed block costs beyond its bytes, and a text beyond its characters. */
const PARSED_BYTES = 400;
const VALUE_BYTES = 32;
/** What single reads of differences, runs and pieces make: sums and places to start from. */
const SUM_BYTES = 2048;

/** What makes blocks narrow: loaded by those who ask for them. */
type Narrowing = Pick<typeof import('./narrow-block.ts'), 'narrowBlock' | 'narrowBytes'>;

/** What a loader reads: a column, or an index permutation (integers). */
export interface LoadedRun {
  readonly name: string;
  readonly physical: PhysicalKind;
  readonly blocks: BlockRun;
  readonly rowCount: number;
  readonly blockRows: number;
  /** What the blocks' codes refer to. */
  readonly dictionary: readonly string[] | null;
}

/** What the cache holds of a block that has no narrow form. */
const NOT_NARROW = {};

/** The blocks of one column or permutation, through the cache: parsed, decoded and narrow each under a key of their own. */
export class BlockLoader {
  private readonly bytes: SegmentBytes;
  private readonly run: LoadedRun;
  private readonly cache: BlockCache;
  private readonly firstKey: number;
  private readonly blockCount: number;
  private lastBlock = -1;
  private readAheadBytes = FIRST_READ_AHEAD_BYTES;

  constructor(bytes: SegmentBytes, run: LoadedRun, cache: BlockCache) {
    this.bytes = bytes;
    this.run = run;
    this.cache = cache;
    this.blockCount = run.blocks.crcs.length;
    this.firstKey = cache.reserveKeys(3 * this.blockCount);
  }

  /** Block b, decoded: for reading all of it. */
  vector(b: number): ColumnVector {
    const key = this.firstKey + this.blockCount + b;
    const cached = this.cache.get(key) as ColumnVector | undefined;
    if (cached !== undefined) return cached;
    const vector = this.parsed(b, true).decode();
    this.cache.put(key, vector, this.vectorBytes(vector, b));
    return vector;
  }

  /**
   * Block b, decoded, for who reads more than the cache has room for: in `room`, unless it is at hand. `drops`: what it is
   * made of does not stay either.
   */
  vectorIn(b: number, room: VectorRoom, drops: boolean): ColumnVector {
    const cached = this.cache.peek(this.firstKey + this.blockCount + b) as ColumnVector | undefined;
    const vector = cached ?? this.parsed(b, true).decode(room);
    if (drops) this.cache.drop(this.firstKey + b, 1);
    return vector;
  }

  /** Block b as the given functions make it narrow and count its bytes; null where it has no such form. */
  narrow(b: number, { narrowBlock, narrowBytes }: Narrowing): NarrowBlock | null {
    const key = this.firstKey + 2 * this.blockCount + b;
    const cached = this.cache.get(key) as NarrowBlock | typeof NOT_NARROW | undefined;
    if (cached !== undefined) return cached === NOT_NARROW ? null : (cached as NarrowBlock);
    const narrow = narrowBlock(this.parsed(b, true), this.run.physical);
    this.cache.put(key, narrow ?? NOT_NARROW, narrow === null ? 0 : narrowBytes(narrow));
    return narrow;
  }

  /** One value of block b: quickest of the decoded one, which is not kept alive by that. */
  valueAt(b: number, i: number): ColumnValue {
    const decoded = this.cache.peek(this.firstKey + this.blockCount + b) as ColumnVector | undefined;
    return decoded === undefined ? this.encoded(b).at(i) : columnValueAt(decoded, this.run.physical, i);
  }

  /** Block b for reads of single values: the decoded one if that is at hand, else by the codec's own way. */
  values(b: number): Pick<EncodedColumn, 'at'> {
    // Point reads must not keep decoded blocks alive: parsed ones, many times smaller, would find no room beside them.
    const decoded = this.cache.peek(this.firstKey + this.blockCount + b) as ColumnVector | undefined;
    return decoded === undefined ? this.encoded(b) : { at: (i) => columnValueAt(decoded, this.run.physical, i) };
  }

  private encoded(b: number): EncodedColumn {
    return (this.cache.get(this.firstKey + b) as EncodedColumn | undefined) ?? this.load(b, 0);
  }

  forget(): void {
    this.cache.drop(this.firstKey, 3 * this.blockCount);
  }

  private parsed(b: number, ahead: boolean): EncodedColumn {
    const cached = this.cache.get(this.firstKey + b) as EncodedColumn | undefined;
    if (ahead) {
      const sequential = b === this.lastBlock + 1;
      this.readAheadBytes = sequential
        ? Math.min(this.readAheadBytes * 2, MAX_READ_AHEAD_BYTES)
        : FIRST_READ_AHEAD_BYTES;
      this.lastBlock = b;
    }
    return cached ?? this.load(b, ahead ? this.readAheadBytes : 0);
  }

  /** Reads block b, and in the same call the blocks behind it that fit `aheadBytes` and are not at hand. */
  private load(b: number, aheadBytes: number): EncodedColumn {
    const { offsets } = this.run.blocks;
    const from = offsets[b];
    let end = b + 1;
    while (end < this.blockCount && offsets[end + 1] - from <= aheadBytes && !this.isCached(end)) end++;
    if (end === b + 1) return this.keep(b, this.checked(b));
    const all = this.bytes.readUnchecked(from, offsets[end] - from);
    for (let next = b + 1; next < end; next++) {
      const slice = all.slice(offsets[next] - from, offsets[next + 1] - from);
      // A damaged block is an error when somebody asks for it, not before.
      if (matchesCrc(slice, this.run.blocks.crcs[next])) this.keep(next, slice);
    }
    const own = all.slice(0, offsets[b + 1] - from);
    return this.keep(b, matchesCrc(own, this.run.blocks.crcs[b]) ? own : this.checked(b));
  }

  private isCached(b: number): boolean {
    return this.cache.has(this.firstKey + b) || this.cache.has(this.firstKey + this.blockCount + b);
  }

  private checked(b: number): Uint8Array {
    const { offsets, crcs } = this.run.blocks;
    return this.bytes.read(offsets[b], offsets[b + 1] - offsets[b], crcs[b], this.blockName(b));
  }

  private keep(b: number, bytes: Uint8Array): EncodedColumn {
    const parsed = this.parse(b, bytes);
    this.cache.put(this.firstKey + b, parsed, parsedBytes(parsed, bytes.length));
    return parsed;
  }

  /** Parses a block's bytes. Throws CORRUPT where they are not one. */
  private parse(b: number, bytes: Uint8Array): EncodedColumn {
    const reader = new ByteReader(bytes, this.bytes.nameOf(this.run.blocks.offsets[b], this.blockName(b)));
    const outlined = (offset: number, lengthBytes: number, crc: number): Uint8Array =>
      this.bytes.read(offset, lengthBytes, crc, `a value of ${this.blockName(b)}`);
    const parsed = readColumn(reader, this.run.physical, this.rowsOf(b), this.run.dictionary, outlined);
    if (reader.remaining > 0) reader.fail('bytes too many');
    return parsed;
  }

  /** Block b from the file, past the cache: for checking what is stored. */
  decodeFromFile(b: number): ColumnVector {
    return this.parse(b, this.checked(b)).decode();
  }

  /** How block b is stored. */
  encodingOf(b: number): EncodingName {
    return this.parse(b, this.checked(b)).encoding;
  }

  private rowsOf(b: number): number {
    return Math.min(this.run.blockRows, this.run.rowCount - b * this.run.blockRows);
  }

  private blockName(b: number): string {
    const first = b * this.run.blockRows;
    return `${this.run.name}, block ${b} (rows ${first} to ${first + this.rowsOf(b) - 1})`;
  }

  private vectorBytes(vector: ColumnVector, b: number): number {
    switch (vector.kind) {
      case 'number':
      case 'bigint':
        return vector.values.length * (vector.nulls === null ? 8 : 9);
      case 'dictionary':
        return vector.codes.length * (vector.nulls === null ? 4 : 5);
      case 'value': {
        const { offsets } = this.run.blocks;
        return vector.values.length * VALUE_BYTES + 2 * (offsets[b + 1] - offsets[b]);
      }
    }
  }
}

/** What a parsed block may come to hold: its bytes, and the offsets or values that single reads make of them. */
function parsedBytes(parsed: EncodedColumn, lengthBytes: number): number {
  switch (parsed.encoding) {
    case 'deflated':
      return lengthBytes + PARSED_BYTES + 3 * (parsed.inflatedBytes ?? 0);
    case 'front-coded':
      return lengthBytes + PARSED_BYTES + 16 * parsed.rowCount;
    case 'xored':
      return lengthBytes + PARSED_BYTES + 8 * parsed.rowCount;
    case 'plain-text':
    case 'plain-blob':
      return lengthBytes + PARSED_BYTES + 4 * parsed.rowCount;
    case 'local-dictionary':
      return 3 * lengthBytes + PARSED_BYTES;
    case 'self-typed':
      return 3 * lengthBytes + PARSED_BYTES + VALUE_BYTES * parsed.rowCount;
    case 'all-null':
    case 'constant':
    case 'bit-packed':
    case 'plain':
    case 'plain-bigint':
      return lengthBytes + PARSED_BYTES;
    default:
      return lengthBytes + PARSED_BYTES + SUM_BYTES;
  }
}

/** Element i of a vector as a column of this kind holds it. */
function columnValueAt(vector: ColumnVector, physical: PhysicalKind, i: number): ColumnValue {
  if (vector.kind === 'number') return vector.nulls !== null && vector.nulls[i] === 1 ? null : vector.values[i];
  const value = valueAt(vector, physical, i);
  return physical === 'integer' && typeof value === 'bigint' ? integerColumnValue(value) : value;
}
