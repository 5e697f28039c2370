import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { type EncodedIntegers, readIntegers, writeIntegers } from './integers.ts';
import { decodeTexts, decodeUtf8OrNull, encodeTexts } from './utf8.ts';

// A run of byte strings: total length (varint), the lengths as integers, the bytes. Texts are UTF-8.

export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  const lengths = new Float64Array(texts.length);
  writeEncodedTexts(writer, { bytes: encodeTexts(texts, lengths), lengths });
}

/** Texts as {@link encodeTexts} makes them. */
export interface EncodedTexts {
  /** UTF-8, one after the other. */
  readonly bytes: Uint8Array;
  /** Of each, in bytes. */
  readonly lengths: Float64Array;
}

export function writeEncodedTexts(writer: ByteWriter, { bytes, lengths }: EncodedTexts): void {
  writer.varint(bytes.length);
  if (lengths.length > 0) writeIntegers(writer, lengths, 0, lengths.length);
  writer.raw(bytes);
}

export function writeBlobs(writer: ByteWriter, blobs: readonly Uint8Array[]): void {
  const lengths = new Float64Array(blobs.length);
  let total = 0;
  for (let i = 0; i < blobs.length; i++) {
    lengths[i] = blobs[i].length;
    total += lengths[i];
  }
  writer.varint(total);
  if (blobs.length > 0) writeIntegers(writer, lengths, 0, lengths.length);
  for (const blob of blobs) writer.raw(blob);
}

/** Byte strings as read. Their offsets are computed when first needed. */
export class ByteStrings {
  private readonly count: number;
  private readonly lengths: EncodedIntegers | null;
  private readonly bytes: Uint8Array;
  /** For errors only. */
  private readonly reader: ByteReader;
  private madeOffsets: Uint32Array | null = null;

  private constructor(count: number, lengths: EncodedIntegers | null, bytes: Uint8Array, reader: ByteReader) {
    this.count = count;
    this.lengths = lengths;
    this.bytes = bytes;
    this.reader = reader;
  }

  static read(reader: ByteReader, count: number): ByteStrings {
    const total = reader.varint();
    const lengths = count === 0 ? null : readIntegers(reader, count);
    return new ByteStrings(count, lengths, reader.raw(total), reader);
  }

  texts(): string[] {
    return decodeTexts(this.bytes, this.offsets()) ?? this.reader.fail('text that is not UTF-8');
  }

  textAt(i: number): string {
    return decodeUtf8OrNull(this.view(i)) ?? this.reader.fail('text that is not UTF-8');
  }

  /** A copy, because callers may keep and change what they get. */
  blobAt(i: number): Uint8Array {
    return this.view(i).slice();
  }

  private view(i: number): Uint8Array {
    const offsets = this.offsets();
    return this.bytes.subarray(offsets[i], offsets[i + 1]);
  }

  private offsets(): Uint32Array {
    this.madeOffsets ??= this.makeOffsets();
    return this.madeOffsets;
  }

  private makeOffsets(): Uint32Array {
    const offsets = new Uint32Array(this.count + 1);
    const lengths = new Float64Array(this.count);
    this.lengths?.decodeInto(lengths, 0);
    let end = 0;
    for (let i = 0; i < this.count; i++) {
      if (!(lengths[i] >= 0)) this.reader.fail('a negative length');
      end += lengths[i];
      offsets[i + 1] = end;
    }
    if (end !== this.bytes.length) this.reader.fail('lengths that do not add up');
    return offsets;
  }
}
