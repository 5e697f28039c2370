import { deflateSync } from 'fflate/browser';
import { ByteWriter } from '../../../base/bytes.ts';
import { LIMITS } from '../../../base/limits.ts';
import { finish, overTexts, type Work } from '../../../base/work.ts';
import type { PhysicalKind, SqlValue } from '../types.ts';
import { type ColumnVector, valueAt } from '../vector.ts';
import type { ChoiceMemory } from './choice-memory.ts';
import { chooseIntegers, writeStored } from './choose-integers.ts';
import { writeChunkRows } from './deflated.ts';
import { encodeColumn, writeHead } from './encode-column.ts';
import * as encodings from './encoding.ts';
import { sharedLengths, writeSuffixes } from './front-coded.ts';
import { writeIntegers } from './integers.ts';
import { nullBytes } from './null-bitmap.ts';
import { withScratch } from './scratch.ts';
import { writeSelfTyped } from './self-typed.ts';
import { type EncodedTexts, writeBlobs, writeTexts } from './texts.ts';
import { encodeTexts } from './utf8.ts';

/** Blocks of so few bytes are left as they are. */
const SMALL_BYTES = 512;
/** What front coding must leave at most: reading a text goes through the ones before. */
const FRONT_CODED_ADVANTAGE = 0.85;
/** What deflating must leave at most: reading a value inflates its chunk. */
const DEFLATED_ADVANTAGE = 0.8;
/** Bytes of a chunk: some 100 microseconds to inflate, and most of what a whole block would save. */
const CHUNK_BYTES = 16 * 1024;
/** Of 0 to 9: what is above it saves little and takes twice as long. */
const DEFLATE_LEVEL = 4;

/** Stores rows [from, to) of texts, blobs or self-typed values; true when that takes the encodings of segments. */
export function* storeStrings(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  memory: ChoiceMemory,
  cold: boolean,
): Work<boolean> {
  const simple = new ByteWriter(4096);
  withScratch(() => encodeColumn(simple, physical, vector, from, to));
  const values = isPlain(simple) ? valuesOf(physical, vector, from, to) : null;
  const best = values === null ? null : yield* chooseStrings(physical, values, simple.length, memory, cold);
  if (best === null) {
    writer.raw(simple.bytes());
    return false;
  }
  writeHead(writer, best.encoding, physical === 'any' ? null : nullBytes(vector, from, to));
  writer.raw(best.bytes);
  return true;
}

/** Neither constant nor with a dictionary of its own, nor small. */
function isPlain(simple: ByteWriter): boolean {
  const encoding = simple.bytes()[0] & ~encodings.HAS_NULLS;
  const { PLAIN_TEXT, PLAIN_BLOB, SELF_TYPED } = encodings;
  return simple.length > SMALL_BYTES && [PLAIN_TEXT, PLAIN_BLOB, SELF_TYPED].includes(encoding);
}

/** With nothing in the place of a NULL, but in an ANY column, where NULL is a value. */
function valuesOf(physical: PhysicalKind, vector: ColumnVector, from: number, to: number): SqlValue[] {
  const empty = physical === 'text' ? '' : physical === 'blob' ? new Uint8Array(0) : null;
  const values: SqlValue[] = [];
  for (let i = from; i < to; i++) values.push(valueAt(vector, physical, i) ?? empty);
  return values;
}

interface StoredStrings {
  readonly encoding: number;
  readonly bytes: Uint8Array;
}

/** Null where none is much smaller than `plainBytes`. */
function* chooseStrings(
  physical: PhysicalKind,
  values: readonly SqlValue[],
  plainBytes: number,
  memory: ChoiceMemory,
  cold: boolean,
): Work<StoredStrings | null> {
  const front = physical === 'text' ? withScratch(() => frontCoded(values as readonly string[], memory)) : null;
  const isGood = front !== null && front.length < plainBytes * FRONT_CODED_ADVANTAGE;
  const best = isGood ? { encoding: encodings.FRONT_CODED, bytes: front } : null;
  if (!cold || !memory.mayDeflate()) return best;
  const limitBytes = (best === null ? plainBytes : best.bytes.length) * DEFLATED_ADVANTAGE;
  const chunks = yield* deflated(physical, values, plainBytes, isGood, memory, limitBytes);
  if (chunks === null) memory.deflateFailed();
  return chunks === null ? best : { encoding: encodings.DEFLATED, bytes: chunks };
}

/** Texts as front-coded ones, without the byte of the encoding; null where they would expand to too much. */
export function frontCoded(texts: readonly string[], memory: ChoiceMemory): Uint8Array | null {
  const lengths = new Float64Array(texts.length);
  return finish(frontCodedInSteps({ bytes: encodeTexts(texts, lengths), lengths }, memory));
}

/** {@link frontCoded}, in steps. */
export function* frontCodedInSteps({ bytes, lengths }: EncodedTexts, memory: ChoiceMemory): Work<Uint8Array | null> {
  if (bytes.length > LIMITS.expandedBlockBytes) return null;
  const shared = sharedLengths(bytes, lengths);
  const suffixLengths = new Float64Array(lengths.length);
  let suffixBytes = 0;
  for (let i = 0; i < lengths.length; i++) {
    suffixLengths[i] = lengths[i] - shared[i];
    suffixBytes += suffixLengths[i];
  }
  yield lengths.length;
  const writer = new ByteWriter(bytes.length + 64);
  writer.varint(suffixBytes);
  writeStored(writer, chooseIntegers(shared, memory.part('shared')));
  yield lengths.length;
  writeStored(writer, chooseIntegers(suffixLengths, memory.part('suffixes')));
  yield lengths.length;
  writeSuffixes(writer, bytes, lengths, shared);
  return writer.bytes();
}

/** The texts' bytes, as those of writeTexts are, in steps. */
export function* encodedInSteps(texts: readonly string[]): Work<EncodedTexts> {
  const lengths = new Float64Array(texts.length);
  const parts: Uint8Array[] = [];
  let lengthBytes = 0;
  yield* overTexts(texts.length, (from, to) => {
    const part = encodeTexts(texts.slice(from, to), lengths.subarray(from, to));
    parts.push(part);
    lengthBytes += part.length;
  });
  const writer = new ByteWriter(lengthBytes);
  for (const part of parts) writer.raw(part);
  return { bytes: writer.bytes(), lengths };
}

/** Null where the first chunk, or all together, take too much. */
function* deflated(
  physical: PhysicalKind,
  values: readonly SqlValue[],
  plainBytes: number,
  isFrontCoded: boolean,
  memory: ChoiceMemory,
  limitBytes: number,
): Work<Uint8Array | null> {
  const chunkCount = Math.min(values.length, Math.ceil(plainBytes / CHUNK_BYTES));
  const chunkRows = Math.ceil(values.length / chunkCount);
  const lengths: number[] = [];
  const chunks: Uint8Array[] = [];
  let compressedBytes = 0;
  for (let from = 0; from < values.length; from += chunkRows) {
    yield chunkRows;
    const some = values.slice(from, from + chunkRows);
    const block = withScratch(() => chunkBlock(physical, some, isFrontCoded, memory));
    const compressed = deflateSync(block, { level: DEFLATE_LEVEL });
    lengths.push(block.length);
    chunks.push(compressed);
    compressedBytes += compressed.length;
    const partDone = Math.min(1, (from + chunkRows) / values.length);
    if (compressedBytes >= limitBytes * partDone) return null;
  }
  const writer = new ByteWriter(compressedBytes + 256);
  writeChunkRows(writer, chunkRows);
  writeIntegers(writer, Float64Array.from(lengths), 0, lengths.length);
  writeIntegers(
    writer,
    Float64Array.from(chunks, ({ length }) => length),
    0,
    chunks.length,
  );
  for (const chunk of chunks) writer.raw(chunk);
  return writer.bytes();
}

function chunkBlock(
  physical: PhysicalKind,
  values: readonly SqlValue[],
  isFrontCoded: boolean,
  memory: ChoiceMemory,
): Uint8Array {
  const writer = new ByteWriter(CHUNK_BYTES * 2);
  switch (physical) {
    case 'text': {
      const texts = values as readonly string[];
      const front = isFrontCoded ? frontCoded(texts, memory.part('chunks')) : null;
      writer.u8(front === null ? encodings.PLAIN_TEXT : encodings.FRONT_CODED);
      if (front === null) writeTexts(writer, texts);
      else writer.raw(front);
      break;
    }
    case 'blob':
      writer.u8(encodings.PLAIN_BLOB);
      writeBlobs(writer, values as readonly Uint8Array[]);
      break;
    default:
      writer.u8(encodings.SELF_TYPED);
      for (const value of values) writeSelfTyped(writer, value);
  }
  return writer.bytes();
}
