import { ByteWriter } from '../../../base/bytes.ts';
import type { ChoiceMemory } from './choice-memory.ts';
import { chooseIntegers, distinct, type StoredNumbers, writeStored } from './choose-integers.ts';
import { decimalsOf, MAX_PLACES, placesOf, writeDecimalHead } from './decimal.ts';
import { planDistinct } from './distinct.ts';
import { DECIMAL, PLAIN, SPLIT, XORED } from './encoding.ts';
import { planIntegers, profileIntegers } from './integers.ts';
import { findPeriod } from './period.ts';
import { writePlainNumbers } from './plain-numbers.ts';
import { commonZeros, highParts, wordsOf, writeLowParts, writeSplit } from './split.ts';
import { writeXored } from './xored.ts';

/** Doubles that take more than this as decimals may do better otherwise. */
const GOOD_BYTES = 2.5;
/** Bits of a double's high part that are tried: the exponent alone, and with more and more of the fraction. */
const HIGH_BITS = [9, 12, 14, 16, 20, 24, 28, 32];
/** Values that need more places than so many others are exceptions. */
const ROWS_PER_LONGER = 64;
/** One in so many may be no decimal. */
const ROWS_PER_EXCEPTION = 8;
/** Where half of so many are no decimals, the rest is not looked at. */
const PROBE_ROWS = 128;
/** Splitting must save a tenth: plain doubles are copied. */
const SPLIT_ADVANTAGE = 0.9;

/** Differing bits are read one value after the other: that must save as much again. */
const XOR_ADVANTAGE = 0.93;

/** The smallest of the ways that were tried to store all of the doubles, at least one. */
export function chooseReals(values: Float64Array, memory: ChoiceMemory): StoredNumbers {
  const decimals = chooseDecimals(values, memory.part('decimals'));
  if (decimals !== null && decimals.bytes.length <= GOOD_BYTES * values.length) return decimals;
  let best = plain(values);
  if (decimals !== null && decimals.bytes.length < best.bytes.length) best = decimals;
  const plan = planDistinct(values);
  if (plan !== null) {
    const candidate = distinct(plain(plan.values), plan, memory.part('codes'));
    if (candidate.bytes.length < best.bytes.length) best = candidate;
  }
  const splitting = memory.part('split');
  best = chooseSplit(values, splitting, best.bytes.length * SPLIT_ADVANTAGE) ?? best;
  return chooseXored(values, memory.part('xored'), splitting, best.bytes.length * XOR_ADVANTAGE) ?? best;
}

function plain(values: Float64Array): StoredNumbers {
  const writer = new ByteWriter(values.length * 8);
  writePlainNumbers(writer, values, 0, values.length);
  return { encoding: PLAIN, bytes: writer.bytes(), isLate: false };
}

function chooseDecimals(values: Float64Array, memory: ChoiceMemory): StoredNumbers | null {
  const places = choosePlaces(values);
  if (places === null) return null;
  const plan = decimalsOf(values, 0, values.length, places);
  const integers = chooseIntegers(plan.integers, memory);
  const writer = new ByteWriter(integers.bytes.length + 64);
  writeDecimalHead(writer, values, 0, plan);
  writeStored(writer, integers);
  return { encoding: DECIMAL, bytes: writer.bytes(), isLate: integers.isLate };
}

/** The fewest places that almost all values need; null where few of them are decimals at all. */
function choosePlaces(values: Float64Array): number | null {
  const counts = new Uint32Array(MAX_PLACES + 1);
  let decimals = 0;
  for (let i = 0; i < values.length; i++) {
    const places = placesOf(values[i]);
    if (places !== -1) {
      counts[places]++;
      decimals++;
    }
    if (i === PROBE_ROWS && decimals * 2 < PROBE_ROWS) return null;
  }
  if (decimals * ROWS_PER_EXCEPTION < values.length * (ROWS_PER_EXCEPTION - 1)) return null;
  let places = MAX_PLACES;
  for (let above = 0; places > 0; places--) {
    above += counts[places];
    if (above * ROWS_PER_LONGER > values.length) break;
  }
  return places;
}

/** Null where it takes that many bytes or more. */
function chooseSplit(values: Float64Array, memory: ChoiceMemory, limitBytes: number): StoredNumbers | null {
  const words = wordsOf(values);
  const zeros = commonZeros(words);
  memory.highBits ??= chooseHighBits(words, zeros);
  const { highBits } = memory;
  const high = chooseIntegers(highParts(words, highBits), memory);
  if (memory.way === null) memory.highBits = null;
  const writer = new ByteWriter(values.length * 8);
  writeSplit(writer, highBits, zeros);
  writeStored(writer, high);
  writeLowParts(writer, words, highBits, zeros);
  return writer.length < limitBytes ? { encoding: SPLIT, bytes: writer.bytes(), isLate: true } : null;
}

/** Likewise. The lag is looked for anew where `splitting` looks for its parts anew. */
function chooseXored(
  values: Float64Array,
  memory: ChoiceMemory,
  splitting: ChoiceMemory,
  limitBytes: number,
): StoredNumbers | null {
  if (values.length < 2) return null;
  const known = memory.lag;
  const lags = known === null ? [1, ...lagsOf(values)] : [Math.min(known, values.length - 1)];
  let best: StoredNumbers | null = null;
  for (const lag of lags) {
    const writer = new ByteWriter(values.length * 8);
    writeXored(writer, values, lag);
    if (writer.length >= (best?.bytes.length ?? limitBytes)) continue;
    best = { encoding: XORED, bytes: writer.bytes(), isLate: true };
    memory.lag = lag;
  }
  if (splitting.highBits === null) memory.lag = null;
  else memory.lag ??= 1;
  return best;
}

/** How many rows lie between doubles of which one resembles the other: their high words tell. */
function lagsOf(values: Float64Array): readonly number[] {
  const period = findPeriod(highParts(wordsOf(values), 32));
  return period === null ? [] : [period];
}

function chooseHighBits(words: Uint32Array, zeros: number): number {
  const count = words.length / 2;
  let best = HIGH_BITS[0];
  let bestBits = Number.POSITIVE_INFINITY;
  for (const bits of HIGH_BITS) {
    const parts = highParts(words, bits);
    const cost = planIntegers(parts, 0, count, profileIntegers(parts, 0, count)).costBits + (64 - bits - zeros) * count;
    if (cost >= bestBits) continue;
    bestBits = cost;
    best = bits;
  }
  return best;
}
