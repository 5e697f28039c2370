import { expect, test } from 'vitest';
import type { Work } from '../../../src/base/work.ts';
import { ChoiceMemory } from '../../../src/engine/column/encodings/choice-memory.ts';
import { encodedInSteps, frontCoded, frontCodedInSteps } from '../../../src/engine/column/encodings/store-strings.ts';
import type { ColumnVector, DictionaryVector } from '../../../src/engine/column/vector.ts';
import { FRESH } from '../../../src/engine/column/vector-room.ts';
import { BlockJoiner } from '../../../src/engine/jobs/join-blocks.ts';
import { sharedDictionary } from '../../../src/engine/segment/segment-text.ts';
import { sortInSteps } from '../../../src/engine/table/sort-permutation.ts';

// Background work holds the thread for a step at a time: none may go over all texts of a large dictionary.

const COUNT = 60_000;
/** What one step looks at when it goes over texts, and when it sorts some. */
const OVER = 4096;
const SORTING = 50_000;

const texts = Array.from({ length: COUNT }, (_, i) => `text ${(i * 7919) % COUNT}`);

/** The result, and how often one step has read an element at most. */
function watched<T>(of: readonly string[], work: (texts: readonly string[]) => Work<T>): { result: T; most: number } {
  let reads = 0;
  let most = 0;
  const counting = new Proxy(of as string[], {
    get: (target, name, receiver) => {
      if (typeof name === 'string' && name.charCodeAt(0) <= 57) reads++;
      return Reflect.get(target, name, receiver);
    },
  });
  for (const steps = work(counting); ; reads = 0) {
    const step = steps.next();
    most = Math.max(most, reads);
    if (step.done === true) return { result: step.value, most };
  }
}

function coded(dictionary: readonly string[]): DictionaryVector {
  return { kind: 'dictionary', dictionary, codes: Uint32Array.from(texts, (_, i) => i), nulls: null };
}

test('blocks of two dictionaries are joined', () => {
  const { result, most } = watched(texts, function* (some) {
    const joiner = new BlockJoiner(COUNT + 1, FRESH);
    yield* joiner.add(coded(some));
    yield* joiner.add({ kind: 'dictionary', dictionary: ['text 0'], codes: Uint32Array.of(0), nulls: null });
    return joiner.finish();
  });
  expect(most).toBeLessThanOrEqual(OVER);
  expect(result).toMatchObject({ kind: 'dictionary', dictionary: { length: COUNT } });
  expect((result as DictionaryVector).codes[COUNT]).toBe(texts.indexOf('text 0'));
});

test('a dictionary of which half the texts are in use is sorted', () => {
  const vector = (some: readonly string[]): ColumnVector => ({
    ...coded(some),
    codes: Uint32Array.from({ length: 2 * COUNT }, (_, i) => (i % (COUNT / 2)) * 2),
  });
  const { result, most } = watched(texts, (some) => sharedDictionary(vector(some), 2 * COUNT, FRESH));
  expect(most).toBeLessThanOrEqual(SORTING);
  const used = texts.filter((_, i) => i % 2 === 0);
  expect(result?.dictionary).toEqual([...used].sort());
  expect(Array.from(result?.codes.subarray(0, 3) ?? [], (code) => result?.dictionary[code])).toEqual(used.slice(0, 3));
});

test('rows are sorted by texts of a dictionary, and by their own', () => {
  const expected = texts.map((_, i) => i).sort((a, b) => (texts[a] < texts[b] ? -1 : 1));
  for (const collation of ['BINARY', 'NOCASE'] as const) {
    const key = { descending: false, collation };
    const ranked = watched(texts, (some) => sortInSteps([{ ...key, vector: coded(some) }], COUNT));
    expect(ranked.most).toBeLessThanOrEqual(OVER);
    expect([...ranked.result]).toEqual(expected);
    const plain = watched(texts, (some) => sortInSteps([{ ...key, vector: { kind: 'value', values: some } }], COUNT));
    expect(plain.most).toBeLessThanOrEqual(OVER);
    expect([...plain.result]).toEqual(expected);
  }
});

test('texts are encoded as they are at once', () => {
  const mixed = texts.map((text, i) => (i % 1000 === 0 ? `${text} ü \ud800` : text));
  const { result, most } = watched(mixed, encodedInSteps);
  expect(most).toBeLessThanOrEqual(OVER);
  const steps = frontCodedInSteps(result, new ChoiceMemory());
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done !== true) continue;
    expect(step.value).toEqual(frontCoded(mixed, new ChoiceMemory()));
    break;
  }
});
