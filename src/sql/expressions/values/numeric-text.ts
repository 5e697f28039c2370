import { MAX_INTEGER, MIN_INTEGER } from './integer.ts';

// SQLite's white space, then a decimal number. Text in other notations (0x10, Infinity) is no number.
const NUMBER = /^[ \t\n\v\f\r]*([+-]?(?:[0-9]+(\.[0-9]*)?|(\.[0-9]+))([eE][+-]?[0-9]+)?)/;
const BLANKS_TO_END = /[ \t\n\v\f\r]*$/y;
const INTEGER_PREFIX = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/;

/** The number that a text begins with, as arithmetic reads it: '12abc' is 12, 'abc' is 0, '1.5' and '1e2' are REAL. */
export function numberPrefix(text: string): bigint | number {
  const match = NUMBER.exec(text);
  return match === null ? 0n : numberOf(match);
}

/** The number that the whole text is, blanks around it allowed; null when it is none. */
export function wholeNumber(text: string): bigint | number | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  BLANKS_TO_END.lastIndex = match[0].length;
  return BLANKS_TO_END.test(text) ? numberOf(match) : null;
}

/** The integer that a text begins with, as CAST(… AS INTEGER) reads it: '1e3' is 1; beyond 64 bits the nearest end. */
export function integerPrefix(text: string): bigint {
  const match = INTEGER_PREFIX.exec(text);
  if (match === null) return 0n;
  const value = BigInt(match[1].charCodeAt(0) === 43 ? match[1].slice(1) : match[1]);
  if (value > MAX_INTEGER) return MAX_INTEGER;
  return value < MIN_INTEGER ? MIN_INTEGER : value;
}

/** The real number that a text begins with; 0 when it begins with none. */
export function realPrefix(text: string): number {
  const match = NUMBER.exec(text);
  return match === null ? 0 : Number(match[1]);
}

function numberOf(match: RegExpExecArray): bigint | number {
  const digits = match[1];
  if (match[2] !== undefined || match[3] !== undefined || match[4] !== undefined) return Number(digits);
  const value = BigInt(digits.charCodeAt(0) === 43 ? digits.slice(1) : digits);
  return value > MAX_INTEGER || value < MIN_INTEGER ? Number(value) : value;
}
