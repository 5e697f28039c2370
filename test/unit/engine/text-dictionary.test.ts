import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/base/limits.ts';
import { DeltaColumn } from '../../../src/engine/table/delta-column.ts';
import { TextDictionary } from '../../../src/engine/table/text-dictionary.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { testSeeds, withSeed } from '../../sim/seeds.ts';

describe('the dictionary of a growing column', () => {
  test('gives a text the same code wherever it comes in what is polled, and in what breaks its order', () => {
    for (const seed of testSeeds(5)) withSeed(seed, () => poll(new SeededRandom(seed)));
  });

  test('a lone surrogate is replaced each time, also where the text comes round in order', () => {
    const dictionary = new TextDictionary();
    const codes = ['a', 'x\ud800', 'a', 'x\ud800', 'x\ufffd'].map((text) => dictionary.codeOfNext(text));
    expect(dictionary.texts).toEqual(['a', 'x\ufffd']);
    expect(codes).toEqual([0, 1, 0, 1, 1]);
  });

  test('when it is full, the texts that it has keep their codes and others have none', () => {
    const dictionary = new TextDictionary();
    for (let i = 0; i < LIMITS.dictionaryEntries; i++) dictionary.codeOfNext(`text ${i}`);
    expect(dictionary.isFull).toBe(true);
    const codes = ['text 0', 'new', 'text 1', 'text 2', 'new', 'text 3'].map((text) => dictionary.codeOfNext(text));
    expect(codes).toEqual([0, -1, 1, 2, -1, 3]);
  });

  test('a column that was cut back and goes on in the same order holds what it was given', () => {
    const column = new DeltaColumn('text');
    const sensors = Array.from({ length: 7 }, (_, i) => `sensor ${i}`);
    for (let row = 0; row < 200; row++) column.append(sensors[row % 7]);
    for (const length of [199, 64, 63, 5, 0]) {
      column.truncate(length);
      for (let row = length; row < 200; row++) column.append(row % 11 === 0 ? null : sensors[row % 7]);
      for (let row = length; row < 200; row++) expect(column.get(row)).toBe(row % 11 === 0 ? null : sensors[row % 7]);
    }
  });
});

/** A cycle of texts, with some that come out of order, against a map. */
function poll(random: SeededRandom): void {
  const dictionary = new TextDictionary();
  const expected = new Map<string, number>();
  const cycle = Array.from({ length: 1 + random.below(9) }, (_, i) => `sensor ${i % 6}`);
  for (let i = 0; i < 500; i++) {
    const text = random.chance(0.1) ? `other ${random.below(20)}` : cycle[i % cycle.length];
    const code = random.chance(0.1) ? dictionary.codeOf(text) : dictionary.codeOfNext(text);
    if (!expected.has(text)) expected.set(text, expected.size);
    expect(code).toBe(expected.get(text));
    expect(dictionary.texts[code]).toBe(text);
  }
}
