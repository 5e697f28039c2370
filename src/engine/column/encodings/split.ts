import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { packBits, packedLength, unpackBits } from './bits.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';
import { scratch } from './scratch.ts';

// Doubles that are no decimals, in two: the high bits (sign, exponent, some of the fraction), which resemble those of the
// neighbours, as integers; the others as they are. After ALP's variant for real doubles (A. Afroozeh, L. Kuffo, P. Boncz,
// SIGMOD 2023, section 3.4), with any integer encoding in place of its dictionary: where values change slowly, differences
// of the high bits save what XOR-based encodings save.
//
//   high   u8: bits 1..32 of the high part
//   zeros  u8: bits 0..32 at the low end that are 0 in all values
//   integers of the high parts
//   the 32 - high bits below, packed; then the low words' 32 - zeros bits, packed

/** The two words of doubles, low first: typed arrays have the byte order of the machine, which is little-endian. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

/** Bits at the low end, up to 32, that are 0 in all of the values. */
export function commonZeros(words: Uint32Array): number {
  let ones = 0;
  for (let i = 0; i < words.length; i += 2) ones |= words[i];
  return ones === 0 ? 32 : 31 - Math.clz32(ones & -ones);
}

export function highParts(words: Uint32Array, highBits: number): Float64Array {
  const parts = scratch(words.length / 2);
  for (let i = 0; i < parts.length; i++) parts[i] = words[2 * i + 1] >>> (32 - highBits);
  return parts;
}

/** What {@link SplitDoubles} reads first; the integers of the high parts follow, then {@link writeLowParts}. */
export function writeSplit(writer: ByteWriter, highBits: number, zeros: number): void {
  writer.u8(highBits);
  writer.u8(zeros);
}

export function writeLowParts(writer: ByteWriter, words: Uint32Array, highBits: number, zeros: number): void {
  const count = words.length / 2;
  const middle = scratch(count);
  const low = scratch(count);
  const middleBits = 32 - highBits;
  for (let i = 0; i < count; i++) {
    middle[i] = middleBits === 0 ? 0 : words[2 * i + 1] & (2 ** middleBits - 1);
    low[i] = zeros === 32 ? 0 : words[2 * i] >>> zeros;
  }
  for (const [values, width] of [
    [middle, middleBits],
    [low, 32 - zeros],
  ] as const) {
    const at = writer.reserve(packedLength(count, width));
    packBits(writer.bytes(), at, values, 0, count, 0, width);
  }
}

export class SplitDoubles implements EncodedIntegers {
  private readonly highBits: number;
  private readonly zeros: number;
  private readonly high: EncodedIntegers;
  private readonly middle: Uint8Array;
  private readonly low: Uint8Array;
  private readonly count: number;

  private constructor(reader: ByteReader, count: number, depth: number) {
    this.count = count;
    this.highBits = reader.u8();
    this.zeros = reader.u8();
    if (this.highBits === 0 || this.highBits > 32 || this.zeros > 32) reader.fail('parts of a double that cannot be');
    this.high = readIntegers(reader, count, depth);
    this.middle = reader.raw(packedLength(count, 32 - this.highBits));
    this.low = reader.raw(packedLength(count, 32 - this.zeros));
  }

  static read(reader: ByteReader, count: number, depth: number): SplitDoubles {
    return new SplitDoubles(reader, count, depth);
  }

  decodeInto(out: Float64Array, at: number): void {
    const { count, highBits, zeros } = this;
    const high = new Float64Array(count);
    const part = new Float64Array(count);
    const words = new Uint32Array(out.buffer, out.byteOffset + at * 8, count * 2);
    this.high.decodeInto(high, 0);
    const scale = 2 ** (32 - highBits);
    unpackBits(this.middle, 0, count, 0, 32 - highBits, part, 0);
    for (let i = 0; i < count; i++) words[2 * i + 1] = high[i] * scale + part[i];
    unpackBits(this.low, 0, count, 0, 32 - zeros, part, 0);
    const lowScale = 2 ** zeros;
    for (let i = 0; i < count; i++) words[2 * i] = part[i] * lowScale;
  }

  at(i: number): number {
    const { highBits, zeros } = this;
    unpackBits(this.middle, i, 1, 0, 32 - highBits, one, 0);
    const high = this.high.at(i) * 2 ** (32 - highBits) + one[0];
    unpackBits(this.low, i, 1, 0, 32 - zeros, one, 0);
    oneWord[0] = one[0] * 2 ** zeros;
    oneWord[1] = high;
    return one[0];
  }
}

const one = new Float64Array(1);
const oneWord = wordsOf(one);
