import { expect, test } from 'vitest';
import { shortName } from '../../../src/sql/lexer/short-names.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';

test('the characters of a name are those of the text, whatever names came before', () => {
  const random = new SeededRandom(7);
  for (let i = 0; i < 20_000; i++) {
    const name = Array.from({ length: 1 + random.below(15) }, () => 'abAB01_é漢'[random.below(9)]).join('');
    const text = `(${name})`;
    expect(shortName(text, 1, text.length - 1)).toBe(name);
  }
});
