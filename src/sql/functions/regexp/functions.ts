import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import { encodeArray } from '../../expressions/values/array.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { textOf } from '../../expressions/values/text.ts';
import { checkTextLength, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { charactersOf, sliceCharacters } from '../text/characters.ts';
import { allMatches, groupText, type Match, matches, type Regexp, regexpOf } from './regexp.ts';

function text(value: SqlValue): string {
  return textOf(present(value));
}

/** A count or position among the arguments, with what it is when it is missing. */
function whole(name: string, what: string, value: SqlValue | undefined, missing: number, least: number): number {
  const number = value === undefined ? missing : Number(integerOf(present(value)));
  if (number >= least) return number;
  throw new HeliosError('INVALID_VALUE', `${name}() takes a ${what} of at least ${least}, not ${number}`);
}

export function compile(name: string, pattern: SqlValue, flags: SqlValue | undefined, allowsGlobal: boolean): Regexp {
  const regexp = regexpOf(text(pattern), flags === undefined ? '' : text(flags));
  if (allowsGlobal || !regexp.flags.global) return regexp;
  throw new HeliosError('INVALID_VALUE', `${name}() does not take the flag g`);
}

/** Offset in UTF-16 units of a position in characters, from 1. */
function offsetOf(subject: string, position: number): number {
  return sliceCharacters(subject, 0, position - 1).length;
}

/** regexp_like(x, pattern, flags) */
function like([value, pattern, flags]: readonly SqlValue[]): SqlValue {
  return matches(compile('regexp_like', pattern, flags, true), text(value)) ? 1n : 0n;
}

/** The first match of n, from a position on; null when there are not so many. */
function nthMatch(regexp: Regexp, subject: string, start: number, n: number): Match | null {
  let count = 0;
  for (const match of allMatches(regexp, subject, offsetOf(subject, start))) if (++count === n) return match;
  return null;
}

/** A group's number, 0 for the whole match; null when the pattern has no such group. */
function groupNumber(name: string, value: SqlValue | undefined, regexp: Regexp, missing = 0): number | null {
  const group = whole(name, 'group', value, missing, 0);
  return 2 * group < regexp.program.slots ? group : null;
}

/** regexp_substr(x, pattern, start, n, flags, group) */
function substring([value, pattern, start, n, flags, group]: readonly SqlValue[]): SqlValue {
  const name = 'regexp_substr';
  const regexp = compile(name, pattern, flags, false);
  const subject = text(value);
  const match = nthMatch(regexp, subject, whole(name, 'start', start, 1, 1), whole(name, 'number', n, 1, 1));
  const number = groupNumber(name, group, regexp);
  return match === null || number === null ? null : groupText(subject, match, number);
}

/** regexp_instr(x, pattern, start, n, end, flags, group): where the match begins, or, with end 1, what follows it. */
function position([value, pattern, start, n, end, flags, group]: readonly SqlValue[]): SqlValue {
  const name = 'regexp_instr';
  const regexp = compile(name, pattern, flags, false);
  const subject = text(value);
  const match = nthMatch(regexp, subject, whole(name, 'start', start, 1, 1), whole(name, 'number', n, 1, 1));
  const isEnd = whole(name, 'end option', end, 0, 0) > 0;
  const number = groupNumber(name, group, regexp);
  const at = match === null || number === null ? -1 : match[2 * number + (isEnd ? 1 : 0)];
  return BigInt(at < 0 ? 0 : charactersOf(subject.slice(0, at)).length + 1);
}

/** regexp_count(x, pattern, start, flags) */
function count([value, pattern, start, flags]: readonly SqlValue[]): SqlValue {
  const regexp = compile('regexp_count', pattern, flags, false);
  const subject = text(value);
  let found = 0n;
  for (const _ of allMatches(regexp, subject, offsetOf(subject, whole('regexp_count', 'start', start, 1, 1)))) found++;
  return found;
}

/**
 * regexp_replace(x, pattern, replacement, flags) and (x, pattern, replacement, start, n, flags): the first match, all with
 * the flag g or n = 0, or the n-th. In the replacement \1 to \9 are groups, \& the match, \\ a backslash.
 */
function replace(args: readonly SqlValue[]): SqlValue {
  const name = 'regexp_replace';
  const [value, pattern, replacement, fourth] = args;
  const isFlags = args.length <= 4 && (fourth === undefined || (typeof fourth === 'string' && !/^\d+$/.test(fourth)));
  const [start, n, flags] = isFlags ? [undefined, undefined, fourth] : args.slice(3);
  const regexp = compile(name, pattern, flags, true);
  const number = whole(name, 'number', n, regexp.flags.global ? 0 : 1, 0);
  const [subject, inserted] = [text(value), replacementOf(text(replacement))];
  const parts: string[] = [];
  let [from, length, found] = [0, 0, 0];
  const add = (part: string): void => {
    length += part.length;
    checkTextLength(length, name);
    parts.push(part);
  };
  for (const match of allMatches(regexp, subject, offsetOf(subject, whole(name, 'start', start, 1, 1)))) {
    found++;
    if (number > found) continue;
    add(subject.slice(from, match[0]));
    for (const part of inserted) add(typeof part === 'string' ? part : (groupOrEmpty(subject, match, part) ?? ''));
    from = match[1];
    if (number === found) break;
  }
  add(subject.slice(from));
  return parts.join('');
}

function groupOrEmpty(subject: string, match: Match, group: number): string | null {
  return 2 * group < match.length ? groupText(subject, match, group) : null;
}

/** Texts, and the numbers of groups. */
function replacementOf(replacement: string): (string | number)[] {
  return replacement.split(/(\\[\s\S])/).map((part) => {
    if (part[0] !== '\\' || part.length !== 2) return part;
    if (part[1] === '&') return 0;
    if (part[1] === '\\') return '\\';
    return /[0-9]/.test(part[1]) ? Number(part[1]) : part;
  });
}

/** regexp_match(x, pattern, flags): the groups of the first match, or the match itself when there are none. */
function firstMatch(name: string) {
  return ([value, pattern, flags]: readonly SqlValue[]): SqlValue => {
    const regexp = compile(name, pattern, flags, false);
    const subject = text(value);
    const match = nthMatch(regexp, subject, 1, 1);
    return match === null ? null : encodeArray(groupsOf(subject, match));
  };
}

export function groupsOf(subject: string, match: Match): (string | null)[] {
  const groups = Array.from({ length: match.length / 2 }, (_, group) => groupText(subject, match, group));
  return groups.length === 1 ? groups : groups.slice(1);
}

/** regexp_split_to_array(x, pattern, flags) */
function split([value, pattern, flags]: readonly SqlValue[]): SqlValue {
  return encodeArray(partsOf(compile('regexp_split_to_array', pattern, flags, false), text(value)));
}

/** What lies between the matches. */
export function partsOf(regexp: Regexp, subject: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of allMatches(regexp, subject, 0)) {
    // As PostgreSQL: an empty match at an end, or directly behind a match, divides nothing.
    if (match[1] === match[0] && (match[0] === from || match[0] === subject.length)) continue;
    parts.push(subject.slice(from, match[0]));
    from = match[1];
  }
  parts.push(subject.slice(from));
  return parts;
}

const TEXTS = (): StaticType => ({ kind: 'ARRAY', element: { kind: 'TEXT' } });

export const REGEXP_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  // x REGEXP pattern, as SQLite spells it.
  define('regexp', 2, 'INTEGER', ([pattern, value]) => like([value, pattern])),
  define('regexp_like', [2, 3], 'INTEGER', like),
  define('regexp_substr', [2, 6], 'TEXT', substring),
  define('regexp_instr', [2, 7], 'INTEGER', position),
  define('regexp_count', [2, 4], 'INTEGER', count),
  define('regexp_replace', [3, 6], 'TEXT', replace),
  define('regexp_match', [2, 3], TEXTS, firstMatch('regexp_match')),
  define('regexp_split_to_array', [2, 3], TEXTS, split),
];
