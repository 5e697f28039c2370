import type { ByteWriter } from '../../../base/bytes.ts';
import type { Work } from '../../../base/work.ts';
import type { PhysicalKind } from '../types.ts';
import type { BigintVector, ColumnVector, DictionaryVector } from '../vector.ts';
import { bigintRange, isSafeRange, numbersLess } from './bigint-range.ts';
import type { ChoiceMemory } from './choice-memory.ts';
import { chooseIntegers, writeStored } from './choose-integers.ts';
import { chooseReals } from './choose-reals.ts';
import { repeatOverNulls } from './dictionary.ts';
import { encodeColumn, writeHead } from './encode-column.ts';
import * as encodings from './encoding.ts';
import { FRAME_LIMIT } from './frame.ts';
import { writeIntegers } from './integers.ts';
import { countNulls, nullBytes } from './null-bitmap.ts';
import { writeOffset } from './offset-bigints.ts';
import { LARGE_KINDS, type OutlinedPlaces } from './outlined.ts';
import { assertReadsBack } from './read-back.ts';
import { scratchCopy, withScratch } from './scratch.ts';
import { storeStrings } from './store-strings.ts';

export interface StorageOptions {
  /** Text as codes of the vector's dictionary, which the caller stores. */
  readonly shared: boolean;
  readonly effort: Effort;
}

/** quick: what a commit would choose. search: the smallest encoding. deflate: and texts are deflated where that pays. */
export type Effort = 'quick' | 'search' | 'deflate';

/**
 * Appends rows [from, to), at least one, of a vector as a column block of a segment, in the encoding that was found to be
 * smallest: this takes its time, and is for checkpoints. `memory` goes from block to block of a column. Exact, like
 * {@link encodeColumn}. True when reading it takes the encodings of segments (late-parts.ts). Yields between what takes long.
 */
export function* storeColumn(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  memory: ChoiceMemory,
  options: StorageOptions,
): Work<boolean> {
  const { effort, shared } = options;
  const isPlain = vector.kind === 'value' || (vector.kind === 'dictionary' && !shared);
  if (effort === 'quick' || !isPlain)
    return withScratch(() => storeRows(writer, physical, vector, from, to, memory, options));
  return yield* storeStrings(writer, physical, vector, from, to, memory, effort === 'deflate');
}

function storeRows(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  memory: ChoiceMemory,
  { shared, effort }: StorageOptions,
): boolean {
  const nulls = physical === 'any' ? null : nullBytes(vector, from, to);
  const isEmpty = nulls !== null && countNulls(nulls) === to - from;
  const isCoded = !isEmpty && shared && vector.kind === 'dictionary';
  if (isCoded) return storeCodes(writer, vector, from, to, nulls, effort === 'quick' ? null : memory);
  if (!isEmpty && effort !== 'quick') {
    if (vector.kind === 'number')
      return storeNumbers(writer, physical, scratchCopy(vector.values, from, to), nulls, memory);
    if (vector.kind === 'bigint') return storeBigints(writer, vector, from, to, nulls, memory);
  }
  encodeColumn(writer, physical, vector, from, to);
  return false;
}

/** Like {@link storeColumn}, with values that lie elsewhere; the vector has placeholders for them. */
export function* storeOutlined(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  memory: ChoiceMemory,
  places: OutlinedPlaces,
  effort: Effort,
): Work<boolean> {
  writer.u8(encodings.OUTLINED);
  writeOutlined(writer, physical, places);
  yield* storeColumn(writer, physical, vector, from, to, memory, { shared: false, effort });
  return true;
}

/** `values` are the block's own, which this may change. */
function storeNumbers(
  writer: ByteWriter,
  physical: PhysicalKind,
  values: Float64Array,
  nulls: Uint8Array | null,
  memory: ChoiceMemory,
): boolean {
  if (nulls !== null) repeatOverNulls(values, nulls);
  if (isConstant(values)) {
    encodeColumn(writer, physical, { kind: 'number', values, nulls }, 0, values.length);
    return false;
  }
  const isReal = physical === 'real';
  const stored = isReal ? chooseReals(values, memory) : chooseIntegers(values, memory);
  assertReadsBack(stored, values, isReal);
  writeHead(writer, stored.encoding, nulls);
  writer.raw(stored.bytes);
  return stored.isLate;
}

function isConstant(values: Float64Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

/** Integers that are all safe after all are stored as such; others, where they lie close together, by their offset. */
function storeBigints(
  writer: ByteWriter,
  vector: BigintVector,
  from: number,
  to: number,
  nulls: Uint8Array | null,
  memory: ChoiceMemory,
): boolean {
  const { values } = vector;
  const range = bigintRange(values, from, to, nulls);
  const { min, max } = range;
  const isSafe = isSafeRange(range);
  if (!isSafe && (min === max || max - min >= FRAME_RANGE)) {
    encodeColumn(writer, 'integer', vector, from, to);
    return false;
  }
  const offset = isSafe ? 0n : min;
  const numbers = numbersLess(offset, values, from, to, nulls);
  if (isSafe) return storeNumbers(writer, 'integer', numbers, nulls, memory);
  if (nulls !== null) repeatOverNulls(numbers, nulls);
  writeHead(writer, encodings.OFFSET_BIGINT, nulls);
  writeOffset(writer, offset);
  const stored = chooseIntegers(numbers, memory);
  assertReadsBack(stored, numbers, false);
  writeStored(writer, stored);
  return true;
}

const FRAME_RANGE = BigInt(FRAME_LIMIT);

/** Without a memory no search is made. */
function storeCodes(
  writer: ByteWriter,
  vector: DictionaryVector,
  from: number,
  to: number,
  nulls: Uint8Array | null,
  memory: ChoiceMemory | null,
): boolean {
  const codes = scratchCopy(vector.codes, from, to);
  if (nulls !== null) repeatOverNulls(codes, nulls);
  if (memory === null) {
    writeHead(writer, encodings.DICTIONARY, nulls);
    writeIntegers(writer, codes, 0, codes.length);
    return false;
  }
  const stored = chooseIntegers(codes, memory);
  assertReadsBack(stored, codes, false);
  writeHead(writer, encodings.DICTIONARY, nulls);
  writeStored(writer, stored);
  return stored.isLate;
}

/** Appends what readOutlined parses, but for the block of the other rows, which the caller writes behind it. */
function writeOutlined(writer: ByteWriter, physical: PhysicalKind, places: OutlinedPlaces): void {
  const { rows, numbers, values, offset } = places;
  writer.varint(rows.length);
  writeIntegers(writer, Float64Array.from(rows), 0, rows.length);
  writeIntegers(writer, Float64Array.from(numbers), 0, numbers.length);
  writer.varint(values.length);
  writer.varint(offset);
  writeIntegers(
    writer,
    Float64Array.from(values, ({ lengthBytes }) => lengthBytes),
    0,
    values.length,
  );
  if (physical === 'any') for (const { kind } of values) writer.u8(LARGE_KINDS.indexOf(kind));
  for (const { crc } of values) writer.u32(crc);
}
