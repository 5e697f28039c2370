import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { textSearch } from '../../expressions/values/search.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { alias, checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { charactersOf } from './characters.ts';

/** Removes characters of a set (a blank, unless told otherwise) from the sides. */
function trimmer(atStart: boolean, atEnd: boolean) {
  return ([value, set]: readonly SqlValue[]): SqlValue => {
    const text = textOf(present(value));
    const characters = charactersOf(text);
    // As in SQLite, a NUL ends the set.
    const removable = new Set(set === undefined ? [' '] : Array.from(beforeNul(textOf(present(set)))));
    let from = 0;
    let to = characters.length;
    if (atStart) while (from < to && removable.has(characters[from])) from++;
    if (atEnd) while (to > from && removable.has(characters[to - 1])) to--;
    const kept = characters.slice(from, to);
    return typeof kept === 'string' ? kept : kept.join('');
  };
}

/** Each part between occurrences of the separator; all of the text where it is empty. */
function split(text: string, separator: string): string[] {
  if (separator === '') return [text];
  const search = textSearch(text, separator);
  const parts: string[] = [];
  let from = 0;
  for (let at = search(0); at >= 0; at = search(from)) {
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** An empty pattern replaces nothing, not even by NULL. */
function replace([value, search, replacement]: readonly SqlValue[]): SqlValue {
  if (value === null || search === null) return null;
  const text = textOf(value);
  const pattern = textOf(search);
  if (pattern === '') return text;
  if (replacement === null) return null;
  const inserted = textOf(replacement);
  const next = textSearch(text, pattern);
  const parts: string[] = [];
  let [from, length] = [0, text.length];
  for (let at = next(0); at >= 0; at = next(from)) {
    length += inserted.length - pattern.length;
    checkTextLength(length, 'replace');
    parts.push(text.slice(from, at), inserted);
    from = at + pattern.length;
  }
  return parts.join('') + text.slice(from);
}

/** NULLs are left out. */
function join(name: string, separator: string, args: readonly SqlValue[]): SqlValue {
  const texts: string[] = [];
  let length = 0;
  for (const arg of args) {
    if (arg === null) continue;
    const text = textOf(arg);
    length += text.length + separator.length;
    checkTextLength(length, name);
    texts.push(text);
  }
  return texts.join(separator);
}

/** PostgreSQL's: the n-th part from 1, from the end when n is negative; empty when there are fewer. */
function splitPart([value, separator, position]: readonly SqlValue[]): SqlValue {
  const n = Number(integerOf(present(position)));
  if (n === 0) throw new HeliosError('INVALID_VALUE', 'split_part() counts parts from 1: position 0 does not exist');
  const parts = split(textOf(present(value)), textOf(present(separator)));
  return parts[n > 0 ? n - 1 : parts.length + n] ?? '';
}

const UNBOUNDED = Number.POSITIVE_INFINITY;
const trim = define('trim', [1, 2], 'TEXT', trimmer(true, true));

export const TEXT_PART_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  trim,
  alias(trim, 'btrim'),
  define('ltrim', [1, 2], 'TEXT', trimmer(true, false)),
  define('rtrim', [1, 2], 'TEXT', trimmer(false, true)),
  define('replace', 3, 'TEXT', replace, { nullPropagating: false }),
  define('concat', [1, UNBOUNDED], 'TEXT', (args) => join('concat', '', args), { nullPropagating: false }),
  define(
    'concat_ws',
    [2, UNBOUNDED],
    'TEXT',
    ([separator, ...args]) => (separator === null ? null : join('concat_ws', textOf(separator), args)),
    { nullPropagating: false },
  ),
  define('split_part', 3, 'TEXT', splitPart),
];
