import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import { type TextSearch, textSearch } from '../../expressions/values/search.ts';
import { isWordCharacter } from './character-set.ts';
import { ASSERTION_NAMES, Op, type RegexpProgram } from './program.ts';
import type { Assertion } from './syntax.ts';

/** The threads that wait for a character, the one with the highest priority first. */
interface ThreadList {
  readonly pcs: Int32Array;
  /** `slots` positions for each thread. */
  readonly captures: Int32Array;
  count: number;
  generation: number;
}

/**
 * Finds the leftmost match that a backtracking matcher would prefer, by R. Pike's algorithm: all alternatives advance
 * through the text together, a character at a time, each instruction once, so that time is linear in the text. One
 * matcher serves one text after the other; its steps in one text are limited, since many matches may each look far ahead.
 */
export class Matcher {
  private readonly program: RegexpProgram;
  private readonly slots: number;
  private readonly marks: Int32Array;
  private readonly stack: Int32Array;
  private readonly scratch: Int32Array;
  private readonly best: Int32Array;
  private current: ThreadList;
  private next: ThreadList;
  private generation = 0;
  private text = '';
  private searchPrefix: TextSearch | null = null;
  private steps = 0;

  /** Without `captures`, a match is all of the answer. */
  constructor(program: RegexpProgram, captures: boolean) {
    const size = program.ops.length;
    this.program = program;
    this.slots = captures ? program.slots : 0;
    this.marks = new Int32Array(size);
    this.stack = new Int32Array(3 * size + 3);
    this.scratch = new Int32Array(this.slots);
    this.best = new Int32Array(this.slots);
    this.current = threadList(size, this.slots);
    this.next = threadList(size, this.slots);
  }

  /** Turns to another text. */
  start(text: string): void {
    this.text = text;
    this.searchPrefix = this.program.prefix === '' ? null : textSearch(text, this.program.prefix);
    this.steps = 0;
  }

  /** Positions in UTF-16 units of the match and its groups, two for each, -1 for a group that took no part; null: none. */
  find(from: number): Int32Array | null {
    const { text, program } = this;
    let isFound = false;
    this.begin(this.current);
    let point = this.pointAt(from);
    let before = this.pointBefore(from);
    for (let at = from; at <= text.length; ) {
      if (this.current.count === 0) {
        if (isFound || (program.isAnchored && at > 0)) break;
        if (this.searchPrefix !== null) {
          at = this.searchPrefix(at);
          if (at < 0) break;
          point = this.pointAt(at);
          before = this.pointBefore(at);
        }
      }
      if (!isFound) {
        this.scratch.fill(-1);
        this.add(this.current, 0, at, before, point);
      }
      at += point > 0xffff ? 2 : 1;
      const following = this.pointAt(at);
      if (this.advance(point, at, following)) isFound = true;
      if (isFound && this.slots === 0) break;
      before = point;
      point = following;
    }
    return isFound ? this.best.slice() : null;
  }

  /** Moves every thread over one character. True when one has matched, which ends all behind it; `best` holds its captures. */
  private advance(point: number, after: number, following: number): boolean {
    const { current, next, slots, program } = this;
    this.steps++;
    if (this.steps > LIMITS.regexpSteps) throw tooSlow();
    this.begin(next);
    let isFound = false;
    for (let i = 0; i < current.count; i++) {
      const pc = current.pcs[i];
      const op = program.ops[pc];
      if (op === Op.Match) {
        for (let s = 0; s < slots; s++) this.best[s] = current.captures[i * slots + s];
        isFound = true;
        break;
      }
      const fits = op === Op.Character ? point === program.a[pc] : point >= 0 && program.sets[program.a[pc]].has(point);
      if (!fits) continue;
      for (let s = 0; s < slots; s++) this.scratch[s] = current.captures[i * slots + s];
      this.add(next, pc + 1, after, point, following);
    }
    this.current = next;
    this.next = current;
    return isFound;
  }

  private begin(list: ThreadList): void {
    list.count = 0;
    list.generation = ++this.generation;
  }

  /** Follows what takes no character from `start` on. `scratch` holds the captures, and is back as it was afterwards. */
  private add(list: ThreadList, start: number, at: number, before: number, point: number): void {
    const { program, stack, marks, scratch, slots } = this;
    let height = 0;
    stack[height++] = start;
    while (height > 0) {
      let pc = stack[--height];
      if (pc < 0) {
        scratch[-pc - 1] = stack[--height];
        continue;
      }
      for (; marks[pc] !== list.generation; this.steps++) {
        marks[pc] = list.generation;
        const op = program.ops[pc];
        if (op === Op.Jump) pc = program.a[pc];
        else if (op === Op.Split) {
          stack[height++] = program.b[pc];
          pc = program.a[pc];
        } else if (op === Op.Save) {
          const slot = program.a[pc++];
          if (slot >= slots) continue;
          stack[height++] = scratch[slot];
          stack[height++] = -slot - 1;
          scratch[slot] = at;
        } else if (op === Op.Assert) {
          if (!holds(ASSERTION_NAMES[program.a[pc]], at, before, point)) break;
          pc++;
        } else {
          list.pcs[list.count] = pc;
          for (let s = 0, to = list.count * slots; s < slots; s++) list.captures[to + s] = scratch[s];
          list.count++;
          break;
        }
      }
    }
  }

  private pointAt(at: number): number {
    return at < this.text.length ? this.text.codePointAt(at)! : -1;
  }

  private pointBefore(at: number): number {
    if (at === 0) return -1;
    const unit = this.text.charCodeAt(at - 1);
    return unit >= 0xdc00 && unit <= 0xdfff && at > 1 ? this.text.codePointAt(at - 2)! : unit;
  }
}

function threadList(size: number, slots: number): ThreadList {
  return { pcs: new Int32Array(size), captures: new Int32Array(size * slots), count: 0, generation: 0 };
}

/** Whether an assertion holds between two characters, -1 standing for the ends of the text. */
function holds(assertion: Assertion, at: number, before: number, after: number): boolean {
  switch (assertion) {
    case 'text start':
      return at === 0;
    case 'text end':
      return after < 0;
    case 'line start':
      return at === 0 || before === 10;
    case 'line end':
      return after < 0 || after === 10;
    default: {
      const [wordBefore, wordAfter] = [before >= 0 && isWordCharacter(before), after >= 0 && isWordCharacter(after)];
      if (assertion === 'word edge') return wordBefore !== wordAfter;
      if (assertion === 'no word edge') return wordBefore === wordAfter;
      return assertion === 'word start' ? !wordBefore && wordAfter : wordBefore && !wordAfter;
    }
  }
}

function tooSlow(): HeliosError {
  return new HeliosError('LIMIT_EXCEEDED', 'the regular expression takes too long for this text', {
    hint: 'Each match looks far ahead: make the pattern more specific, or the text shorter.',
  });
}
