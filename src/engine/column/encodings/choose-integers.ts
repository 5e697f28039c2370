import { ByteWriter } from '../../../base/bytes.ts';
import type { ChoiceMemory, Way } from './choice-memory.ts';
import { type DistinctPlan, planDistinct, writeDistinctCount } from './distinct.ts';
import { DISTINCT, LAGGED, LINEAR, PIECES, RUNS, SCALED } from './encoding.ts';
import { FRAME_LIMIT } from './frame.ts';
import { type IntegerProfile, planIntegers, profileIntegers, writePlanned } from './integers.ts';
import { writeLag } from './lagged.ts';
import { residualsOf, writeSlope } from './linear.ts';
import { findPeriod } from './period.ts';
import { commonFactor, planPieces, writePieceBits } from './pieces.ts';
import { writeRunCount } from './runs.ts';
import { writeScale } from './scaled.ts';
import { scratch } from './scratch.ts';

/** Numbers as they were stored in one of the encodings. */
export interface StoredNumbers {
  readonly encoding: number;
  /** What follows the byte of the encoding. */
  readonly bytes: Uint8Array;
  /** A reader needs the encodings of segments for it. */
  readonly isLate: boolean;
}

/** An encoding that only segments have must save so much of what a simpler one takes: decoding it takes longer. */
const ADVANTAGE = 0.93;
/** Blocks of so few bytes are left as they are: nothing worth having can be saved. */
const SMALL_BYTES = 40;
const MIN_ROWS = 32;
/** Encodings inside of encodings beyond this save next to nothing. */
const MAX_DEPTH = 3;
/** Runs shorter than this on average are no runs. */
const ROWS_PER_RUN = 3;
/** A search for distinct values is worth it where a value takes more bytes than a code would. */
const WIDE_BYTES = 1.25;
/** The part of the values at either end of a line that tell its slope. */
const SLOPE_ENDS = 8;

/** The smallest of the ways that were tried to store all of the integers, at least one. */
export function chooseIntegers(values: Float64Array, memory: ChoiceMemory, depth = 0): StoredNumbers {
  const count = values.length;
  const profile = profileIntegers(values, 0, count);
  const { way } = memory;
  if (way !== null && isBounded(profile) && profile.min < profile.max) {
    const again = storeAs(way, values, profile, memory, depth);
    if (again !== null && memory.confirms(again.bytes.length, count)) return again;
  }
  const search = new Search(simple(values, profile));
  const mayBeSmaller = count >= MIN_ROWS && search.best.bytes.length > SMALL_BYTES;
  if (!mayBeSmaller || depth >= MAX_DEPTH || !isBounded(profile)) return search.best;
  for (const other of waysFor(values, profile, search, depth)) {
    const candidate = storeAs(other, values, profile, memory, depth, search.limitBytes);
    if (candidate !== null) search.offer(other, candidate);
  }
  memory.keep(search.way, search.best.bytes.length, count);
  return search.best;
}

/** Null where the way is none for these values, or takes so many bytes at least. */
function storeAs(
  { kind, period }: Way,
  values: Float64Array,
  profile: IntegerProfile,
  memory: ChoiceMemory,
  depth: number,
  limitBytes = Number.POSITIVE_INFINITY,
): StoredNumbers | null {
  switch (kind) {
    case 'simple':
      return simple(values, profile);
    case 'scaled':
      return scaled(values, profile.min, memory.part('quotients'), depth);
    case 'runs':
      return runs(values, memory, depth);
    case 'pieces':
      return period > values.length ? null : pieces(values, period, limitBytes);
    case 'linear':
      return linear(values);
    case 'lagged':
      return period >= values.length ? null : lagged(values, period, memory.part(`lag ${period}`), depth);
    case 'distinct':
      return distinctIntegers(values, memory);
  }
}

function* waysFor(
  values: Float64Array,
  profile: IntegerProfile,
  search: { readonly best: StoredNumbers },
  depth: number,
): Generator<Way> {
  if (commonFactor(values, values.length, profile.min) > 1) {
    yield { kind: 'scaled', period: 1 };
    return;
  }
  if (countRuns(values) * ROWS_PER_RUN <= values.length) yield { kind: 'runs', period: 1 };
  if (depth > 1) return;
  yield { kind: 'pieces', period: 1 };
  yield { kind: 'linear', period: 1 };
  yield { kind: 'lagged', period: 1 };
  if (depth > 0) return;
  if (search.best.bytes.length > values.length * WIDE_BYTES) yield { kind: 'distinct', period: 1 };
  const period = findPeriod(values);
  if (period === null) return;
  yield { kind: 'lagged', period };
  yield { kind: 'pieces', period };
}

/** Differences are exact. */
function isBounded({ min, max, minDelta, maxDelta }: IntegerProfile): boolean {
  const isFrame = min > -FRAME_LIMIT && max < FRAME_LIMIT && max - min < FRAME_LIMIT;
  return isFrame && minDelta > -FRAME_LIMIT && maxDelta < FRAME_LIMIT;
}

/** The best so far of several ways to store the same numbers. */
class Search {
  best: StoredNumbers;
  way: Way = { kind: 'simple', period: 1 };

  constructor(simplest: StoredNumbers) {
    this.best = simplest;
  }

  /** A way of this many bytes or more would not be taken. */
  get limitBytes(): number {
    return this.best.isLate ? this.best.bytes.length : Math.floor(this.best.bytes.length * ADVANTAGE);
  }

  offer(way: Way, candidate: StoredNumbers): void {
    if (candidate.bytes.length >= this.limitBytes) return;
    this.best = candidate;
    this.way = way;
  }
}

function stored(encoding: number, isLate: boolean, write: (writer: ByteWriter) => void): StoredNumbers {
  const writer = new ByteWriter(256);
  write(writer);
  return { encoding, bytes: writer.bytes(), isLate };
}

/** A run of integers as a part of something. */
export function writeStored(writer: ByteWriter, part: StoredNumbers): void {
  writer.u8(part.encoding);
  writer.raw(part.bytes);
}

function simple(values: Float64Array, profile: IntegerProfile): StoredNumbers {
  const plan = planIntegers(values, 0, values.length, profile);
  return stored(plan.encoding, false, (writer) => writePlanned(writer, values, 0, values.length, plan));
}

/** As little as is worth the while, without a search. */
function simply(values: Float64Array): StoredNumbers {
  return simple(values, profileIntegers(values, 0, values.length));
}

function scaled(values: Float64Array, offset: number, memory: ChoiceMemory, depth: number): StoredNumbers {
  const factor = commonFactor(values, values.length, offset);
  const quotients = scratch(values.length);
  for (let i = 0; i < values.length; i++) quotients[i] = (values[i] - offset) / factor;
  return stored(SCALED, true, (writer) => {
    writeScale(writer, offset, factor);
    writeStored(writer, chooseIntegers(quotients, memory, depth));
  });
}

function countRuns(values: Float64Array): number {
  let count = 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) count++;
  return count;
}

function runs(values: Float64Array, memory: ChoiceMemory, depth: number): StoredNumbers {
  const runCount = countRuns(values);
  const lengths = scratch(runCount).fill(0);
  const kept = scratch(runCount);
  kept[0] = values[0];
  let k = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i] === values[i - 1]) lengths[k]++;
    else kept[++k] = values[i];
  }
  return stored(RUNS, true, (writer) => {
    writeRunCount(writer, runCount);
    writeStored(writer, chooseIntegers(lengths, memory.part('lengths'), depth + 1));
    writeStored(writer, chooseIntegers(kept, memory.part('of runs'), depth + 1));
  });
}

function linear(values: Float64Array): StoredNumbers {
  const slope = slopeOf(values);
  const residuals = scratch(values.length);
  residualsOf(values, slope, residuals);
  return stored(LINEAR, true, (writer) => {
    writeSlope(writer, slope);
    writeStored(writer, simply(residuals));
  });
}

/** From the means of both ends, since single values are off the line. A whole number where that is as good. */
function slopeOf(values: Float64Array): number {
  const ends = Math.ceil(values.length / SLOPE_ENDS);
  const distance = values.length - ends;
  let rise = 0;
  for (let i = 0; i < ends; i++) rise += values[distance + i] - values[i];
  const slope = rise / ends / distance;
  const whole = Math.round(slope);
  return Math.abs(slope - whole) * values.length < 1 ? whole : slope;
}

function lagged(values: Float64Array, lag: number, memory: ChoiceMemory, depth: number): StoredNumbers {
  const differences = scratch(values.length - lag);
  for (let i = 0; i < differences.length; i++) differences[i] = values[i + lag] - values[i];
  return stored(LAGGED, true, (writer) => {
    writeLag(writer, lag);
    writeStored(writer, chooseIntegers(values.subarray(0, lag), memory.part('first'), depth + 1));
    writeStored(writer, chooseIntegers(differences, memory.part('differences'), depth + 1));
  });
}

function pieces(values: Float64Array, period: number, limitBytes: number): StoredNumbers | null {
  const plan = planPieces(values, period);
  if (plan.packedBytes >= limitBytes) return null;
  return stored(PIECES, true, (writer) => {
    writer.varint(period);
    for (const part of [plan.modes, plan.bases, plan.lows, plan.factors]) {
      if (part.length > 0) writeStored(writer, simply(part));
    }
    writePieceBits(writer, values, plan);
  });
}

function distinctIntegers(values: Float64Array, memory: ChoiceMemory): StoredNumbers | null {
  const plan = planDistinct(values);
  return plan === null ? null : distinct(simply(plan.values), plan, memory.part('codes'));
}

/** `values` are the distinct ones as they were stored. */
export function distinct(values: StoredNumbers, plan: DistinctPlan, memory: ChoiceMemory): StoredNumbers {
  return stored(DISTINCT, true, (writer) => {
    writeDistinctCount(writer, plan.values.length);
    writeStored(writer, values);
    writeStored(writer, chooseIntegers(plan.codes, memory, 1));
  });
}
