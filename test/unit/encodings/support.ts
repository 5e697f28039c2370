import { expect } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/base/bytes.ts';
import { finish } from '../../../src/base/work.ts';
import { ChoiceMemory } from '../../../src/engine/column/encodings/choice-memory.ts';
import {
  type EncodedColumn,
  encodeColumn,
  readColumn,
  readOneRow,
} from '../../../src/engine/column/encodings/registry.ts';
import { storeColumn } from '../../../src/engine/column/encodings/store-column.ts';
import type { ColumnValue, PhysicalKind } from '../../../src/engine/column/types.ts';
import { toSqlValue } from '../../../src/engine/column/types.ts';
import type { ColumnVector, NumberVector } from '../../../src/engine/column/vector.ts';
import { valueAt } from '../../../src/engine/column/vector.ts';

/** mulberry32: the same seed, the same numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function numbers(values: ArrayLike<number>, nulls: Uint8Array | null = null): ColumnVector {
  return { kind: 'number', values: Float64Array.from(values), nulls };
}

/** Encodes a vector's rows, reads them back and checks each, decoded together and one by one. */
export function roundTrip(
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
): { encoded: EncodedColumn; lengthBytes: number } {
  const writer = new ByteWriter(16);
  writer.u8(0xaa);
  encodeColumn(writer, physical, vector, from, to);
  return checkBlock(writer, physical, vector, from, to);
}

/** The same with the encodings that checkpoints choose. */
export function storedRoundTrip(
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  memory = new ChoiceMemory(),
): { encoded: EncodedColumn; lengthBytes: number } {
  const writer = new ByteWriter(16);
  writer.u8(0xaa);
  finish(storeColumn(writer, physical, vector, from, to, memory, { shared: false, effort: 'deflate' }));
  return checkBlock(writer, physical, vector, from, to);
}

function checkBlock(
  writer: ByteWriter,
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
): { encoded: EncodedColumn; lengthBytes: number } {
  writer.u8(0xbb);
  const reader = new ByteReader(writer.bytes().slice(), 'test');
  reader.u8();
  const encoded = readColumn(reader, physical, to - from, null);
  expect(reader.remaining).toBe(1);
  const decoded = encoded.decode();
  if (physical === 'real' && decoded.kind === 'number' && vector.kind === 'number') checkBits(decoded, vector, from);
  for (let i = 0; i < to - from; i++) {
    const expected = valueAt(vector, physical, from + i);
    const actual = valueAt(decoded, physical, i);
    if (to - from === 1) {
      const only = readOneRow(new ByteReader(writer.bytes(), 'test', 1), physical);
      expect(toSqlValue(physical, only)).toEqual(expected);
    }
    const alone = toSqlValue(physical, encoded.at(i) as ColumnValue);
    if (!Object.is(actual, expected) || !Object.is(alone, expected)) {
      expect({ row: i, actual, alone, encoding: encoded.encoding }).toEqual({
        row: i,
        actual: expected,
        alone: expected,
        encoding: encoded.encoding,
      });
    }
  }
  return { encoded, lengthBytes: writer.length - 2 };
}

/** NaN has many bit patterns, which no comparison of numbers tells apart. */
function checkBits(decoded: NumberVector, vector: NumberVector, from: number): void {
  const actual = new BigUint64Array(decoded.values.buffer, decoded.values.byteOffset, decoded.values.length);
  const expected = new BigUint64Array(vector.values.slice().buffer);
  for (let i = 0; i < actual.length; i++) {
    if (vector.nulls !== null && vector.nulls[from + i] === 1) continue;
    if (actual[i] !== expected[from + i])
      expect({ row: i, bits: actual[i] }).toEqual({ row: i, bits: expected[from + i] });
  }
}
