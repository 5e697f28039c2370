import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { DeltaIntegers, writeDeltas } from './delta.ts';
import { BIT_PACKED, DELTA, PLAIN } from './encoding.ts';
import { FRAME_LIMIT, Frame, type FramePlan, planFrame, writeFrame } from './frame.ts';
import { STORED_ENCODINGS } from './late-parts.ts';
import { PlainNumbers, writePlainNumbers } from './plain-numbers.ts';
import { scratch } from './scratch.ts';

/** A run of integers as stored, inside of a column or as a part of another codec. */
export interface EncodedIntegers {
  decodeInto(out: Float64Array, at: number): void;
  at(i: number): number;
}

/** What one pass over integers tells. Differences are between neighbours. */
export interface IntegerProfile {
  readonly min: number;
  readonly max: number;
  readonly minDelta: number;
  readonly maxDelta: number;
}

/** How a run of integers is best stored. */
export interface IntegerPlan {
  readonly encoding: typeof BIT_PACKED | typeof DELTA | typeof PLAIN;
  /** Of the values, or of their differences under DELTA. */
  readonly frame: FramePlan | null;
  readonly costBits: number;
}

/** A delta must earn its slower reads of single values. */
const DELTA_ADVANTAGE = 0.8;
/** Below this many values differences cannot save what their header costs. */
const MIN_DELTAS = 4;

export function profileIntegers(values: Float64Array, from: number, to: number): IntegerProfile {
  let previous = values[from];
  let min = previous;
  let max = previous;
  let minDelta = Number.POSITIVE_INFINITY;
  let maxDelta = Number.NEGATIVE_INFINITY;
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    const delta = value - previous;
    if (value < min) min = value;
    if (value > max) max = value;
    if (delta < minDelta) minDelta = delta;
    if (delta > maxDelta) maxDelta = delta;
    previous = value;
  }
  return { min, max, minDelta, maxDelta };
}

/** Chooses among bit-packed, delta and plain for values[from, to), at least one. */
export function planIntegers(values: Float64Array, from: number, to: number, profile: IntegerProfile): IntegerPlan {
  const count = to - from;
  const { min, max, minDelta, maxDelta } = profile;
  if (!(min > -FRAME_LIMIT && max < FRAME_LIMIT)) {
    return { encoding: PLAIN, frame: null, costBits: 64 * count };
  }
  const frame = planFrame(values, from, count, min, max);
  const packed: IntegerPlan = { encoding: BIT_PACKED, frame, costBits: frame.costBits };
  if (count < MIN_DELTAS || frame.width === 0 || minDelta <= -FRAME_LIMIT || maxDelta >= FRAME_LIMIT) return packed;
  const deltaFrame = planFrame(values, from, count - 1, minDelta, maxDelta, 'differences');
  const costBits = deltaFrame.costBits + 32;
  if (costBits > frame.costBits * DELTA_ADVANTAGE) return packed;
  return { encoding: DELTA, frame: deltaFrame, costBits };
}

function deltasOf(values: Float64Array, from: number, to: number): Float64Array {
  const deltas = scratch(to - from - 1);
  for (let i = 0; i < deltas.length; i++) deltas[i] = values[from + i + 1] - values[from + i];
  return deltas;
}

/** The body that a plan asks for; the encoding itself is the caller's to write. */
export function writePlanned(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  to: number,
  plan: IntegerPlan,
): void {
  if (plan.frame === null) writePlainNumbers(writer, values, from, to);
  else if (plan.encoding === DELTA) writeDeltas(writer, values[from], deltasOf(values, from, to), plan.frame);
  else writeFrame(writer, values, from, to - from, plan.frame);
}

/** A run of integers with its encoding ahead (one byte), for use inside of other codecs. */
export function writeIntegers(writer: ByteWriter, values: Float64Array, from: number, to: number): void {
  const plan = planIntegers(values, from, to, profileIntegers(values, from, to));
  writer.u8(plan.encoding);
  writePlanned(writer, values, from, to, plan);
}

/** `depth` counts the runs of integers that this one is a part of. */
export function readIntegers(reader: ByteReader, count: number, depth = 0): EncodedIntegers {
  return readNumberRun(reader, reader.u8(), count, depth);
}

/** What follows the byte that names the encoding. Throws CORRUPT. */
export function readNumberRun(reader: ByteReader, encoding: number, count: number, depth = 0): EncodedIntegers {
  switch (encoding) {
    case BIT_PACKED:
      return Frame.read(reader, count);
    case DELTA:
      return DeltaIntegers.read(reader, count);
    case PLAIN:
      return PlainNumbers.read(reader, count);
    default:
      return STORED_ENCODINGS.get().readStoredNumbers(reader, encoding, count, depth);
  }
}
