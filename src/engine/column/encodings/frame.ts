import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { lowerBoundIn } from '../../../base/lower-bound.ts';
import { bitsAt, bitWidth, packBits, packedLength, unpackBits } from './bits.ts';
import { scratchCopy } from './scratch.ts';

// A frame: integers as value - low, bit-packed at one width, and the few that do not fit it as exceptions beside it
// ("patched frame of reference": M. Zukowski, S. Heman, N. Nes, P. Boncz, "Super-Scalar RAM-CPU Cache Compression",
// ICDE 2006). The exceptions' positions and values are frames themselves, so that a periodic pattern of them, such as
// the jumps in an index permutation, costs next to nothing.
//
//   low         signed varint
//   width       u8: bits 0..53; 0x80 set where exceptions follow
//   exceptions  count varint, frame of position gaps, frame of values
//   bits        packedLength(count, width) bytes; an exception's own bits are 0

/** Frames hold integers in (-2^52, 2^52): low always fits a signed varint, and differences stay exact. */
export const FRAME_LIMIT = 2 ** 52;

const HAS_EXCEPTIONS = 0x80;
const MAX_WIDTH = 53;
/** Exceptions of exceptions of exceptions are not worth their headers. */
const MAX_DEPTH = 2;
/** Below this many values a search for exceptions costs more than it saves. */
const MIN_PATCHED = 256;
const SAMPLE = 128;
/** What an exception is reckoned to cost beyond its value: its position, and the time to patch it in. */
const EXCEPTION_BITS = 12;

export interface FramePlan {
  readonly low: number;
  readonly width: number;
  readonly patched: boolean;
  /** Estimated size in bits, header included. */
  readonly costBits: number;
}

const sample = new Float64Array(SAMPLE);

/**
 * Chooses low and width for values[from, from + count), whose smallest and largest are given. All widths are tried
 * on a sorted sample: for each, the window that covers most of it. Of 'differences' it plans those between
 * values[from, from + count] and their neighbours, which nobody needs to have made.
 */
export function planFrame(
  values: Float64Array,
  from: number,
  count: number,
  min: number,
  max: number,
  of: 'values' | 'differences' = 'values',
): FramePlan {
  const fullWidth = bitWidth(max - min);
  const full = { low: min, width: fullWidth, patched: false, costBits: count * fullWidth + 32 };
  if (count < MIN_PATCHED || fullWidth < 2) return full;
  takeSample(values, from, count, of === 'differences');
  let low = min;
  let width = fullWidth;
  // Exceptions slow reads down, so they must save a tenth.
  let bestBits = count * fullWidth * 0.9;
  for (let w = 0; w < fullWidth && w * count < bestBits; w++) {
    const start = densestWindow(2 ** w - 1);
    const outside = (SAMPLE - windowCount) / SAMPLE;
    const bits = count * (w + outside * (fullWidth + EXCEPTION_BITS)) + 64;
    if (bits < bestBits) {
      bestBits = bits;
      width = w;
      low = sample[start];
    }
  }
  return width === fullWidth ? full : { low, width, patched: true, costBits: bestBits + 32 };
}

/** Values at scattered positions, since even strides would miss, or see only, a periodic pattern. */
function takeSample(values: Float64Array, from: number, count: number, isOfDifferences: boolean): void {
  let state = 12345;
  for (let i = 0; i < SAMPLE; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const at = from + (state % count);
    sample[i] = isOfDifferences ? values[at + 1] - values[at] : values[at];
  }
  sample.sort();
}

/** Set by densestWindow: how many sampled values lie in the window that it found. */
let windowCount = 0;

function densestWindow(span: number): number {
  let start = 0;
  let best = 0;
  let bestStart = 0;
  for (let end = 0; end < SAMPLE; end++) {
    while (sample[end] - sample[start] > span) start++;
    if (end - start >= best) {
      best = end - start + 1;
      bestStart = start;
    }
  }
  windowCount = best;
  return bestStart;
}

/** Writes integers as a frame; with the plan of {@link planFrame} where the caller has made one. */
export function writeFrame(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  count: number,
  plan: FramePlan = planValues(values, from, count),
  depth = 0,
): void {
  if (plan.patched) {
    writePatched(writer, values, from, count, plan, depth);
    return;
  }
  writer.signedVarint(plan.low);
  writer.u8(plan.width);
  writeBits(writer, values, from, count, plan);
}

function planValues(values: Float64Array, from: number, count: number): FramePlan {
  if (count === 0) return { low: 0, width: 0, patched: false, costBits: 16 };
  let min = values[from];
  let max = min;
  for (let i = from + 1, end = from + count; i < end; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return planFrame(values, from, count, min, max);
}

function writeBits(writer: ByteWriter, values: Float64Array, from: number, count: number, plan: FramePlan): void {
  const at = writer.reserve(packedLength(count, plan.width));
  packBits(writer.bytes(), at, values, from, count, plan.low, plan.width);
}

function writePatched(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  count: number,
  plan: FramePlan,
  depth: number,
): void {
  const { low, width } = plan;
  const limit = low + 2 ** width;
  const exceptionCount = countOutside(values, from, count, low, limit);
  const kept = scratchCopy(values, from, from + count);
  const gaps = new Float64Array(exceptionCount);
  const outside = new Float64Array(exceptionCount);
  let previous = 0;
  let found = 0;
  for (let i = 0; i < count; i++) {
    const value = kept[i];
    if (value >= low && value < limit) continue;
    gaps[found] = i - previous;
    outside[found++] = value;
    previous = i;
    kept[i] = low;
  }
  writer.signedVarint(low);
  writer.u8(exceptionCount === 0 ? width : width | HAS_EXCEPTIONS);
  if (exceptionCount > 0) {
    writer.varint(exceptionCount);
    writeNested(writer, gaps, depth + 1);
    writeNested(writer, outside, depth + 1);
  }
  writeBits(writer, kept, 0, count, plan);
}

function countOutside(values: Float64Array, from: number, count: number, low: number, limit: number): number {
  let outside = 0;
  for (let i = from, end = from + count; i < end; i++) {
    const value = values[i];
    if (value < low || value >= limit) outside++;
  }
  return outside;
}

function writeNested(writer: ByteWriter, values: Float64Array, depth: number): void {
  const plan = planValues(values, 0, values.length);
  if (!plan.patched || depth < MAX_DEPTH) {
    writeFrame(writer, values, 0, values.length, plan, depth);
    return;
  }
  const low = values.reduce((a, b) => Math.min(a, b));
  const width = bitWidth(values.reduce((a, b) => Math.max(a, b)) - low);
  writeFrame(writer, values, 0, values.length, { low, width, patched: false, costBits: 0 }, depth);
}

/** A frame as read: views of the reader's bytes, exceptions decoded. */
export class Frame {
  readonly count: number;
  readonly low: number;
  readonly width: number;
  private readonly bits: Uint8Array;
  /** Ascending positions of the exceptions, null when there are none, and their values. */
  private readonly positions: Float64Array | null;
  private readonly outside: Float64Array;

  private constructor(
    count: number,
    low: number,
    width: number,
    bits: Uint8Array,
    positions: Float64Array | null,
    outside: Float64Array,
  ) {
    this.count = count;
    this.low = low;
    this.width = width;
    this.bits = bits;
    this.positions = positions;
    this.outside = outside;
  }

  static read(reader: ByteReader, count: number, depth = 0): Frame {
    const low = reader.signedVarint();
    const head = reader.u8();
    const width = head & ~HAS_EXCEPTIONS;
    if (width > MAX_WIDTH) reader.fail(`a bit width of ${width}`);
    let positions: Float64Array | null = null;
    let outside = NO_VALUES;
    if (head & HAS_EXCEPTIONS) {
      const exceptionCount = reader.varint();
      if (exceptionCount > count || depth >= MAX_DEPTH) reader.fail('exceptions that cannot be');
      positions = new Float64Array(exceptionCount);
      Frame.read(reader, exceptionCount, depth + 1).decodeInto(positions, 0);
      for (let i = 1; i < exceptionCount; i++) positions[i] += positions[i - 1];
      if (!(positions[exceptionCount - 1] < count)) reader.fail('an exception beyond the end');
      outside = new Float64Array(exceptionCount);
      Frame.read(reader, exceptionCount, depth + 1).decodeInto(outside, 0);
    }
    return new Frame(count, low, width, reader.raw(packedLength(count, width)), positions, outside);
  }

  /** All values, into out[at, at + count). */
  decodeInto(out: Float64Array, at: number): void {
    unpackBits(this.bits, 0, this.count, this.low, this.width, out, at);
    const positions = this.positions;
    if (positions === null) return;
    for (let k = 0; k < positions.length; k++) out[at + positions[k]] = this.outside[k];
  }

  at(i: number): number {
    const positions = this.positions;
    if (positions !== null) {
      const k = lowerBoundIn(positions, i);
      if (k < positions.length && positions[k] === i) return this.outside[k];
    }
    return this.low + bitsAt(this.bits, i, this.width);
  }

  /** The sum of values [from, to). */
  sum(from: number, to: number): number {
    let total = (to - from) * this.low;
    if (this.width > 0) for (let i = from; i < to; i++) total += bitsAt(this.bits, i, this.width);
    const positions = this.positions;
    if (positions === null) return total;
    for (let k = lowerBoundIn(positions, from); k < positions.length && positions[k] < to; k++) {
      total += this.outside[k] - this.low;
    }
    return total;
  }
}

const NO_VALUES = new Float64Array(0);
