import { HeliosError } from '../../../base/errors.ts';
import { foldAscii } from './compare.ts';
import { indexOfText } from './search.ts';

/** Tells whether a text fits a pattern. */
export type Matcher = (text: string) => boolean;

// A pattern is a run of steps over code points; ANY_RUN is % or *, ANY_ONE is _ or ?.
const ANY_RUN = -1;
const ANY_ONE = -2;

interface CharacterSet {
  readonly negated: boolean;
  /** Pairs [from, to] of code points. */
  readonly ranges: readonly number[];
}

/** Steps of one match: about half a second. Without _, ? and sets a match is linear and does not count them. */
const MOST_STEPS = 50_000_000;

/** A code point, ANY_RUN, ANY_ONE, or a set of GLOB's. */
type Step = number | CharacterSet;

/** LIKE: % any run, _ any one character, A to Z and a to z are one. `escapeText` takes a wildcard's meaning away. */
export function likeMatcher(pattern: string, escapeText: string | null): Matcher {
  const steps = likeSteps(pattern, escapeText === null ? null : escapeCodePoint(escapeText));
  const literal = literalMatcher(steps);
  if (literal !== null) return (text) => literal(foldAscii(text));
  return (text) => matchSteps(foldAscii(text), steps);
}

/** GLOB: * any run, ? any one character, [a-z] and [^a-z] sets; case counts. */
export function globMatcher(pattern: string): Matcher {
  const steps = globSteps(pattern);
  if (steps === null) return () => false;
  return literalMatcher(steps) ?? ((text) => matchSteps(text, steps));
}

function escapeCodePoint(text: string): number {
  const point = text.codePointAt(0);
  if (point === undefined || String.fromCodePoint(point).length !== text.length) {
    throw new HeliosError('INVALID_VALUE', `ESCAPE must be one character, not ${JSON.stringify(text)}`);
  }
  return point;
}

/** The escape character alone is one in this case and no other. */
function likeSteps(pattern: string, escapePoint: number | null): Step[] {
  const steps: Step[] = [];
  let escaped = false;
  for (const character of pattern) {
    const point = foldAscii(character).codePointAt(0)!;
    if (escaped) {
      steps.push(point);
      escaped = false;
    } else if (character.codePointAt(0) === escapePoint) escaped = true;
    else if (character === '%') pushRun(steps);
    else steps.push(character === '_' ? ANY_ONE : point);
  }
  // SQLite: a pattern that ends in its escape character matches nothing.
  if (escaped) steps.push({ negated: false, ranges: [] });
  return steps;
}

function pushRun(steps: Step[]): void {
  if (steps.at(-1) !== ANY_RUN) steps.push(ANY_RUN);
}

function globSteps(pattern: string): Step[] | null {
  const points = Array.from(pattern, (character) => character.codePointAt(0)!);
  const steps: Step[] = [];
  for (let i = 0; i < points.length; i++) {
    if (points[i] === 42) pushRun(steps);
    else if (points[i] === 63) steps.push(ANY_ONE);
    else if (points[i] === 91) {
      const end = setEnd(points, i);
      if (end < 0) return null;
      steps.push(characterSet(points, i + 1, end));
      i = end;
    } else steps.push(points[i]);
  }
  return steps;
}

/** Index of the ] that closes the set opened at `open`: one that directly follows [ or [^ is a member. */
function setEnd(points: readonly number[], open: number): number {
  let i = open + 1;
  if (points[i] === 94) i++;
  if (points[i] === 93) i++;
  while (i < points.length && points[i] !== 93) i++;
  return i < points.length ? i : -1;
}

function characterSet(points: readonly number[], from: number, to: number): CharacterSet {
  const negated = points[from] === 94;
  const ranges: number[] = [];
  for (let i = negated ? from + 1 : from; i < to; i++) {
    if (points[i + 1] === 45 && i + 2 < to) {
      ranges.push(points[i], points[i + 2]);
      i += 2;
    } else ranges.push(points[i], points[i]);
  }
  return { negated, ranges };
}

/** Patterns of text and runs alone are answered by searching for one text after the other; null for all others. */
function literalMatcher(steps: readonly Step[]): Matcher | null {
  const parts: string[] = [''];
  for (const step of steps) {
    if (step === ANY_RUN) parts.push('');
    else if (typeof step !== 'number' || step === ANY_ONE) return null;
    else parts[parts.length - 1] += String.fromCodePoint(step);
  }
  const [first, last] = [parts[0], parts[parts.length - 1]];
  if (parts.length === 1) return (text) => text === first;
  const middle = parts.slice(1, -1).filter((part) => part !== '');
  return (text) => {
    const end = text.length - last.length;
    if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = indexOfText(text, part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/**
 * Greedy matching that only ever returns to the last run: once a run has been passed, an earlier one can gain nothing
 * by growing. Without recursion; the steps, which few texts and patterns drive up to length times length, are limited.
 */
function matchSteps(text: string, steps: readonly Step[]): boolean {
  let at = 0;
  let step = 0;
  let runStep = -1;
  let runAt = 0;
  for (let count = 0; at < text.length; count++) {
    if (count > MOST_STEPS) throw tooComplex();
    const point = text.codePointAt(at)!;
    if (step < steps.length && steps[step] === ANY_RUN) {
      runStep = step++;
      runAt = at;
    } else if (step < steps.length && matchesOne(steps[step], point)) {
      step++;
      at += point > 0xffff ? 2 : 1;
    } else if (runStep >= 0) {
      runAt += text.codePointAt(runAt)! > 0xffff ? 2 : 1;
      at = runAt;
      step = runStep + 1;
    } else return false;
  }
  while (step < steps.length && steps[step] === ANY_RUN) step++;
  return step === steps.length;
}

function tooComplex(): HeliosError {
  return new HeliosError('LIMIT_EXCEEDED', 'LIKE or GLOB pattern too complex for this text', {
    hint: 'Put fewer characters between two % or *, or shorten the text.',
  });
}

function matchesOne(step: Step, point: number): boolean {
  if (typeof step === 'number') return step === point || step === ANY_ONE;
  let inside = false;
  for (let i = 0; i < step.ranges.length; i += 2) {
    if (point >= step.ranges[i] && point <= step.ranges[i + 1]) inside = true;
  }
  return inside !== step.negated;
}
