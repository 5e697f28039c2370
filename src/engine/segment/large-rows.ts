import { crc32c } from '../../base/crc32c.ts';
import { inSteps, type Work } from '../../base/work.ts';
import type { OutlinedPlaces } from '../column/encodings/registry.ts';
import { isLarge, type LargeRows, type LargeValue, placeholder } from '../column/large-values.ts';
import type { SqlValue } from '../column/types.ts';
import type { ColumnVector, DictionaryVector, ValueVector } from '../column/vector.ts';

/** A column with its large values taken out: there are placeholders in their rows. */
export interface SeparatedColumn {
  readonly vector: ColumnVector;
  readonly large: LargeRows;
}

const encoder = new TextEncoder();

/** Takes the large values out of a column's `rowCount` rows; null where it has none. */
export function* separateLarge(vector: ColumnVector, rowCount: number): Work<SeparatedColumn | null> {
  if (vector.kind === 'dictionary') return separatedTexts(vector, rowCount);
  return vector.kind === 'value' ? yield* separatedValues(vector, rowCount) : null;
}

function separatedTexts(vector: DictionaryVector, rowCount: number): SeparatedColumn | null {
  const { codes, dictionary, nulls } = vector;
  const stored = new Map<number, LargeValue>();
  dictionary.forEach((text, code) => {
    if (isLarge(text)) stored.set(code, largeValueOf(text));
  });
  const large = new Map<number, LargeValue>();
  for (let row = 0; row < rowCount && stored.size > 0; row++) {
    const value = nulls !== null && nulls[row] === 1 ? undefined : stored.get(codes[row]);
    if (value !== undefined) large.set(row, value);
  }
  if (large.size === 0) return null;
  const short = dictionary.map((text) => (isLarge(text) ? '' : text));
  return { vector: { kind: 'dictionary', codes, dictionary: short, nulls }, large };
}

function* separatedValues(vector: ValueVector, rowCount: number): Work<SeparatedColumn | null> {
  if (vector.large === undefined) {
    const { values } = vector;
    const hasNone = yield* inSteps(rowCount, (from, to) => {
      for (let row = from; row < to; row++) if (isLarge(values[row])) return false;
      return true;
    });
    if (hasNone) return null;
  }
  const large = new Map<number, LargeValue>(vector.large);
  const values: SqlValue[] = [];
  yield* inSteps(rowCount, (from, to) => {
    for (let row = from; row < to; row++) {
      const known = large.get(row);
      const value = known === undefined ? vector.values[row] : null;
      if (isLarge(value)) large.set(row, largeValueOf(value));
      const outside = large.get(row);
      values.push(outside === undefined ? value : placeholder(outside.kind));
    }
  });
  return large.size === 0 ? null : { vector: { kind: 'value', values }, large };
}

function largeValueOf(value: string | Uint8Array): LargeValue {
  const isText = typeof value === 'string';
  const bytes = isText ? encoder.encode(value) : value;
  return {
    kind: isText ? 'text' : 'blob',
    lengthBytes: bytes.length,
    crc: crc32c(bytes),
    bytes: () => bytes,
    value: () => value,
  };
}

/**
 * The large values of rows [from, to), each once however many rows have it, to lie one after the other from `offset`;
 * null where there are none.
 */
export function placesOf(large: LargeRows, from: number, to: number, offset: number): OutlinedPlaces | null {
  const rows: number[] = [];
  const numbers: number[] = [];
  const numberOf = new Map<LargeValue, number>();
  for (let row = from; row < to; row++) {
    const value = large.get(row);
    if (value === undefined) continue;
    let number = numberOf.get(value);
    if (number === undefined) {
      number = numberOf.size;
      numberOf.set(value, number);
    }
    rows.push(row - from);
    numbers.push(number);
  }
  return rows.length === 0 ? null : { rows, numbers, values: [...numberOf.keys()], offset };
}
