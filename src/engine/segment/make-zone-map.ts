import { compareText, compareValues } from '../column/compare.ts';
import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { isNullAt } from '../column/vector.ts';
import type { ZoneMap } from './segment-format.ts';

/** Bounds of texts and blobs are shortened to this many UTF-16 code units or bytes. */
const BOUND_LENGTH = 32;

/** The zone map of rows [from, to) of a vector. `sorted`: a dictionary vector's codes are in the order of its texts. */
export function zoneMapOf(
  physical: PhysicalKind,
  vector: ColumnVector,
  from: number,
  to: number,
  sorted: boolean,
): ZoneMap {
  const rowCount = to - from;
  const nullCount = countNulls(vector, from, to);
  if (nullCount === rowCount || physical === 'any') return { rowCount, nullCount, min: null, max: null };
  switch (vector.kind) {
    case 'number':
      return { rowCount, nullCount, ...numberBounds(vector.values, vector.nulls, from, to) };
    case 'bigint':
      return { rowCount, nullCount, ...valueBounds(rowValues(vector.values, vector, from, to)) };
    case 'dictionary':
      if (sorted)
        return { rowCount, nullCount, ...codeBounds(vector.codes, vector.dictionary, vector.nulls, from, to) };
      return { rowCount, nullCount, ...valueBounds(new Set(dictionaryTexts(vector, from, to))) };
    case 'value':
      if (vector.large !== undefined) return { rowCount, nullCount, ...NO_BOUNDS };
      return { rowCount, nullCount, ...valueBounds(rowValues(vector.values, vector, from, to)) };
  }
}

interface Bounds {
  readonly min: ColumnValue;
  readonly max: ColumnValue;
}

const NO_BOUNDS: Bounds = { min: null, max: null };

function countNulls(vector: ColumnVector, from: number, to: number): number {
  if (vector.kind !== 'value' && vector.nulls === null) return 0;
  let count = 0;
  for (let i = from; i < to; i++) if (isNullAt(vector, i)) count++;
  return count;
}

function numberBounds(values: Float64Array, nulls: Uint8Array | null, from: number, to: number): Bounds {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let hasNan = false;
  for (let i = from; i < to; i++) {
    if (nulls !== null && nulls[i] === 1) continue;
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) hasNan = true;
  }
  return hasNan ? NO_BOUNDS : { min, max };
}

function codeBounds(
  codes: Uint32Array,
  dictionary: readonly string[],
  nulls: Uint8Array | null,
  from: number,
  to: number,
): Bounds {
  let min = dictionary.length;
  let max = 0;
  for (let i = from; i < to; i++) {
    if (nulls !== null && nulls[i] === 1) continue;
    const code = codes[i];
    if (code < min) min = code;
    if (code > max) max = code;
  }
  return { min: shortenedDown(dictionary[min]), max: shortenedUp(dictionary[max]) };
}

function* rowValues(
  values: ArrayLike<ColumnValue>,
  vector: ColumnVector,
  from: number,
  to: number,
): Generator<ColumnValue> {
  for (let i = from; i < to; i++) if (!isNullAt(vector, i)) yield values[i];
}

function* dictionaryTexts(
  vector: Extract<ColumnVector, { kind: 'dictionary' }>,
  from: number,
  to: number,
): Generator<string> {
  for (let i = from; i < to; i++) if (!isNullAt(vector, i)) yield vector.dictionary[vector.codes[i]];
}

function valueBounds(values: Iterable<ColumnValue>): Bounds {
  let min: ColumnValue = null;
  let max: ColumnValue = null;
  for (const value of values) {
    if (min === null || compareValues(value, min) < 0) min = value;
    if (max === null || compareValues(value, max) > 0) max = value;
  }
  return { min: shortenedDown(min), max: shortenedUp(max) };
}

/** A prefix sorts before every text that it begins. */
function shortenedDown(value: ColumnValue): ColumnValue {
  if (typeof value === 'string') return value.length <= BOUND_LENGTH ? value : textPrefix(value);
  if (value instanceof Uint8Array) return value.slice(0, BOUND_LENGTH);
  return value;
}

/** The prefix with its last character raised sorts after every text that it begins; no bound where none can be raised. */
function shortenedUp(value: ColumnValue): ColumnValue {
  if (typeof value === 'string') return value.length <= BOUND_LENGTH ? value : raisedText(textPrefix(value));
  if (value instanceof Uint8Array) return value.length <= BOUND_LENGTH ? value.slice() : raisedBlob(value);
  return value;
}

/** Never ends inside of a surrogate pair. */
function textPrefix(text: string): string {
  const unit = text.charCodeAt(BOUND_LENGTH - 1);
  return text.slice(0, unit >= 0xd800 && unit < 0xdc00 ? BOUND_LENGTH - 1 : BOUND_LENGTH);
}

function raisedText(prefix: string): string | null {
  const points = Array.from(prefix);
  while (points.length > 0) {
    const last = points.pop()?.codePointAt(0) ?? 0;
    if (last < 0xd7ff || (last >= 0xe000 && last < 0x10ffff)) return points.join('') + String.fromCodePoint(last + 1);
    if (last < 0xe000) return `${points.join('')}\ue000`;
  }
  return null;
}

function raisedBlob(blob: Uint8Array): Uint8Array | null {
  for (let length = BOUND_LENGTH; length > 0; length--) {
    if (blob[length - 1] === 0xff) continue;
    const raised = blob.slice(0, length);
    raised[length - 1]++;
    return raised;
  }
  return null;
}

/** True when `actual`, counted anew, contradicts what was stored. */
export function contradicts(stored: ZoneMap, actual: ZoneMap): boolean {
  if (stored.rowCount !== actual.rowCount || stored.nullCount !== actual.nullCount) return true;
  return boundDiffers(stored.min, actual.min) || boundDiffers(stored.max, actual.max);
}

function boundDiffers(a: ColumnValue, b: ColumnValue): boolean {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b) !== 0;
  return (a === null) !== (b === null) || compareValues(a, b) !== 0;
}

/** Bounds as a column, for the directory; NULL where unknown. */
export function vectorOfBounds(physical: PhysicalKind, bounds: readonly ColumnValue[]): ColumnVector {
  if (physical === 'text' || physical === 'blob' || physical === 'any') return { kind: 'value', values: bounds };
  const nulls = Uint8Array.from(bounds, (bound) => (bound === null ? 1 : 0));
  if (bounds.some((bound) => typeof bound === 'bigint')) {
    return {
      kind: 'bigint',
      values: BigInt64Array.from(bounds, (bound) => BigInt((bound ?? 0) as number | bigint)),
      nulls,
    };
  }
  return { kind: 'number', values: Float64Array.from(bounds, (bound) => (bound ?? 0) as number), nulls };
}
