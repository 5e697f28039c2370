import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { lowerBound } from '../../../base/lower-bound.ts';
import { Frame, type FramePlan, writeFrame } from './frame.ts';

// Integers as the first one and the differences between neighbours, for sequences that rise or repeat: timestamps,
// rowids, permutations. Body: first value (signed varint), frame of count - 1 differences. A constant stride has
// differences of width 0.

/** Values between two running sums that single reads start from. */
const ANCHOR_SPACING = 32;

export function writeDeltas(writer: ByteWriter, first: number, deltas: Float64Array, plan: FramePlan): void {
  writer.signedVarint(first);
  writeFrame(writer, deltas, 0, deltas.length, plan);
}

export class DeltaIntegers {
  private readonly first: number;
  private readonly deltas: Frame;
  /** Values 0, 32, 64…: made when the first single value is asked for. */
  private anchors: Float64Array | null = null;

  private constructor(first: number, deltas: Frame) {
    this.first = first;
    this.deltas = deltas;
  }

  static read(reader: ByteReader, count: number): DeltaIntegers {
    if (count === 0) reader.fail('differences of no values');
    return new DeltaIntegers(reader.signedVarint(), Frame.read(reader, count - 1));
  }

  decodeInto(out: Float64Array, at: number): void {
    out[at] = this.first;
    this.deltas.decodeInto(out, at + 1);
    accumulate(out, at, this.deltas.count + 1);
  }

  at(i: number): number {
    this.anchors ??= this.makeAnchors();
    const anchor = Math.floor(i / ANCHOR_SPACING);
    return this.anchors[anchor] + this.deltas.sum(anchor * ANCHOR_SPACING, i);
  }

  private makeAnchors(): Float64Array {
    const all = new Float64Array(this.deltas.count + 1);
    this.decodeInto(all, 0);
    const anchors = new Float64Array(Math.ceil(all.length / ANCHOR_SPACING));
    for (let k = 0; k < anchors.length; k++) anchors[k] = all[k * ANCHOR_SPACING];
    return anchors;
  }
}

/** Turns a first value and count - 1 differences into `count` values. */
export function accumulate(out: Float64Array, at: number, count: number): void {
  let value = out[at];
  for (let i = at + 1, end = at + count; i < end; i++) {
    value += out[i];
    out[i] = value;
  }
}

/** {@link lowerBound} in a block that may be one of these: looks where no sum is needed first. */
export function lowerBoundByAnchors(length: number, isBefore: (i: number) => boolean): number {
  const k = lowerBound(Math.ceil(length / ANCHOR_SPACING), (anchor) => isBefore(anchor * ANCHOR_SPACING));
  if (k === 0) return 0;
  const from = (k - 1) * ANCHOR_SPACING + 1;
  return from + lowerBound(Math.min(k * ANCHOR_SPACING, length) - from, (i) => isBefore(from + i));
}
