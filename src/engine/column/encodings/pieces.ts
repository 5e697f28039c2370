import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { bitsAt, bitWidth, packBits, packedLength, unpackBits } from './bits.ts';
import { type EncodedIntegers, readIntegers } from './integers.ts';

// Integers in pieces of up to 128, each packed in its own way. With a period above 1 the values are sorted by phase first,
// the row modulo the period: rows of many measures in turns become one measure after the other, each in pieces of its own.
//
//   period   varint
//   modes    integers, one a piece: width * 2, plus 1 where the piece holds differences between neighbours
//   bases    integers: the smallest value, or the first where there are differences
//   lows     integers, one for each piece of differences: the smallest of them
//   factors  integers, one a piece: what all of (value - base) or (difference - low) are multiples of
//   bits     of each piece, from a whole byte on: its values or differences less base or low, divided by the factor

export const PIECE_ROWS = 128;
const MAX_WIDTH = 53;

/** The values of each phase: `longer` phases have one more than the others. */
interface Phases {
  readonly period: number;
  readonly length: number;
  readonly longer: number;
  /** Pieces of a longer phase, and of another. */
  readonly longPieces: number;
  readonly shortPieces: number;
}

function phasesOf(count: number, period: number): Phases {
  const length = Math.floor(count / period);
  const longer = count % period;
  return {
    period,
    length,
    longer,
    longPieces: Math.ceil((length + 1) / PIECE_ROWS),
    shortPieces: Math.ceil(length / PIECE_ROWS),
  };
}

function pieceCountOf({ period, longer, longPieces, shortPieces }: Phases): number {
  return longer * longPieces + (period - longer) * shortPieces;
}

/** What is to be stored of all pieces. */
export interface PiecesPlan {
  readonly period: number;
  readonly modes: Float64Array;
  readonly bases: Float64Array;
  readonly lows: Float64Array;
  readonly factors: Float64Array;
  /** The bits of all pieces, in bytes. */
  readonly packedBytes: number;
}

/** A piece on its way into a plan: its values, then what is packed of them. */
const piece = new Float64Array(PIECE_ROWS);
const differences = new Float64Array(PIECE_ROWS);

export function planPieces(values: Float64Array, period: number): PiecesPlan {
  const pieceCount = pieceCountOf(phasesOf(values.length, period));
  const modes = new Float64Array(pieceCount);
  const bases = new Float64Array(pieceCount);
  const factors = new Float64Array(pieceCount);
  const lows: number[] = [];
  let packedBytes = 0;
  forEachPiece(values, period, (k, length) => {
    const frame = rangeOf(piece, length);
    for (let i = 1; i < length; i++) differences[i - 1] = piece[i] - piece[i - 1];
    const steps = rangeOf(differences, length - 1);
    const isDelta = steps.width * (length - 1) < frame.width * length;
    const { low, factor, width } = isDelta ? steps : frame;
    modes[k] = width * 2 + (isDelta ? 1 : 0);
    bases[k] = isDelta ? piece[0] : low;
    factors[k] = factor;
    if (isDelta) lows.push(low);
    packedBytes += packedLength(isDelta ? length - 1 : length, width);
  });
  return { period, modes, bases, lows: Float64Array.from(lows), factors, packedBytes };
}

/** Puts each piece's values into `piece` in turn. */
function forEachPiece(values: Float64Array, period: number, use: (k: number, length: number) => void): void {
  let k = 0;
  for (let phase = 0; phase < period; phase++) {
    for (let from = phase; from < values.length; ) {
      let length = 0;
      for (; length < PIECE_ROWS && from < values.length; from += period) piece[length++] = values[from];
      use(k++, length);
    }
  }
}

interface Range {
  readonly low: number;
  readonly factor: number;
  readonly width: number;
}

const NO_RANGE: Range = { low: 0, factor: 1, width: 0 };

function rangeOf(values: Float64Array, count: number): Range {
  if (count === 0) return NO_RANGE;
  let low = values[0];
  let high = low;
  for (let i = 1; i < count; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const factor = commonFactor(values, count, low);
  return { low, factor, width: bitWidth((high - low) / factor) };
}

/** The greatest common divisor of values[0, count) - low; 1 where all are the same. */
export function commonFactor(values: Float64Array, count: number, low: number): number {
  let factor = 0;
  for (let i = 0; i < count && factor !== 1; i++) {
    let rest = values[i] - low;
    while (rest !== 0) {
      const next = factor % rest;
      factor = rest;
      rest = next;
    }
  }
  return factor === 0 ? 1 : factor;
}

/** Writes the bits of all pieces: what precedes them is the caller's to write, in the order of the plan. */
export function writePieceBits(writer: ByteWriter, values: Float64Array, plan: PiecesPlan): void {
  let lowsUsed = 0;
  forEachPiece(values, plan.period, (k, length) => {
    const width = Math.floor(plan.modes[k] / 2);
    const isDelta = plan.modes[k] % 2 === 1;
    const low = isDelta ? plan.lows[lowsUsed++] : plan.bases[k];
    const count = isDelta ? length - 1 : length;
    if (width === 0) return;
    for (let i = 0; i < count; i++) {
      differences[i] = ((isDelta ? piece[i + 1] - piece[i] : piece[i]) - low) / plan.factors[k];
    }
    const at = writer.reserve(packedLength(count, width));
    packBits(writer.bytes(), at, differences, 0, count, 0, width);
  });
}

export class PieceIntegers implements EncodedIntegers {
  private readonly phases: Phases;
  private readonly modes: Float64Array;
  private readonly bases: Float64Array;
  /** Of pieces that hold no differences: 0. */
  private readonly lows: Float64Array;
  private readonly factors: Float64Array;
  /** Where the bits of each piece start. */
  private readonly starts: Uint32Array;
  private readonly bits: Uint8Array;

  private constructor(reader: ByteReader, count: number, depth: number) {
    const period = reader.varint();
    if (period === 0 || period > count) reader.fail(`a period of ${period} in ${count} values`);
    this.phases = phasesOf(count, period);
    const pieceCount = pieceCountOf(this.phases);
    const integers = (length: number): Float64Array => {
      const values = new Float64Array(length);
      if (length > 0) readIntegers(reader, length, depth).decodeInto(values, 0);
      return values;
    };
    this.modes = integers(pieceCount);
    this.bases = integers(pieceCount);
    this.lows = new Float64Array(pieceCount);
    const lows = integers(this.modes.reduce((sum, mode) => sum + (mode % 2 === 1 ? 1 : 0), 0));
    this.factors = integers(pieceCount);
    this.starts = new Uint32Array(pieceCount + 1);
    let used = 0;
    this.forEach((k, _, length) => {
      const mode = this.modes[k];
      if (!(mode >= 0 && mode < 2 * MAX_WIDTH + 2)) reader.fail(`a piece of kind ${mode}`);
      const isDelta = mode % 2 === 1;
      if (isDelta) this.lows[k] = lows[used++];
      this.starts[k + 1] = this.starts[k] + packedLength(isDelta ? length - 1 : length, mode >>> 1);
    });
    this.bits = reader.raw(this.starts[pieceCount]);
  }

  static read(reader: ByteReader, count: number, depth: number): PieceIntegers {
    return new PieceIntegers(reader, count, depth);
  }

  decodeInto(out: Float64Array, at: number): void {
    const { period } = this.phases;
    const values = new Float64Array(PIECE_ROWS);
    this.forEach((k, from, length) => {
      this.decodePiece(k, length, values);
      for (let i = 0, to = at + from; i < length; i++, to += period) out[to] = values[i];
    });
  }

  at(i: number): number {
    const { period, longer, longPieces, shortPieces } = this.phases;
    const phase = i % period;
    const rank = (i - phase) / period;
    const first = phase < longer ? phase * longPieces : longer * longPieces + (phase - longer) * shortPieces;
    const k = first + Math.floor(rank / PIECE_ROWS);
    const inPiece = rank % PIECE_ROWS;
    const width = this.modes[k] >>> 1;
    const bits = this.bits.subarray(this.starts[k], this.starts[k + 1]);
    if (this.modes[k] % 2 === 0) return this.bases[k] + this.factors[k] * bitsAt(bits, inPiece, width);
    let sum = 0;
    for (let d = 0; d < inPiece; d++) sum += bitsAt(bits, d, width);
    return this.bases[k] + this.lows[k] * inPiece + this.factors[k] * sum;
  }

  private decodePiece(k: number, length: number, out: Float64Array): void {
    const width = this.modes[k] >>> 1;
    const isDelta = this.modes[k] % 2 === 1;
    const base = this.bases[k];
    const factor = this.factors[k];
    const bits = this.bits.subarray(this.starts[k], this.starts[k + 1]);
    if (!isDelta) {
      unpackBits(bits, 0, length, factor === 1 ? base : 0, width, out, 0);
      if (factor !== 1) for (let i = 0; i < length; i++) out[i] = base + factor * out[i];
      return;
    }
    unpackBits(bits, 0, length - 1, 0, width, out, 1);
    const low = this.lows[k];
    let value = base;
    out[0] = value;
    for (let i = 1; i < length; i++) {
      value += low + factor * out[i];
      out[i] = value;
    }
  }

  /** Each piece: its number, the row of its first value, and how many values it has. */
  private forEach(use: (k: number, from: number, length: number) => void): void {
    const { period, length, longer } = this.phases;
    let k = 0;
    for (let phase = 0; phase < period; phase++) {
      const inPhase = phase < longer ? length + 1 : length;
      for (let done = 0; done < inPhase; done += PIECE_ROWS) {
        use(k++, phase + done * period, Math.min(PIECE_ROWS, inPhase - done));
      }
    }
  }
}
