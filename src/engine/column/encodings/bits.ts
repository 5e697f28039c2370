// Fixed-width unsigned integers, packed little-endian without gaps: value i occupies bits [i * width, (i + 1) * width).
// Widths go from 0 to 53, the safe integers. The loops hold no branches that depend on a value.

const TWO_24 = 0x100_0000;
const TWO_32 = 0x1_0000_0000;

/** Widths up to here are read from one unaligned 32-bit word: 7 bits of shift and 25 of value. */
const NARROW_BITS = 25;

/** Bits that a non-negative safe integer needs: 0 for 0. */
export function bitWidth(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / TWO_32));
}

export function packedLength(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}

/** Packs values[from, from + count) minus `low` into `out` at `at`: every byte of packedLength is written. */
export function packBits(
  out: Uint8Array,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  low: number,
  width: number,
): void {
  if (width === 0) return;
  if (width <= 24) packNarrow(out, at, values, from, count, low, width);
  else packWide(out, at, values, from, count, low, width);
}

function packNarrow(
  out: Uint8Array,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  low: number,
  width: number,
): void {
  let pending = 0;
  let filled = 0;
  for (let i = from, end = from + count; i < end; i++) {
    pending |= (values[i] - low) << filled;
    filled += width;
    while (filled >= 8) {
      out[at++] = pending;
      pending >>>= 8;
      filled -= 8;
    }
  }
  if (filled > 0) out[at] = pending;
}

function packWide(
  out: Uint8Array,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  low: number,
  width: number,
): void {
  let pending = 0;
  let filled = 0;
  for (let i = from, end = from + count; i < end; i++) {
    let rest = values[i] - low;
    for (let bits = width; bits > 0; bits -= 24) {
      const high = Math.floor(rest / TWO_24);
      pending |= (rest - high * TWO_24) << filled;
      filled += Math.min(bits, 24);
      rest = high;
      while (filled >= 8) {
        out[at++] = pending;
        pending >>>= 8;
        filled -= 8;
      }
    }
  }
  if (filled > 0) out[at] = pending;
}

/** Unpacks values [first, first + count), plus `low`, into `out` from `outAt`. `bytes` begins with value 0. */
export function unpackBits(
  bytes: Uint8Array,
  first: number,
  count: number,
  low: number,
  width: number,
  out: Float64Array,
  outAt: number,
): void {
  if (width === 0) {
    out.fill(low, outAt, outAt + count);
    return;
  }
  // Values whose word would reach beyond the bytes are read one by one.
  const wordBytes = width <= NARROW_BITS ? 4 : 8;
  const wholeWords = Math.floor(((bytes.length - wordBytes + 1) * 8 - 1) / width) + 1;
  const fast = Math.max(0, Math.min(count, wholeWords - first));
  if (width === 8) unpackBytes(bytes, first, fast, low, out, outAt);
  else if (width <= NARROW_BITS) unpackNarrow(bytes, first, fast, low, width, out, outAt);
  else unpackWide(bytes, first, fast, low, width, out, outAt);
  for (let i = fast; i < count; i++) out[outAt + i] = low + bitsAtEnd(bytes, (first + i) * width, width);
}

function unpackBytes(
  bytes: Uint8Array,
  first: number,
  count: number,
  low: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let i = 0; i < count; i++) out[outAt + i] = low + bytes[first + i];
}

function unpackNarrow(
  bytes: Uint8Array,
  first: number,
  count: number,
  low: number,
  width: number,
  out: Float64Array,
  outAt: number,
): void {
  const mask = (1 << width) - 1;
  let bit = first * width;
  for (let i = 0; i < count; i++) {
    const p = bit >>> 3;
    const word = bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24);
    out[outAt + i] = low + ((word >>> (bit & 7)) & mask);
    bit += width;
  }
}

function unpackWide(
  bytes: Uint8Array,
  first: number,
  count: number,
  low: number,
  width: number,
  out: Float64Array,
  outAt: number,
): void {
  let bit = first * width;
  for (let i = 0; i < count; i++) {
    const p = bit >>> 3;
    const word = bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24);
    const next = bytes[p + 4] | (bytes[p + 5] << 8) | (bytes[p + 6] << 16) | (bytes[p + 7] << 24);
    out[outAt + i] = low + joinWords(word, next, bit & 7, width);
    bit += width;
  }
}

/** 2^(32 - shift) for the shifts of a bit offset inside of a byte. */
const ABOVE_SHIFT = [2 ** 32, 2 ** 31, 2 ** 30, 2 ** 29, 2 ** 28, 2 ** 27, 2 ** 26, 2 ** 25];

/** Bits [shift, shift + width) of the 64-bit little-endian word made of two, for widths of 26 to 53. */
function joinWords(word: number, next: number, shift: number, width: number): number {
  const highBits = width + shift - 32;
  if (highBits > 0) return (word >>> shift) + (next & ((1 << highBits) - 1)) * ABOVE_SHIFT[shift];
  return ((word >>> shift) & (-1 >>> (32 - width))) >>> 0;
}

/** Value i, from the bytes that packBits wrote. */
export function bitsAt(bytes: Uint8Array, i: number, width: number): number {
  const bit = i * width;
  const p = bit >>> 3;
  if (width > NARROW_BITS || p + 4 > bytes.length) return bitsAtEnd(bytes, bit, width);
  const word = bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24);
  return (word >>> (bit & 7)) & ((1 << width) - 1);
}

/** `width` bits from a bit offset, touching no byte beyond them. */
function bitsAtEnd(bytes: Uint8Array, bit: number, width: number): number {
  let value = 0;
  let scale = 1;
  let left = width;
  let p = bit >>> 3;
  let shift = bit & 7;
  while (left > 0) {
    const taken = Math.min(8 - shift, left);
    value += ((bytes[p] >>> shift) & ((1 << taken) - 1)) * scale;
    scale *= 2 ** taken;
    left -= taken;
    shift = 0;
    p++;
  }
  return value;
}
