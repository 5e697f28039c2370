import { LIMITS } from '../../base/limits.ts';
import { compareText } from '../column/compare.ts';
import type { ColumnVector, DictionaryVector, ValueVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';

/** A dictionary must be used this often on average, or it only doubles what it holds. */
const ROWS_PER_ENTRY = 2;

/**
 * A text column of a whole segment as codes of a dictionary that holds just the texts in use, in code point order: so
 * codes compare as their texts do. Null where the texts are too many or too seldom repeated: then it is stored plain.
 */
export function sharedDictionary(vector: ColumnVector, rowCount: number, room: VectorRoom): DictionaryVector | null {
  const limit = Math.min(LIMITS.dictionaryEntries, Math.floor(rowCount / ROWS_PER_ENTRY));
  if (vector.kind === 'dictionary') return compacted(vector, rowCount, limit, room);
  return vector.kind === 'value' ? collected(vector, rowCount, limit, room) : null;
}

function compacted(
  vector: DictionaryVector,
  rowCount: number,
  limit: number,
  room: VectorRoom,
): DictionaryVector | null {
  const { codes, nulls, dictionary } = vector;
  const used = new Uint8Array(dictionary.length);
  for (let i = 0; i < rowCount; i++) if (nulls === null || nulls[i] === 0) used[codes[i]] = 1;
  const inUse: number[] = [];
  for (let code = 0; code < used.length; code++) if (used[code] === 1) inUse.push(code);
  if (inUse.length > limit) return null;
  inUse.sort((a, b) => compareText(dictionary[a], dictionary[b]));
  const renumbered = new Uint32Array(dictionary.length);
  for (let i = 0; i < inUse.length; i++) renumbered[inUse[i]] = i;
  const sortedCodes = room.codes(rowCount);
  for (let i = 0; i < rowCount; i++) sortedCodes[i] = renumbered[codes[i]];
  return { kind: 'dictionary', codes: sortedCodes, dictionary: inUse.map((code) => dictionary[code]), nulls };
}

function collected(vector: ValueVector, rowCount: number, limit: number, room: VectorRoom): DictionaryVector | null {
  const dictionary: string[] = [];
  const byText = new Map<string, number>();
  const codes = new Uint32Array(rowCount);
  let nulls: Uint8Array | null = null;
  for (let i = 0; i < rowCount; i++) {
    const text = vector.values[i] as string | null;
    if (text === null) {
      nulls ??= new Uint8Array(rowCount);
      nulls[i] = 1;
      continue;
    }
    let code = byText.get(text);
    if (code === undefined) {
      code = dictionary.push(text) - 1;
      byText.set(text, code);
      if (dictionary.length > limit) return null;
    }
    codes[i] = code;
  }
  return compacted({ kind: 'dictionary', codes, dictionary, nulls }, rowCount, limit, room);
}
