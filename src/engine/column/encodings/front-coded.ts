import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { ColumnValue } from '../types.ts';
import type { ColumnVector } from '../vector.ts';
import type { EncodedColumn } from './encoding.ts';
import { readIntegers } from './integers.ts';
import type { NullBitmap } from './null-bitmap.ts';
import { decodeTexts, decodeUtf8OrNull } from './utf8.ts';

// Texts as the number of bytes that each shares with the one before, and its other bytes: for texts in order, and texts
// that count. Body: length of all suffixes (varint), the shared lengths as integers, the suffixes' lengths as integers, the
// suffixes. Every 32nd text shares nothing, so that single texts can be read.

const RESTART = 32;

/** How many bytes each text shares with the one before. `bytes` has them one after the other, `lengths` the length of each. */
export function sharedLengths(bytes: Uint8Array, lengths: Float64Array): Float64Array {
  const shared = new Float64Array(lengths.length);
  let previous = 0;
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    if (i % RESTART !== 0) {
      const limit = Math.min(lengths[i - 1], lengths[i]);
      let same = 0;
      while (same < limit && bytes[previous + same] === bytes[at + same]) same++;
      shared[i] = same;
    }
    previous = at;
    at += lengths[i];
  }
  return shared;
}

/** Writes what follows the integers. */
export function writeSuffixes(
  writer: ByteWriter,
  bytes: Uint8Array,
  lengths: Float64Array,
  shared: Float64Array,
): void {
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    writer.raw(bytes.subarray(at + shared[i], at + lengths[i]));
    at += lengths[i];
  }
}

export class FrontCodedTexts {
  private readonly shared: Float64Array;
  private readonly suffixes: Uint8Array;
  /** Where the suffix of each text starts. */
  private readonly starts: Float64Array;
  /** For errors only. */
  private readonly reader: ByteReader;

  private constructor(reader: ByteReader, count: number) {
    this.reader = reader;
    const total = reader.varint();
    this.shared = new Float64Array(count);
    this.starts = new Float64Array(count + 1);
    readIntegers(reader, count).decodeInto(this.shared, 0);
    readIntegers(reader, count).decodeInto(this.starts, 1);
    this.suffixes = reader.raw(total);
    let previous = 0;
    let expanded = 0;
    for (let i = 0; i < count; i++) {
      const shared = this.shared[i];
      const length = this.starts[i + 1];
      const limit = i % RESTART === 0 ? 0 : previous;
      if (!(length >= 0 && shared >= 0 && shared <= limit)) reader.fail('a text that shares more than there is');
      previous = shared + length;
      expanded += previous;
      this.starts[i + 1] += this.starts[i];
    }
    if (this.starts[count] !== total) reader.fail('lengths that do not add up');
    if (expanded > LIMITS.expandedBlockBytes) reader.fail(`a block of ${expanded} bytes`);
  }

  static read(reader: ByteReader, count: number): FrontCodedTexts {
    return new FrontCodedTexts(reader, count);
  }

  texts(): string[] {
    const { shared, starts, suffixes } = this;
    const count = shared.length;
    const offsets = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + shared[i] + starts[i + 1] - starts[i];
    const bytes = new Uint8Array(offsets[count]);
    for (let i = 0; i < count; i++) {
      const at = offsets[i];
      if (shared[i] > 0) bytes.copyWithin(at, offsets[i - 1], offsets[i - 1] + shared[i]);
      bytes.set(suffixes.subarray(starts[i], starts[i + 1]), at + shared[i]);
    }
    return decodeTexts(bytes, offsets) ?? this.reader.fail('text that is not UTF-8');
  }

  textAt(i: number): string {
    const { shared, starts, suffixes } = this;
    const bytes = new Uint8Array(shared[i] + starts[i + 1] - starts[i]);
    // From the text backwards: each byte comes from the nearest text before that does not share it.
    bytes.set(suffixes.subarray(starts[i], starts[i + 1]), shared[i]);
    for (let missing = shared[i], k = i - 1; missing > 0; k--) {
      if (shared[k] >= missing) continue;
      bytes.set(suffixes.subarray(starts[k], starts[k] + missing - shared[k]), shared[k]);
      missing = shared[k];
    }
    return decodeUtf8OrNull(bytes) ?? this.reader.fail('text that is not UTF-8');
  }
}

export class FrontCodedColumn implements EncodedColumn {
  readonly encoding = 'front-coded';
  readonly rowCount: number;
  private readonly nulls: NullBitmap | null;
  private readonly strings: FrontCodedTexts;

  constructor(rowCount: number, nulls: NullBitmap | null, strings: FrontCodedTexts) {
    this.rowCount = rowCount;
    this.nulls = nulls;
    this.strings = strings;
  }

  decode(): ColumnVector {
    const values: (string | null)[] = this.strings.texts();
    if (this.nulls !== null) for (let i = 0; i < values.length; i++) if (this.nulls.has(i)) values[i] = null;
    return { kind: 'value', values };
  }

  at(i: number): ColumnValue {
    return this.nulls?.has(i) ? null : this.strings.textAt(i);
  }
}
