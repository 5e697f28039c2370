// Fixed-width unsigned integers, packed little-endian without gaps: value i occupies bits [i * width, (i + 1) * width).
// Widths go from 0 to 53, the safe integers. The loops hold no branches that depend on a value.

const TWO_24 = 0x100_0000;
const TWO_32 = 0x1_0000_0000;

/** Widths up to here are in one unaligned 32-bit word: 7 bits of shift and 25 of value. */
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

/** Values that are unpacked at once, from a copy of their bytes that lies on whole words. */
const UNPACKED_AT_ONCE = 2048;
const words = new Uint32Array(Math.ceil((UNPACKED_AT_ONCE * 53) / 32) + 3);
const wordBytes = new Uint8Array(words.buffer);

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
  if (width === 8) {
    for (let i = 0; i < count; i++) out[outAt + i] = low + bytes[first + i];
    return;
  }
  for (let done = 0; done < count; done += UNPACKED_AT_ONCE) {
    const length = Math.min(UNPACKED_AT_ONCE, count - done);
    const bit = (first + done) * width;
    const start = Math.floor(bit / 32) * 4;
    wordBytes.set(bytes.subarray(start, Math.ceil((bit + length * width) / 8)));
    const unpack = width < 32 ? unpackNarrow : unpackWide;
    unpack(bit - start * 8, length, low, width, out, outAt + done);
  }
}

/** From bit `bit` of `words` on. */
function unpackNarrow(bit: number, count: number, low: number, width: number, out: Float64Array, outAt: number): void {
  const mask = (1 << width) - 1;
  for (let i = 0; i < count; i++) {
    const at = bit >>> 5;
    const shift = bit & 31;
    // In two steps, since shifting by 32 is shifting by 0.
    const word = (words[at] >>> shift) | ((words[at + 1] << 1) << (31 - shift));
    out[outAt + i] = low + (word & mask);
    bit += width;
  }
}

function unpackWide(bit: number, count: number, low: number, width: number, out: Float64Array, outAt: number): void {
  const mask = 2 ** (width - 32) - 1;
  for (let i = 0; i < count; i++) {
    const at = bit >>> 5;
    const shift = bit & 31;
    const word = (words[at] >>> shift) | ((words[at + 1] << 1) << (31 - shift));
    const next = (words[at + 1] >>> shift) | ((words[at + 2] << 1) << (31 - shift));
    out[outAt + i] = low + (next & mask) * TWO_32 + (word >>> 0);
    bit += width;
  }
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
