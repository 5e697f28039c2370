import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import { CharacterSet, CLASSES, type SetMembers } from './character-set.ts';
import type { Assertion, RegexpFlags, RegexpNode } from './syntax.ts';

const NEWLINE: [number, number] = [10, 10];
const EVERYTHING: [number, number] = [0, 0x10ffff];
const CONTROLS: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, f: 12, v: 11, a: 7, e: 27, 0: 0 };
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  b: 'word edge',
  y: 'word edge',
  B: 'no word edge',
  Y: 'no word edge',
  m: 'word start',
  M: 'word end',
  A: 'text start',
  Z: 'text end',
  z: 'text end',
};
const CLASS_LETTERS: Readonly<Record<string, keyof typeof CLASSES>> = { d: 'digit', w: 'word', s: 'space' };
const HEX_ESCAPE = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[xu]\{([0-9a-fA-F]{1,6})\}/y;
const COUNT = /\{(\d{1,6})(?:(,)(\d{1,6})?)?\}/y;
const GROUP_FLAGS = /\?([imnsxc]*)(-[imnsx]+)?([:)])/y;
const GROUP_NAME = /\?P?<([A-Za-z_]\w*)>/y;

/** Reads a pattern. Throws INVALID_VALUE with the place of what is wrong, NOT_SUPPORTED for what takes unbounded time. */
export function parseRegexp(
  pattern: string,
  flags: RegexpFlags,
): { readonly root: RegexpNode; readonly groups: number } {
  if (pattern.length > LIMITS.regexpLength) {
    throw new HeliosError('LIMIT_EXCEEDED', `a regular expression has at most ${LIMITS.regexpLength} characters`);
  }
  return new Parser(pattern, flags).parse();
}

class Parser {
  private readonly pattern: string;
  private flags: RegexpFlags;
  private at = 0;
  private depth = 0;
  private groups = 0;

  constructor(pattern: string, flags: RegexpFlags) {
    this.pattern = pattern;
    this.flags = flags;
  }

  parse(): { root: RegexpNode; groups: number } {
    const root = this.choice();
    if (this.at < this.pattern.length) throw this.wrong('has a ) without a (');
    return { root, groups: this.groups };
  }

  private choice(): RegexpNode {
    const options = [this.sequence()];
    while (this.accept('|')) options.push(this.sequence());
    return options.length === 1 ? options[0] : { kind: 'choice', options };
  }

  private sequence(): RegexpNode {
    const items: RegexpNode[] = [];
    for (;;) {
      if (this.flags.expanded) this.skipBlanks();
      const c = this.pattern[this.at];
      if (c === undefined || c === '|' || c === ')') break;
      items.push(this.repeated(this.atom()));
    }
    if (items.length === 0) return { kind: 'empty' };
    return items.length === 1 ? items[0] : { kind: 'sequence', items };
  }

  private skipBlanks(): void {
    this.match(/(?:\s+|#[^\n]*)*/y);
  }

  private repeated(atom: RegexpNode): RegexpNode {
    let item = atom;
    for (let stacked = 0; ; stacked++) {
      const start = this.at;
      const bounds = this.quantifier();
      if (bounds === null) return item;
      if (stacked > 0) throw this.wrong('repeats what cannot be repeated', start);
      const lazy = this.accept('?');
      if (this.pattern[this.at] === '+' && !lazy) throw this.unsupported('possessive quantifiers');
      item = { kind: 'repeat', item, least: bounds[0], most: bounds[1], lazy };
    }
  }

  private quantifier(): readonly [number, number] | null {
    if (this.accept('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.accept('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.accept('?')) return [0, 1];
    const start = this.at;
    const count = this.match(COUNT);
    if (count === null) return null;
    const least = Number(count[1]);
    const most = count[2] === undefined ? least : count[3] === undefined ? Number.POSITIVE_INFINITY : Number(count[3]);
    if (least > most) throw this.wrong('has a repetition whose bounds are the wrong way round', start);
    if (least > LIMITS.regexpRepeats || (most > LIMITS.regexpRepeats && most !== Number.POSITIVE_INFINITY)) {
      throw new HeliosError(
        'LIMIT_EXCEEDED',
        `a regular expression repeats by number at most ${LIMITS.regexpRepeats} times`,
      );
    }
    return [least, most];
  }

  private atom(): RegexpNode {
    const start = this.at;
    const point = this.pattern.codePointAt(this.at)!;
    const c = String.fromCodePoint(point);
    this.at += c.length;
    switch (c) {
      case '(':
        return this.group(start);
      case '[':
        return this.set(start);
      case '.':
        return this.setOf({ ranges: [this.flags.lines ? NEWLINE : EVERYTHING], properties: [] }, this.flags.lines);
      case '^':
        return { kind: 'assertion', assertion: this.flags.lines ? 'line start' : 'text start' };
      case '$':
        return { kind: 'assertion', assertion: this.flags.lines ? 'line end' : 'text end' };
      case '\\':
        return this.escape(start);
      case '*':
      case '+':
      case '?':
        throw this.wrong(`has a ${c} with nothing before it`, start);
      default:
        return this.character(point);
    }
  }

  private character(point: number): RegexpNode {
    if (!this.flags.ignoreCase) return { kind: 'character', point };
    return this.setOf({ ranges: [[point, point]], properties: [] }, false);
  }

  private setOf(members: SetMembers, negated: boolean): RegexpNode {
    return { kind: 'set', set: new CharacterSet(members, negated, this.flags.ignoreCase) };
  }

  private group(start: number): RegexpNode {
    if (++this.depth > LIMITS.nestingDepth) {
      throw new HeliosError('LIMIT_EXCEEDED', `a regular expression nests at most ${LIMITS.nestingDepth} groups`);
    }
    const outer = this.flags;
    let index: number | null = null;
    if (this.pattern[this.at] !== '?' || this.match(GROUP_NAME) !== null) index = ++this.groups;
    else {
      if (/^\?<?[=!]/.test(this.pattern.slice(this.at, this.at + 3))) throw this.unsupported('look-around');
      if (this.pattern[this.at + 1] === '>') throw this.unsupported('atomic groups');
      if (this.pattern[this.at + 1] === '#') return this.comment(start);
      const inline = this.match(GROUP_FLAGS);
      if (inline === null) throw this.wrong('has a group of an unknown kind', start);
      this.flags = changed(this.flags, inline[1], inline[2] ?? '');
      if (inline[3] === ')') {
        // (?i) holds from here to the end of the group around.
        this.depth--;
        return { kind: 'empty' };
      }
    }
    const item = this.choice();
    if (!this.accept(')')) throw this.wrong('has a ( without a )', start);
    this.depth--;
    this.flags = outer;
    return index === null ? item : { kind: 'group', item, index };
  }

  private comment(start: number): RegexpNode {
    const end = this.pattern.indexOf(')', this.at);
    if (end < 0) throw this.wrong('has a ( without a )', start);
    this.at = end + 1;
    this.depth--;
    return { kind: 'empty' };
  }

  /** A set: at the character behind the bracket. A ] directly there is a member. */
  private set(start: number): RegexpNode {
    const negated = this.accept('^');
    const members: SetMembers = { ranges: [], properties: [] };
    for (let first = true; first || this.pattern[this.at] !== ']'; first = false) {
      if (this.at >= this.pattern.length) throw this.wrong('has a [ without a ]', start);
      this.member(members, start);
    }
    this.at++;
    if (negated && this.flags.lines) members.ranges.push(NEWLINE);
    return this.setOf(members, negated);
  }

  private member(members: SetMembers, start: number): void {
    const named = this.match(/\[:(\^?)([a-z]+):\]/y);
    if (named !== null) {
      if (!Object.hasOwn(CLASSES, named[2]))
        throw this.wrong(`names a class [:${named[2]}:] that does not exist`, start);
      members.properties.push(named[1] === '^' ? negation(CLASSES[named[2]]) : CLASSES[named[2]]);
      return;
    }
    const from = this.memberPoint(members);
    if (from === null) return;
    if (this.pattern[this.at] !== '-' || this.pattern[this.at + 1] === ']' || this.at + 1 >= this.pattern.length) {
      members.ranges.push([from, from]);
      return;
    }
    this.at++;
    const to = this.memberPoint(members);
    if (to === null || to < from) throw this.wrong('has a set with a range that is the wrong way round', start);
    members.ranges.push([from, to]);
  }

  /** One character of a set; null when it was a class, which has been added. */
  private memberPoint(members: SetMembers): number | null {
    const point = this.pattern.codePointAt(this.at)!;
    this.at += point > 0xffff ? 2 : 1;
    if (point !== 92) return point;
    const letter = this.pattern[this.at] ?? '';
    const name = CLASS_LETTERS[letter.toLowerCase()];
    if (name === undefined) return this.escapedPoint(letter === 'b' ? 8 : null);
    this.at++;
    members.properties.push(letter === letter.toLowerCase() ? CLASSES[name] : negation(CLASSES[name]));
    return null;
  }

  private escape(start: number): RegexpNode {
    const letter = this.pattern[this.at] ?? '';
    if (/[1-9]/.test(letter) || letter === 'k') throw this.unsupported('back-references', start);
    const name = CLASS_LETTERS[letter.toLowerCase()];
    if (name !== undefined) {
      this.at++;
      return this.setOf({ ranges: [], properties: [CLASSES[name]] }, letter !== letter.toLowerCase());
    }
    if (Object.hasOwn(ASSERTIONS, letter)) {
      this.at++;
      return { kind: 'assertion', assertion: ASSERTIONS[letter] };
    }
    return this.character(this.escapedPoint(null));
  }

  /** The character that an escape stands for; at what follows the backslash. */
  private escapedPoint(given: number | null): number {
    const code = this.match(HEX_ESCAPE);
    if (code !== null) {
      const point = Number.parseInt(code[1] ?? code[2] ?? code[3] ?? code[4], 16);
      if (point > 0x10ffff) throw this.wrong('names a character beyond U+10FFFF');
      return point;
    }
    const point = this.pattern.codePointAt(this.at);
    if (point === undefined) throw this.wrong('ends in a backslash');
    const letter = String.fromCodePoint(point);
    this.at += letter.length;
    if (given !== null) return given;
    if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter];
    if (/[A-Za-z0-9]/.test(letter)) throw this.wrong(`has an unknown escape \\${letter}`, this.at - 2);
    return point;
  }

  private accept(c: string): boolean {
    if (this.pattern[this.at] !== c) return false;
    this.at++;
    return true;
  }

  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.pattern);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  private wrong(what: string, at = this.at): HeliosError {
    const shown = JSON.stringify(this.pattern.slice(0, 60));
    return new HeliosError('INVALID_VALUE', `the regular expression ${shown} ${what}, at character ${at + 1}`);
  }

  private unsupported(what: string, at = this.at): HeliosError {
    const message = `${what} of regular expressions are not supported, at character ${at + 1}`;
    return new HeliosError('NOT_SUPPORTED', message, { hint: 'They cannot be answered in time linear in the text.' });
  }
}

function changed(flags: RegexpFlags, on: string, off: string): RegexpFlags {
  const value = (letter: RegExp, before: boolean): boolean =>
    letter.test(off) ? false : letter.test(on) ? true : before;
  return {
    ...flags,
    ignoreCase: /c/.test(on) ? false : value(/i/, flags.ignoreCase),
    lines: /s/.test(on) ? false : value(/[mn]/, flags.lines),
    expanded: value(/x/, flags.expanded),
  };
}

function negation(property: RegExp): RegExp {
  return new RegExp(`(?!${property.source})[\\s\\S]`, 'u');
}
