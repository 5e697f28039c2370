import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { charactersOf, sliceCharacters } from './characters.ts';

/** PostgreSQL's: the first letter of each word is a capital, the others are not; letters and digits make words. */
function initcap([value]: readonly SqlValue[]): SqlValue {
  return textOf(present(value)).replace(
    /[\p{L}\p{N}]+/gu,
    (word) => sliceCharacters(word, 0, 1).toUpperCase() + sliceCharacters(word, 1).toLowerCase(),
  );
}

/** overlay(x, y, start, n): n characters from start (as many as y has, if n is missing) give way to y. */
function overlay([value, replacement, from, count]: readonly SqlValue[]): SqlValue {
  const text = textOf(present(value));
  const inserted = textOf(present(replacement));
  const start = Number(integerOf(present(from)));
  if (start < 1) throw new HeliosError('INVALID_VALUE', `overlay() counts characters from 1: ${start} does not exist`);
  const removed = count === undefined ? charactersOf(inserted).length : Number(integerOf(present(count)));
  return sliceCharacters(text, 0, start - 1) + inserted + sliceCharacters(text, Math.max(0, start - 1 + removed));
}

/** Each character of `from` becomes the one at its place in `to`, or nothing where `to` is shorter. */
function translate([value, from, to]: readonly SqlValue[]): SqlValue {
  const targets = Array.from(textOf(present(to)));
  const map = new Map<string, string>();
  Array.from(textOf(present(from))).forEach((character, i) => {
    if (!map.has(character)) map.set(character, targets[i] ?? '');
  });
  let text = '';
  for (const character of textOf(present(value))) text += map.get(character) ?? character;
  return text;
}

/** SQLite's built-in: the code of how an English word sounds; '?000' without a letter. */
function soundex([value]: readonly SqlValue[]): SqlValue {
  const word = /[a-zA-Z].*$/s.exec(value === null ? '' : beforeNul(textOf(value)))?.[0];
  if (word === undefined) return '?000';
  let code = word[0].toUpperCase();
  let previous = soundexDigit(word.charCodeAt(0));
  for (let i = 1; i < word.length && code.length < 4; i++) {
    const digit = soundexDigit(word.charCodeAt(i));
    if (digit !== '0' && digit !== previous) code += digit;
    previous = digit;
  }
  return code.padEnd(4, '0');
}

/** '0' for vowels and what is no letter. */
function soundexDigit(unit: number): string {
  const letter = unit | 0x20;
  return letter >= 97 && letter <= 122 && unit >= 65 && unit < 128 ? '01230120022455012623010202'[letter - 97] : '0';
}

function repeat([value, count]: readonly SqlValue[]): SqlValue {
  const text = textOf(present(value));
  const times = Math.max(0, Number(integerOf(present(count))));
  checkTextLength(text.length * times, 'repeat');
  return text.repeat(times);
}

/** To `length` characters: filled with `fill` over and over, or cut off at the end. */
function padder(name: string, atStart: boolean) {
  return ([value, length, fill]: readonly SqlValue[]): SqlValue => {
    const text = textOf(present(value));
    const size = Math.max(0, Number(integerOf(present(length))));
    checkTextLength(size, name);
    const missing = size - charactersOf(text).length;
    if (missing <= 0) return sliceCharacters(text, 0, size);
    const filling = fill === undefined ? ' ' : textOf(present(fill));
    if (filling === '') return text;
    const characters = charactersOf(filling);
    const times = Math.ceil(missing / characters.length);
    checkTextLength(times * filling.length, name);
    const padding = sliceCharacters(filling.repeat(times), 0, missing);
    return atStart ? padding + text : text + padding;
  };
}

export const EDITING_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  define('initcap', 1, 'TEXT', initcap),
  define('overlay', [3, 4], 'TEXT', overlay),
  define('translate', 3, 'TEXT', translate),
  define('soundex', 1, 'TEXT', soundex, { nullPropagating: false }),
  define('repeat', 2, 'TEXT', repeat),
  define('lpad', [2, 3], 'TEXT', padder('lpad', true)),
  define('rpad', [2, 3], 'TEXT', padder('rpad', false)),
  define('starts_with', 2, 'INTEGER', ([value, start]) =>
    textOf(present(value)).startsWith(textOf(present(start))) ? 1n : 0n,
  ),
  define('ends_with', 2, 'INTEGER', ([value, end]) =>
    textOf(present(value)).endsWith(textOf(present(end))) ? 1n : 0n,
  ),
];
