import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { foldAscii } from '../expressions/values/compare.ts';
import { integerOf } from '../expressions/values/numeric.ts';
import { formatSignificant, textOf } from '../expressions/values/text.ts';
import { hexOf } from '../expressions/values/value-key.ts';
import { alias, checkTextLength, define, present } from './define.ts';
import type { ScalarFunctionDefinition } from './definition.ts';

const encoder = new TextEncoder();
const SURROGATE = /[\ud800-\udfff]/;

/** Characters are code points, as SQLite counts them. */
function lengthOf(text: string): number {
  return SURROGATE.test(text) ? Array.from(text).length : text.length;
}

function length([value]: readonly SqlValue[]): SqlValue {
  return BigInt(value instanceof Uint8Array ? value.length : lengthOf(textOf(present(value))));
}

function octetLength([value]: readonly SqlValue[]): SqlValue {
  return BigInt(value instanceof Uint8Array ? value.length : encoder.encode(textOf(present(value))).length);
}

/** ASCII letters only, as SQLite without ICU. */
function upper([value]: readonly SqlValue[]): SqlValue {
  return textOf(present(value)).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function lower([value]: readonly SqlValue[]): SqlValue {
  return foldAscii(textOf(present(value)));
}

/** Where substr begins and ends, 0-based, of something `size` long: SQLite's func.c, substrFunc. */
function substringBounds(size: number, args: readonly SqlValue[]): readonly [number, number] {
  let start = Number(integerOf(present(args[1])));
  let count = args.length > 2 ? Number(integerOf(present(args[2]))) : size + Math.abs(start) + 1;
  const backwards = count < 0;
  count = Math.abs(count);
  if (start < 0) {
    start += size;
    if (start < 0) {
      count = Math.max(0, count + start);
      start = 0;
    }
  } else if (start > 0) start--;
  else if (count > 0) count--;
  if (backwards) {
    const end = start;
    start = Math.max(0, start - count);
    return [start, end];
  }
  return [start, start + count];
}

function substr(args: readonly SqlValue[]): SqlValue {
  const [value] = args;
  if (value instanceof Uint8Array) return value.slice(...substringBounds(value.length, args));
  const text = textOf(present(value));
  if (!SURROGATE.test(text)) return text.slice(...substringBounds(text.length, args));
  const characters = Array.from(text);
  return characters.slice(...substringBounds(characters.length, args)).join('');
}

/** Removes characters of a set (a blank, unless told otherwise) from the sides. */
function trimmer(atStart: boolean, atEnd: boolean) {
  return ([value, set]: readonly SqlValue[]): SqlValue => {
    const characters = Array.from(textOf(present(value)));
    const removable = new Set(set === undefined ? [' '] : Array.from(textOf(present(set))));
    let from = 0;
    let to = characters.length;
    if (atStart) while (from < to && removable.has(characters[from])) from++;
    if (atEnd) while (to > from && removable.has(characters[to - 1])) to--;
    return characters.slice(from, to).join('');
  };
}

function replace([value, search, replacement]: readonly SqlValue[]): SqlValue {
  const text = textOf(present(value));
  const pattern = textOf(present(search));
  if (pattern === '') return text;
  const parts = text.split(pattern);
  const inserted = textOf(present(replacement));
  checkTextLength(text.length + (parts.length - 1) * inserted.length, 'replace');
  return parts.join(inserted);
}

/** Position from 1, in characters (bytes when both are blobs); 0 when absent. */
function instr([value, search]: readonly SqlValue[]): SqlValue {
  if (value instanceof Uint8Array && search instanceof Uint8Array) return BigInt(indexOfBytes(value, search) + 1);
  const text = textOf(present(value));
  const at = text.indexOf(textOf(present(search)));
  return BigInt(at < 0 ? 0 : lengthOf(text.slice(0, at)) + 1);
}

function indexOfBytes(bytes: Uint8Array, search: Uint8Array): number {
  for (let at = 0; at + search.length <= bytes.length; at++) {
    let i = 0;
    while (i < search.length && bytes[at + i] === search[i]) i++;
    if (i === search.length) return at;
  }
  return -1;
}

function hex([value]: readonly SqlValue[]): SqlValue {
  if (value === null) return '';
  return hexOf(value instanceof Uint8Array ? value : encoder.encode(textOf(value)));
}

/** NULL when the text is not hexadecimal; characters of the second argument may stand between pairs of digits. */
function unhex([value, ignored]: readonly SqlValue[]): SqlValue {
  const ignorable = new Set(ignored === undefined ? [] : Array.from(textOf(present(ignored))));
  const digits = textOf(present(value));
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; ) {
    const pair = digits.slice(at, at + 2);
    if (/^[0-9a-fA-F]{2}$/.test(pair)) {
      bytes.push(Number.parseInt(pair, 16));
      at += 2;
    } else if (ignorable.has(digits[at])) at++;
    else return null;
  }
  return Uint8Array.from(bytes);
}

/** The SQL literal of a value. */
export function quoteValue(value: SqlValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `X'${hexOf(value)}'`;
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (value === Number.POSITIVE_INFINITY) return '9.0e+999';
  if (value === Number.NEGATIVE_INFINITY) return '-9.0e+999';
  const text = textOf(value);
  // 15 digits where they say it all; 17 always do.
  return typeof value === 'number' && Number(text) !== value ? formatSignificant(value, 17) : text;
}

function char(args: readonly SqlValue[]): SqlValue {
  return args.map((arg) => codePointText(arg === null ? 0n : integerOf(arg))).join('');
}

/** What is no code point becomes U+FFFD. */
function codePointText(point: bigint): string {
  const isCodePoint = point >= 0n && point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn);
  return String.fromCodePoint(isCodePoint ? Number(point) : 0xfffd);
}

function unicode([value]: readonly SqlValue[]): SqlValue {
  const point = textOf(present(value)).codePointAt(0);
  return point === undefined ? null : BigInt(point);
}

/** NULLs are left out. */
function concat(args: readonly SqlValue[]): SqlValue {
  return args.map((arg) => (arg === null ? '' : textOf(arg))).join('');
}

function concatWithSeparator([separator, ...args]: readonly SqlValue[]): SqlValue {
  if (separator === null) return null;
  const texts = args.flatMap((arg) => (arg === null ? [] : [textOf(arg)]));
  return texts.join(textOf(separator));
}

/** PostgreSQL's: the n-th part from 1, from the end when n is negative; empty when there are fewer. */
function splitPart([value, separator, position]: readonly SqlValue[]): SqlValue {
  const delimiter = textOf(present(separator));
  const n = Number(integerOf(present(position)));
  if (n === 0) throw new HeliosError('INVALID_VALUE', 'split_part() counts parts from 1: position 0 does not exist');
  const text = textOf(present(value));
  const parts = delimiter === '' ? [text] : text.split(delimiter);
  return parts[n > 0 ? n - 1 : parts.length + n] ?? '';
}

function reverse([value]: readonly SqlValue[]): SqlValue {
  return Array.from(textOf(present(value)))
    .reverse()
    .join('');
}

const substrDefinition = define(
  'substr',
  [2, 3],
  ([{ kind }]) => ({ kind: kind === 'BLOB' || kind === 'ANY' ? kind : 'TEXT' }),
  substr,
);
const lengthDefinition = define('length', 1, 'INTEGER', length);

export const TEXT_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  lengthDefinition,
  alias(lengthDefinition, 'char_length'),
  define('octet_length', 1, 'INTEGER', octetLength),
  define('upper', 1, 'TEXT', upper),
  define('lower', 1, 'TEXT', lower),
  substrDefinition,
  alias(substrDefinition, 'substring'),
  define('trim', [1, 2], 'TEXT', trimmer(true, true)),
  define('ltrim', [1, 2], 'TEXT', trimmer(true, false)),
  define('rtrim', [1, 2], 'TEXT', trimmer(false, true)),
  define('replace', 3, 'TEXT', replace),
  define('instr', 2, 'INTEGER', instr),
  define('hex', 1, 'TEXT', hex, { nullPropagating: false }),
  define('unhex', [1, 2], 'BLOB', unhex),
  define('quote', 1, 'TEXT', ([value]) => quoteValue(value), { nullPropagating: false }),
  define('char', [0, Number.POSITIVE_INFINITY], 'TEXT', char, { nullPropagating: false }),
  define('unicode', 1, 'INTEGER', unicode),
  define('concat', [1, Number.POSITIVE_INFINITY], 'TEXT', concat, { nullPropagating: false }),
  define('concat_ws', [2, Number.POSITIVE_INFINITY], 'TEXT', concatWithSeparator, { nullPropagating: false }),
  define('split_part', 3, 'TEXT', splitPart),
  define('reverse', 1, 'TEXT', reverse),
];
