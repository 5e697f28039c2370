import { HeliosError } from '../../../base/errors.ts';
import { Matcher } from './matcher.ts';
import { parseRegexp } from './parse.ts';
import { compileProgram, type RegexpProgram } from './program.ts';
import type { RegexpFlags } from './syntax.ts';

export interface Regexp {
  readonly program: RegexpProgram;
  readonly flags: RegexpFlags;
  /** Answers whether there is a match. */
  readonly tester: Matcher;
  /** Answers where. */
  readonly finder: Matcher;
}

/** Patterns stay compiled while calls use them; a pattern that changes from row to row pushes the oldest out. */
const MOST_COMPILED = 64;
const compiled = new Map<string, Regexp>();

/** The compiled pattern, with PostgreSQL's flags: i, n or m, s, x, c, g. */
export function regexpOf(pattern: string, flags: string): Regexp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const read = parseFlags(flags);
  const { root, groups } = parseRegexp(pattern, read);
  const program = compileProgram(root, groups);
  const regexp = { program, flags: read, tester: new Matcher(program, false), finder: new Matcher(program, true) };
  if (compiled.size >= MOST_COMPILED) compiled.delete(compiled.keys().next().value!);
  compiled.set(key, regexp);
  return regexp;
}

function parseFlags(text: string): RegexpFlags {
  let flags: RegexpFlags = { ignoreCase: false, lines: false, expanded: false, global: false };
  for (const letter of text) {
    switch (letter) {
      case 'i':
        flags = { ...flags, ignoreCase: true };
        break;
      case 'c':
        flags = { ...flags, ignoreCase: false };
        break;
      case 'n':
      case 'm':
        flags = { ...flags, lines: true };
        break;
      case 's':
        flags = { ...flags, lines: false };
        break;
      case 'x':
        flags = { ...flags, expanded: true };
        break;
      case 'g':
        flags = { ...flags, global: true };
        break;
      default:
        throw new HeliosError('INVALID_VALUE', `regular expressions have no flag ${JSON.stringify(letter)}`, {
          hint: 'The flags are i (ignore case), n or m (lines), s, x (expanded), c and g (all matches).',
        });
    }
  }
  return flags;
}

export function matches({ tester }: Regexp, text: string): boolean {
  tester.start(text);
  return tester.find(0) !== null;
}

/** Where a match and its groups lie: two positions for each, -1 for a group that took no part. */
export type Match = Int32Array;

/** The matches from `from` on, each behind the one before. One walk at a time: the next call starts the pattern anew. */
export function* allMatches({ finder }: Regexp, text: string, from: number): Generator<Match> {
  finder.start(text);
  for (let at = from; at <= text.length; ) {
    const match = finder.find(at);
    if (match === null) return;
    yield match;
    const isEmpty = match[1] === match[0];
    at = isEmpty ? match[1] + ((text.codePointAt(match[1]) ?? 0) > 0xffff ? 2 : 1) : match[1];
  }
}

/** The text of a group of a match; null when the group took no part. */
export function groupText(text: string, match: Match, group: number): string | null {
  const [start, end] = [match[2 * group], match[2 * group + 1]];
  return start < 0 || end < 0 ? null : text.slice(start, end);
}
