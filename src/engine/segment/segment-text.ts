import { LIMITS } from '../../base/limits.ts';
import { inSteps, overTexts, type Work } from '../../base/work.ts';
import { compareText } from '../column/compare.ts';
import { mergeSort } from '../column/merge-sort.ts';
import type { ColumnVector, DictionaryVector, ValueVector } from '../column/vector.ts';
import type { VectorRoom } from '../column/vector-room.ts';

/** A dictionary must be used this often on average, or it only doubles what it holds. */
const ROWS_PER_ENTRY = 2;

/**
 * A text column of a whole segment as codes of a dictionary that holds just the texts in use, in code point order: so
 * codes compare as their texts do. Null where the texts are too many or too seldom repeated: then it is stored plain.
 */
export function* sharedDictionary(
  vector: ColumnVector,
  rowCount: number,
  room: VectorRoom,
): Work<DictionaryVector | null> {
  const limit = Math.min(LIMITS.dictionaryEntries, Math.floor(rowCount / ROWS_PER_ENTRY));
  if (vector.kind === 'dictionary') return yield* compacted(vector, rowCount, limit, room);
  return vector.kind === 'value' ? yield* collected(vector, rowCount, limit, room) : null;
}

function* compacted(
  vector: DictionaryVector,
  rowCount: number,
  limit: number,
  room: VectorRoom,
): Work<DictionaryVector | null> {
  const { codes, nulls, dictionary } = vector;
  const used = new Uint8Array(dictionary.length);
  yield* inSteps(rowCount, (from, to) => {
    for (let i = from; i < to; i++) if (nulls === null || nulls[i] === 0) used[codes[i]] = 1;
  });
  const found = codesInUse(used);
  if (found.length > limit) return null;
  const inUse = yield* mergeSort(found, new Uint32Array(found.length), (a, b) =>
    compareText(dictionary[a], dictionary[b]),
  );
  const renumbered = new Uint32Array(dictionary.length);
  const texts: string[] = [];
  yield* inSteps(inUse.length, (from, to) => {
    for (let i = from; i < to; i++) {
      renumbered[inUse[i]] = i;
      texts.push(dictionary[inUse[i]]);
    }
  });
  const sortedCodes = room.codes(rowCount);
  yield* inSteps(rowCount, (from, to) => {
    for (let i = from; i < to; i++) sortedCodes[i] = renumbered[codes[i]];
  });
  return { kind: 'dictionary', codes: sortedCodes, dictionary: texts, nulls };
}

function codesInUse(used: Uint8Array): Uint32Array {
  const codes = new Uint32Array(used.length);
  let count = 0;
  for (let code = 0; code < used.length; code++) if (used[code] === 1) codes[count++] = code;
  return codes.subarray(0, count);
}

function* collected(
  vector: ValueVector,
  rowCount: number,
  limit: number,
  room: VectorRoom,
): Work<DictionaryVector | null> {
  const dictionary: string[] = [];
  const byText = new Map<string, number>();
  const codes = new Uint32Array(rowCount);
  const nulls = new Uint8Array(rowCount);
  const hasRoom = yield* overTexts(rowCount, (from, to) => {
    for (let i = from; i < to; i++) {
      const text = vector.values[i] as string | null;
      if (text === null) nulls[i] = 1;
      else {
        const code = byText.get(text) ?? dictionary.push(text) - 1;
        byText.set(text, code);
        codes[i] = code;
      }
    }
    return dictionary.length <= limit;
  });
  if (!hasRoom) return null;
  const collectedCodes: DictionaryVector = {
    kind: 'dictionary',
    codes,
    dictionary,
    nulls: nulls.includes(1) ? nulls : null,
  };
  return yield* compacted(collectedCodes, rowCount, limit, room);
}
