import { expect, test } from 'vitest';
import { compareText } from '../../../src/sql/expressions/values/compare.ts';
import { ranksOfTexts } from '../../../src/sql/expressions/values/text-ranks.ts';

test('ranks are in the order of code points, and equal texts share one', () => {
  const texts = ['b', '', '😀', '｡', 'a', 'B', 'b', 'ä'];
  const ranks = ranksOfTexts(texts, 'BINARY');
  for (const [i, a] of texts.entries()) {
    for (const [k, b] of texts.entries()) expect(Math.sign(ranks[i] - ranks[k])).toBe(Math.sign(compareText(a, b)));
  }
});

test('ranks follow the collation', () => {
  const nocase = ranksOfTexts(['b', 'A', 'B', 'a'], 'NOCASE');
  expect(nocase[0]).toBe(nocase[2]);
  expect(nocase[1]).toBe(nocase[3]);
  expect(nocase[1]).toBeLessThan(nocase[0]);
  expect([...ranksOfTexts(['x ', 'x', 'x a'], 'RTRIM')]).toEqual([0, 0, 1]);
});
