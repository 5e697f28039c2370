import { assert } from '../../../base/assert.ts';
import type { ByteWriter } from '../../../base/bytes.ts';
import type { ColumnValue, PhysicalKind, SqlValue } from '../types.ts';
import type { BigintVector, ColumnVector, ValueVector } from '../vector.ts';
import { bigintRange, isSafeRange, numbersLess } from './bigint-range.ts';
import { planDecimals, writeDecimals } from './decimal.ts';
import {
  buildDictionary,
  compactDictionary,
  type LocalDictionary,
  repeatOverNulls,
  writeLocalDictionary,
} from './dictionary.ts';
import * as encodings from './encoding.ts';
import { planIntegers, profileIntegers, writePlanned } from './integers.ts';
import { countNulls, nullBytes, writeNullBitmap } from './null-bitmap.ts';
import { writePlainBigints, writePlainNumbers } from './plain-numbers.ts';
import { scratchCopy, withScratch } from './scratch.ts';
import { writeColumnValue, writeSelfTyped } from './self-typed.ts';
import { writeBlobs, writeTexts } from './texts.ts';

/**
 * Appends rows [from, to) of a vector as a self-delimiting column block, in the smallest of the encodings that are quick
 * to choose: commits wait for this. Exact: bit patterns of reals survive, except that -0 in an integer column is 0.
 */
export function encodeColumn(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
): void {
  withScratch(() => encodeRows(writer, physical, vector, from, to));
}

function encodeRows(writer: ByteWriter, physical: PhysicalKind, vector: ColumnVector, from: number, to: number): void {
  const nulls = physical === 'any' ? null : nullBytes(vector, from, to);
  if (from === to || (nulls !== null && countNulls(nulls) === to - from)) {
    writer.u8(encodings.ALL_NULL);
    return;
  }
  switch (vector.kind) {
    case 'number':
      encodeNumbers(writer, physical, vector.values, from, to, nulls);
      return;
    case 'bigint':
      encodeBigints(writer, vector, from, to, nulls);
      return;
    case 'dictionary':
      encodeText(writer, compactDictionary(vector.codes, vector.dictionary, from, to, nulls), null, nulls);
      return;
    case 'value':
      encodeValues(writer, physical, vector, from, to, nulls);
      return;
  }
}

export function writeHead(writer: ByteWriter, encoding: number, nulls: Uint8Array | null): void {
  if (nulls === null) {
    writer.u8(encoding);
    return;
  }
  writer.u8(encoding | encodings.HAS_NULLS);
  writeNullBitmap(writer, nulls, 0, nulls.length);
}

function writeConstant(writer: ByteWriter, physical: PhysicalKind, value: ColumnValue, nulls: Uint8Array | null): void {
  writeHead(writer, encodings.CONSTANT, nulls);
  writeColumnValue(writer, physical, value);
}

/** NULL rows must not widen a frame or break a run: they repeat the value before them. */
function encodeNumbers(
  writer: ByteWriter,
  physical: PhysicalKind,
  values: Float64Array,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): void {
  if (nulls !== null) {
    values = scratchCopy(values, from, to);
    repeatOverNulls(values, nulls);
    to -= from;
    from = 0;
  }
  if (physical === 'real') encodeReals(writer, values, from, to, nulls);
  else encodeIntegers(writer, values, from, to, nulls);
}

function encodeIntegers(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): void {
  const profile = profileIntegers(values, from, to);
  if (profile.min === profile.max) {
    writeConstant(writer, 'integer', profile.min, nulls);
    return;
  }
  const plan = planIntegers(values, from, to, profile);
  writeHead(writer, plan.encoding, nulls);
  writePlanned(writer, values, from, to, plan);
}

function encodeReals(
  writer: ByteWriter,
  values: Float64Array,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): void {
  const first = values[from];
  // NaN is not a constant: its payload would be lost in a number variable.
  let same = from;
  if (!Number.isNaN(first)) while (same < to && Object.is(values[same], first)) same++;
  if (same === to) {
    writeConstant(writer, 'real', first, nulls);
    return;
  }
  const plan = planDecimals(values, from, to);
  if (plan !== null) {
    writeHead(writer, encodings.DECIMAL, nulls);
    writeDecimals(writer, values, from, plan);
    return;
  }
  writeHead(writer, encodings.PLAIN, nulls);
  writePlainNumbers(writer, values, from, to);
}

/** Integers of a range that are all safe after all are stored as such. */
function encodeBigints(
  writer: ByteWriter,
  vector: BigintVector,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): void {
  const { values } = vector;
  const range = bigintRange(values, from, to, nulls);
  if (isSafeRange(range)) {
    encodeNumbers(writer, 'integer', numbersLess(0n, values, from, to, nulls), 0, to - from, nulls);
  } else if (range.min === range.max) {
    writeConstant(writer, 'integer', range.min, nulls);
  } else {
    writeHead(writer, encodings.PLAIN_BIGINT, nulls);
    writePlainBigints(writer, nulls === null ? values : zeroNulls(values, nulls, from, to), from, to);
  }
}

/** The same bytes must come from the same rows: what lies under a NULL is anything. */
function zeroNulls(values: BigInt64Array, nulls: Uint8Array, from: number, to: number): BigInt64Array {
  const cleared = values.slice(0, to);
  for (let i = from; i < to; i++) if (nulls[i - from] === 1) cleared[i] = 0n;
  return cleared;
}

function encodeValues(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ValueVector,
  from: number,
  to: number,
  nulls: Uint8Array | null,
): void {
  const { values } = vector;
  switch (physical) {
    case 'text': {
      const texts: string[] = [];
      for (let i = from; i < to; i++) texts.push((values[i] ?? '') as string);
      encodeText(writer, buildDictionary(texts), texts, nulls);
      return;
    }
    case 'blob': {
      const blobs: Uint8Array[] = [];
      for (let i = from; i < to; i++) blobs.push((values[i] ?? NO_BYTES) as Uint8Array);
      writeHead(writer, encodings.PLAIN_BLOB, nulls);
      writeBlobs(writer, blobs);
      return;
    }
    case 'any':
      encodeSelfTyped(writer, values, from, to);
      return;
    default:
      assert(false, `a vector of values in a column of kind ${physical}`);
  }
}

const NO_BYTES = new Uint8Array(0);

function encodeSelfTyped(writer: ByteWriter, values: readonly SqlValue[], from: number, to: number): void {
  const first = values[from];
  let same = from + 1;
  while (same < to && sameValue(values[same], first)) same++;
  if (same === to) {
    if (first === null) writer.u8(encodings.ALL_NULL);
    else writeConstant(writer, 'any', first, null);
    return;
  }
  writer.u8(encodings.SELF_TYPED);
  for (let i = from; i < to; i++) writeSelfTyped(writer, values[i]);
}

/** Blobs count as different: comparing them is not worth it. */
function sameValue(a: SqlValue, b: SqlValue): boolean {
  return Object.is(a, b) && !(typeof a === 'object' && a !== null);
}

/** Text as a dictionary of its own or plain, whichever is smaller. `texts` are the rows where the caller has them. */
function encodeText(
  writer: ByteWriter,
  local: LocalDictionary | null,
  texts: readonly string[] | null,
  nulls: Uint8Array | null,
): void {
  if (local === null) {
    writeHead(writer, encodings.PLAIN_TEXT, nulls);
    writeTexts(writer, texts ?? []);
    return;
  }
  const { entries, codes } = local;
  if (entries.length === 1) {
    writeConstant(writer, 'text', entries[0], nulls);
  } else if (entries.length * 4 <= codes.length * 3) {
    writeHead(writer, encodings.LOCAL_DICTIONARY, nulls);
    writeLocalDictionary(writer, local);
  } else {
    writeHead(writer, encodings.PLAIN_TEXT, nulls);
    writeTexts(writer, texts ?? textsOf(local, nulls));
  }
}

function textsOf(local: LocalDictionary, nulls: Uint8Array | null): string[] {
  const texts: string[] = [];
  for (let i = 0; i < local.codes.length; i++) {
    texts.push(nulls !== null && nulls[i] === 1 ? '' : local.entries[local.codes[i]]);
  }
  return texts;
}
