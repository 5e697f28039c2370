import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import type { EncodedIntegers } from './integers.ts';
import { wordsOf } from './split.ts';

// Doubles that are no decimals and stay near each other, or are often the same: the bits in which each differs from the
// one `lag` rows before, without the zeros around them. After Gorilla (T. Pelkonen et al., VLDB 2015) and Chimp
// (P. Liakos, K. Papakonstantinopoulou, Y. Kotidis, "Chimp", VLDB 2022), with more classes of leading zeros, and a lag
// for sensors that report in turns. The first `lag` values differ from 0.
//
//   lag     varint
//   length  varint: bytes of the bits
//   bits    of each value, low bits first: 2 of its kind, then
//             SAME   nothing
//             CENTER 4: class of leading zeros; 6: significant bits less 1; those
//             AGAIN  all bits behind the leading zeros of the last class
//             TAIL   4: class of leading zeros; all bits behind them

const SAME = 0;
const CENTER = 1;
const AGAIN = 2;
const TAIL = 3;

const KIND_BITS = 2;
const CLASS_BITS = 4;
const LENGTH_BITS = 6;

/** Leading zeros that can be said; others count as the next smaller number. */
const LEADING = Uint8Array.of(0, 4, 8, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 28, 32, 40);

/** The class of each number of leading zeros. */
const CLASS_OF = Uint8Array.from({ length: 65 }, (_, zeros) => LEADING.findLastIndex((least) => least <= zeros));

/** More than a value takes at most, in bytes. */
const MOST_BYTES = 10;

/** What {@link XoredDoubles} reads; at least one value, and a lag below their number. */
export function writeXored(writer: ByteWriter, values: Float64Array, lag: number): void {
  const bits = new BitWriter(values.length * MOST_BYTES);
  writeDifferences(bits, wordsOf(values), lag);
  const bytes = bits.finish();
  writer.varint(lag);
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function writeDifferences(bits: BitWriter, words: Uint32Array, lag: number): void {
  let lastClass = 0;
  for (let i = 0; i < words.length; i += 2) {
    const before = i - 2 * lag;
    const low = before < 0 ? words[i] : words[i] ^ words[before];
    const high = before < 0 ? words[i + 1] : words[i + 1] ^ words[before + 1];
    if (low === 0 && high === 0) {
      bits.put(SAME, KIND_BITS);
      continue;
    }
    const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low);
    const newClass = CLASS_OF[leading];
    const tail = 64 - LEADING[newClass];
    const again = newClass < lastClass ? Number.POSITIVE_INFINITY : 64 - LEADING[lastClass];
    if (tail - trailing + LENGTH_BITS < Math.min(tail, again - CLASS_BITS)) {
      bits.put(CENTER | (newClass << KIND_BITS) | ((tail - trailing - 1) << (KIND_BITS + CLASS_BITS)), 12);
      putShifted(bits, low, high, trailing, tail - trailing);
    } else if (again <= tail + CLASS_BITS) {
      bits.put(AGAIN, KIND_BITS);
      putShifted(bits, low, high, 0, again);
      continue;
    } else {
      bits.put(TAIL | (newClass << KIND_BITS), KIND_BITS + CLASS_BITS);
      putShifted(bits, low, high, 0, tail);
    }
    lastClass = newClass;
  }
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** `length` bits of the 64 that (high, low) are, from bit `shift` on. */
function putShifted(bits: BitWriter, low: number, high: number, shift: number, length: number): void {
  const shiftedLow = shift === 0 ? low : shift < 32 ? (low >>> shift) | (high << (32 - shift)) : high >>> (shift - 32);
  const shiftedHigh = shift < 32 ? high >>> shift : 0;
  bits.putWord(shiftedLow, Math.min(32, length));
  if (length > 32) bits.putWord(shiftedHigh, length - 32);
}

class BitWriter {
  private readonly bytes: Uint8Array;
  private used = 0;
  private pending = 0;
  private filled = 0;

  constructor(capacityBytes: number) {
    this.bytes = new Uint8Array(capacityBytes);
  }

  /** The low bits of a word, 24 at most; the others are 0. */
  put(value: number, count: number): void {
    this.pending |= value << this.filled;
    this.filled += count;
    while (this.filled >= 8) {
      this.bytes[this.used++] = this.pending;
      this.pending >>>= 8;
      this.filled -= 8;
    }
  }

  /** The low bits of a word, whatever the others are. */
  putWord(word: number, count: number): void {
    this.put(word & (count < 16 ? (1 << count) - 1 : 0xffff), Math.min(16, count));
    if (count > 16) this.put((word >>> 16) & ((1 << (count - 16)) - 1), count - 16);
  }

  finish(): Uint8Array {
    if (this.filled > 0) this.bytes[this.used++] = this.pending;
    return this.bytes.subarray(0, this.used);
  }
}

export class XoredDoubles implements EncodedIntegers {
  private readonly lag: number;
  private readonly bits: Uint8Array;
  private readonly count: number;
  /** For errors only. */
  private readonly reader: ByteReader;
  /** Made when the first single value is asked for: each hangs on those before. */
  private all: Float64Array | null = null;

  private constructor(reader: ByteReader, count: number) {
    this.lag = reader.varint();
    if (this.lag === 0 || this.lag >= count) reader.fail(`a lag of ${this.lag} in ${count} values`);
    this.bits = reader.raw(reader.varint());
    this.count = count;
    this.reader = reader;
  }

  static read(reader: ByteReader, count: number): XoredDoubles {
    return new XoredDoubles(reader, count);
  }

  decodeInto(out: Float64Array, at: number): void {
    const { bits, count, lag, reader } = this;
    // Two words more: a field is read from the two in which it may lie.
    const source = new Uint32Array((bits.length >>> 2) + 3);
    new Uint8Array(source.buffer).set(bits);
    const words = new Uint32Array(out.buffer, out.byteOffset + at * 8, count * 2);
    const end = readDifferences(source, bits.length * 8, words);
    if (end > bits.length * 8) reader.fail('values that go on behind their bits');
    for (let i = 2 * lag; i < words.length; i++) words[i] ^= words[i - 2 * lag];
  }

  at(i: number): number {
    if (this.all === null) {
      this.all = new Float64Array(this.count);
      this.decodeInto(this.all, 0);
    }
    return this.all[i];
  }
}

/** Puts what each value differs by into `words`, and returns where its bits end: beyond `endBit` where they are too few. */
function readDifferences(source: Uint32Array, endBit: number, words: Uint32Array): number {
  let lastClass = 0;
  let bit = 0;
  for (let i = 0; i < words.length && bit <= endBit; i += 2) {
    const head = wordAt(source, bit);
    const kind = head & 3;
    bit += KIND_BITS;
    if (kind === SAME) {
      words[i] = 0;
      words[i + 1] = 0;
      continue;
    }
    if (kind !== AGAIN) {
      lastClass = (head >>> KIND_BITS) & 15;
      bit += CLASS_BITS;
    }
    let length = 64 - LEADING[lastClass];
    let shift = 0;
    if (kind === CENTER) {
      const significant = ((head >>> (KIND_BITS + CLASS_BITS)) & 63) + 1;
      shift = Math.max(0, length - significant);
      length = significant;
      bit += LENGTH_BITS;
    }
    const low = length < 32 ? wordAt(source, bit) & ((1 << length) - 1) : wordAt(source, bit);
    const high =
      length <= 32 ? 0 : length < 64 ? wordAt(source, bit + 32) & ((1 << (length - 32)) - 1) : wordAt(source, bit + 32);
    bit += length;
    words[i] = shift < 32 ? low << shift : 0;
    words[i + 1] = shift === 0 ? high : shift < 32 ? (high << shift) | (low >>> (32 - shift)) : low << (shift - 32);
  }
  return bit;
}

/** 32 bits from a bit on; 0 behind the end. */
function wordAt(source: Uint32Array, bit: number): number {
  const at = bit >>> 5;
  const shift = bit & 31;
  // In two steps, since shifting by 32 is shifting by 0.
  return (source[at] >>> shift) | ((source[at + 1] << 1) << (31 - shift));
}
