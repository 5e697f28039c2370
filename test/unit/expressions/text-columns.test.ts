import { expect, test } from 'vitest';
import type { DictionaryVector } from '../../../src/engine/column/vector.ts';
import { VectorBatch } from '../../../src/sql/expressions/batch.ts';
import { compileFilter } from '../../../src/sql/expressions/evaluate/filter.ts';
import { STATIC_TYPES } from '../../../src/sql/expressions/static-type.ts';
import { bound, testContext } from './bind.ts';

const COLUMNS = ['a', 'b'].map((name) => ({ name, type: STATIC_TYPES.TEXT }));

function column(dictionary: readonly string[], texts: readonly string[]): DictionaryVector {
  const codes = Uint32Array.from(texts, (text) => dictionary.indexOf(text));
  return { kind: 'dictionary', codes, dictionary, nulls: null };
}

test('texts of two columns compare alike before and after their dictionaries are ranked, and when these grow', () => {
  const a: string[] = ['m', 'c'];
  const b: string[] = ['n', 'c'];
  const filter = compileFilter(bound('a < b', COLUMNS), ['text', 'text']);
  const texts = (dictionary: readonly string[], step: number) =>
    Array.from({ length: 7 }, (_, i) => dictionary[(i * step) % dictionary.length]);
  for (const [newA, newB] of [
    ['', ''],
    ['', ''],
    ['', 'b'],
    ['x', ''],
    ['', ''],
    ['\u{1F600}', '\uFFFF'],
    ['', ''],
  ]) {
    if (newA !== '') a.push(newA);
    if (newB !== '') b.push(newB);
    for (let repeat = 0; repeat < 4; repeat++) {
      const [left, right] = [texts(a, 1), texts(b, repeat)];
      const batch = new VectorBatch([column(a, left), column(b, right)], left.length);
      const { selection, count } = filter(batch, testContext([]));
      const expected = left.flatMap((text, i) => (Buffer.from(text).compare(Buffer.from(right[i])) < 0 ? [i] : []));
      expect(Array.from(selection?.subarray(0, count) ?? [])).toEqual(expected);
    }
  }
});

test('what the clock decides is asked anew in each execution, what a text alone decides is not', () => {
  const times: string[] = ['2024-01-01', '2024-06-01'];
  const filter = compileFilter(bound("a < date('now') AND length(b) < 3", COLUMNS), ['text', 'text']);
  const batch = () => new VectorBatch([column(times, times), column(['x', 'xyz'], ['x', 'x'])], 2);
  const at = (nowMicros: number) => filter(batch(), { ...testContext([]), nowMicros }).count;
  expect([at(Date.UTC(2024, 2) * 1000), at(Date.UTC(2025, 2) * 1000), at(Date.UTC(2023, 2) * 1000)]).toEqual([1, 2, 0]);
});
