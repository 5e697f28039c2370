import type { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { lowerBoundIn } from '../../../base/lower-bound.ts';
import { type EncodedIntegers, readIntegers, writeIntegers } from './integers.ts';
import { scratch } from './scratch.ts';

// Doubles that are decimals with few places, as integers: v = m / 10^k, where the division gives back v bit for bit.
// The idea is ALP's (A. Afroozeh, L. Kuffo, P. Boncz, "ALP: Adaptive Lossless floating-Point Compression", SIGMOD
// 2023); dividing by 10^k is exactly rounded, so decimals that a user wrote always come back. Values that do not fit
// (NaN, infinities, -0, long fractions) are exceptions.
//
//   k           u8, 0..15
//   exceptions  count varint; if any: integers of ascending positions, then f64 values
//   integers    of all rows; an exception's own integer repeats the one before

export const MAX_PLACES = 15;
/** 10^k, exactly: powers computed by an engine may not be. */
const POWERS = Array.from({ length: MAX_PLACES + 1 }, (_, k) => Number(`1e${k}`));
/** Integers beyond this are not exact after scaling. */
const MAX_SCALED = 2 ** 51;
const SAMPLE = 32;
/** Above one exception in so many rows, plain doubles are better. */
const ROWS_PER_EXCEPTION = 16;

export interface DecimalPlan {
  readonly places: number;
  readonly integers: Float64Array;
  /** Positions of the exceptions, ascending. */
  readonly exceptions: Float64Array;
}

/** The doubles values[from, to) as decimals, or null where they are none. */
export function planDecimals(values: Float64Array, from: number, to: number): DecimalPlan | null {
  const places = guessPlaces(values, from, to);
  const plan = places === -1 ? null : decimalsOf(values, from, to, places);
  return plan !== null && plan.exceptions.length * ROWS_PER_EXCEPTION <= to - from ? plan : null;
}

/** The doubles as decimals of so many places; what does not fit are exceptions. */
export function decimalsOf(values: Float64Array, from: number, to: number, places: number): DecimalPlan {
  const integers = scratch(to - from);
  const exceptions = new Float64Array(scale(values, from, integers, POWERS[places]));
  if (exceptions.length > 0) extractExceptions(integers, exceptions);
  return { places, integers, exceptions };
}

/** The places that a scattered sample needs; -1 where many of it are no decimals. */
function guessPlaces(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  const step = Math.max(1, Math.floor(count / SAMPLE));
  let places = 0;
  let misses = 0;
  let seen = 0;
  for (let i = from; i < to; i += step) {
    seen++;
    const needed = placesOf(values[i]);
    if (needed === -1) misses++;
    else if (needed > places) places = needed;
  }
  return misses * 8 > seen ? -1 : places;
}

/** The places that a decimal needs, -1 for a value that is none. */
export function placesOf(value: number): number {
  for (let k = 0; k <= MAX_PLACES; k++) {
    const scaled = Math.round(value * POWERS[k]);
    if (scaled / POWERS[k] === value && Math.abs(scaled) < MAX_SCALED && !Object.is(value, -0)) return k;
  }
  return -1;
}

/** Fills `integers`, with NaN where a value is no decimal; returns how many those are. */
function scale(values: Float64Array, from: number, integers: Float64Array, power: number): number {
  let exceptions = 0;
  for (let i = 0; i < integers.length; i++) {
    const value = values[from + i];
    const scaled = Math.round(value * power);
    const exact = scaled / power === value && scaled < MAX_SCALED && scaled > -MAX_SCALED;
    if (exact && (scaled !== 0 || 1 / value > 0)) {
      integers[i] = scaled;
    } else {
      integers[i] = Number.NaN;
      exceptions++;
    }
  }
  return exceptions;
}

/** Notes where the NaNs are and puts the integer before in their place. */
function extractExceptions(integers: Float64Array, exceptions: Float64Array): void {
  let found = 0;
  let previous = 0;
  for (let i = 0; i < integers.length; i++) {
    if (Number.isNaN(integers[i])) {
      exceptions[found++] = i;
      integers[i] = previous;
    } else {
      previous = integers[i];
    }
  }
}

export function writeDecimals(writer: ByteWriter, values: Float64Array, from: number, plan: DecimalPlan): void {
  writeDecimalHead(writer, values, from, plan);
  writeIntegers(writer, plan.integers, 0, plan.integers.length);
}

/** All but the integers. */
export function writeDecimalHead(writer: ByteWriter, values: Float64Array, from: number, plan: DecimalPlan): void {
  writer.u8(plan.places);
  writer.varint(plan.exceptions.length);
  if (plan.exceptions.length > 0) {
    writeIntegers(writer, plan.exceptions, 0, plan.exceptions.length);
    for (const position of plan.exceptions) {
      // As bytes: a NaN's payload would not survive a number variable on every engine.
      writer.raw(new Uint8Array(values.buffer, values.byteOffset + (from + position) * 8, 8));
    }
  }
}

export class Decimals {
  /** Row i is integers[i] / power, but for the exceptions, which lie at these positions. */
  readonly power: number;
  readonly integers: EncodedIntegers;
  readonly positions: Float64Array;
  private readonly exceptions: Float64Array;

  private constructor(power: number, positions: Float64Array, exceptions: Float64Array, integers: EncodedIntegers) {
    this.power = power;
    this.positions = positions;
    this.exceptions = exceptions;
    this.integers = integers;
  }

  static read(reader: ByteReader, count: number): Decimals {
    const places = reader.u8();
    if (places > MAX_PLACES) reader.fail(`${places} decimal places`);
    const exceptionCount = reader.varint();
    if (exceptionCount > count) reader.fail('more exceptions than rows');
    const positions = new Float64Array(exceptionCount);
    const exceptions = new Float64Array(exceptionCount);
    if (exceptionCount > 0) {
      readIntegers(reader, exceptionCount).decodeInto(positions, 0);
      if (!(positions[exceptionCount - 1] < count)) reader.fail('an exception beyond the end');
      new Uint8Array(exceptions.buffer).set(reader.raw(exceptionCount * 8));
    }
    return new Decimals(POWERS[places], positions, exceptions, readIntegers(reader, count));
  }

  decodeInto(out: Float64Array, at: number): void {
    this.integers.decodeInto(out, at);
    if (this.power !== 1) divide(out, at, this.power);
    for (let k = 0; k < this.positions.length; k++) out[at + this.positions[k]] = this.exceptions[k];
  }

  at(i: number): number {
    const { positions } = this;
    const k = positions.length === 0 ? 0 : lowerBoundIn(positions, i);
    return positions[k] === i ? this.exceptions[k] : this.integers.at(i) / this.power;
  }
}

/** Exactly rounded division: multiplying by a rounded reciprocal would give other doubles. */
function divide(out: Float64Array, at: number, power: number): void {
  for (let i = at; i < out.length; i++) out[i] /= power;
}
