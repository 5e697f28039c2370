import { inflateSync } from 'fflate/browser';
import { ByteReader, type ByteWriter } from '../../../base/bytes.ts';
import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { ColumnValue, SqlValue } from '../types.ts';
import type { ColumnVector } from '../vector.ts';
import type { EncodedColumn } from './encoding.ts';
import { readIntegers } from './integers.ts';
import type { NullBitmap } from './null-bitmap.ts';

// Texts, blobs or self-typed values in chunks of some rows, each a column block of its own, compressed (RFC 1951). A
// single value takes its chunk alone. Body: rows of a chunk (varint); the length of each chunk's block as integers, and
// its compressed length as integers; the compressed chunks.

/** Deflate makes nothing longer than this times its input. */
const MAX_RATIO = 1032;

export interface DeflatedChunk {
  readonly lengthBytes: number;
  readonly compressed: Uint8Array;
}

export type ReadChunk = (reader: ByteReader, rowCount: number) => EncodedColumn;

/** All but the byte of the encoding and the integers, which come before `compressed`. */
export function writeChunkRows(writer: ByteWriter, chunkRows: number): void {
  writer.varint(chunkRows);
}

export class DeflatedColumn implements EncodedColumn {
  readonly encoding = 'deflated';
  readonly rowCount: number;
  /** What the block comes to hold when all of it is read. */
  readonly inflatedBytes: number;
  private readonly nulls: NullBitmap | null;
  private readonly chunkRows: number;
  private readonly lengths: Float64Array;
  private readonly compressed: readonly Uint8Array[];
  private readonly chunks: (EncodedColumn | undefined)[];
  private readonly readChunk: ReadChunk;
  /** For errors only. */
  private readonly reader: ByteReader;

  /** `readChunk` parses a chunk's block. Throws CORRUPT. */
  constructor(reader: ByteReader, rowCount: number, nulls: NullBitmap | null, readChunk: ReadChunk) {
    this.reader = reader;
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.readChunk = readChunk;
    this.chunkRows = reader.varint();
    if (this.chunkRows === 0 || this.chunkRows > rowCount) reader.fail(`chunks of ${this.chunkRows} rows`);
    const chunkCount = Math.ceil(rowCount / this.chunkRows);
    this.lengths = new Float64Array(chunkCount);
    readIntegers(reader, chunkCount).decodeInto(this.lengths, 0);
    const compressedLengths = new Float64Array(chunkCount);
    readIntegers(reader, chunkCount).decodeInto(compressedLengths, 0);
    this.inflatedBytes = this.lengths.reduce((sum, length) => sum + length, 0);
    if (!(this.inflatedBytes <= LIMITS.expandedBlockBytes)) reader.fail(`a block of ${this.inflatedBytes} bytes`);
    this.compressed = Array.from(compressedLengths, (length, k) => {
      if (!(length > 0 && this.lengths[k] > 0 && this.lengths[k] <= length * MAX_RATIO)) {
        reader.fail(`a chunk of ${this.lengths[k]} bytes in ${length}`);
      }
      return reader.raw(length);
    });
    this.chunks = new Array(chunkCount);
  }

  decode(): ColumnVector {
    const values: SqlValue[] = [];
    for (let k = 0; k < this.compressed.length; k++) {
      // Not kept: whoever decodes a block has no need of its chunks afterwards.
      const vector = (this.chunks[k] ?? this.inflate(k)).decode();
      if (vector.kind !== 'value') this.reader.fail('a chunk of another kind');
      for (const value of vector.values) values.push(value);
    }
    if (this.nulls !== null) for (let i = 0; i < values.length; i++) if (this.nulls.has(i)) values[i] = null;
    return { kind: 'value', values };
  }

  at(i: number): ColumnValue {
    if (this.nulls?.has(i)) return null;
    const k = Math.floor(i / this.chunkRows);
    const chunk = this.chunks[k] ?? this.inflate(k);
    this.chunks[k] = chunk;
    return chunk.at(i - k * this.chunkRows);
  }

  private inflate(k: number): EncodedColumn {
    const bytes = inflated(this.compressed[k], this.lengths[k]) ?? this.reader.fail('a chunk that does not inflate');
    const reader = new ByteReader(bytes, 'a compressed chunk');
    const rows = Math.min(this.chunkRows, this.rowCount - k * this.chunkRows);
    const column = this.readChunk(reader, rows);
    if (reader.remaining > 0) reader.fail('bytes too many');
    return column;
  }
}

/** Null where that is not what the bytes hold. */
function inflated(compressed: Uint8Array, lengthBytes: number): Uint8Array | null {
  try {
    const bytes = inflateSync(compressed, { out: new Uint8Array(lengthBytes) });
    return bytes.length === lengthBytes ? bytes : null;
  } catch (error) {
    if (error instanceof HeliosError) throw error;
    return null;
  }
}
