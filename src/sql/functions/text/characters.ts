import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { StaticType } from '../../expressions/static-type.ts';
import { foldAscii } from '../../expressions/values/compare.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { indexOfBytes, textSearch } from '../../expressions/values/search.ts';
import { beforeNul, textOf } from '../../expressions/values/text.ts';
import { alias, define, present } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';

const encoder = new TextEncoder();
const SURROGATE = /[\ud800-\udfff]/;

/** Characters are code points, as SQLite counts them. */
export function charactersOf(text: string): readonly string[] | string {
  return SURROGATE.test(text) ? Array.from(text) : text;
}

/** Characters from `start` to before `end`, as `slice`. */
export function sliceCharacters(text: string, start: number, end?: number): string {
  const part = charactersOf(text).slice(start, end);
  return typeof part === 'string' ? part : part.join('');
}

/** A text ends at its first NUL, as C's do. */
function length([value]: readonly SqlValue[]): SqlValue {
  return BigInt(value instanceof Uint8Array ? value.length : charactersOf(beforeNul(textOf(present(value)))).length);
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
  if (value instanceof Uint8Array) {
    // Of an empty blob SQLite gives NULL.
    return value.length === 0 ? null : value.slice(...substringBounds(value.length, args));
  }
  const characters = charactersOf(beforeNul(textOf(present(value))));
  const part = characters.slice(...substringBounds(characters.length, args));
  return typeof part === 'string' ? part : part.join('');
}

/** Position from 1, in characters (bytes when both are blobs); 0 when absent. */
function instr([value, search]: readonly SqlValue[]): SqlValue {
  if (value instanceof Uint8Array && search instanceof Uint8Array) return BigInt(indexOfBytes(value, search) + 1);
  return positionOf(textOf(present(value)), textOf(present(search)));
}

function positionOf(text: string, pattern: string): bigint {
  const at = textSearch(text, pattern)(0);
  return BigInt(at < 0 ? 0 : charactersOf(text.slice(0, at)).length + 1);
}

function char(args: readonly SqlValue[]): SqlValue {
  return args.map((arg) => codePointText(arg === null ? 0n : integerOf(arg))).join('');
}

/** What is no code point becomes U+FFFD. */
export function codePointText(point: bigint): string {
  const isCodePoint = point >= 0n && point <= 0x10ffffn && !(point >= 0xd800n && point <= 0xdfffn);
  return String.fromCodePoint(isCodePoint ? Number(point) : 0xfffd);
}

/** PostgreSQL's chr: one character, which must exist. */
function chr([value]: readonly SqlValue[]): SqlValue {
  const point = integerOf(present(value));
  const text = codePointText(point);
  if (point > 0n && (text !== '\ufffd' || point === 0xfffdn)) return text;
  throw new HeliosError(
    'INVALID_VALUE',
    `chr() takes a code point from 1 to 1114111 that is no surrogate, not ${point}`,
  );
}

function unicode([value]: readonly SqlValue[]): SqlValue {
  const point = textOf(present(value)).codePointAt(0);
  return point === undefined || point === 0 ? null : BigInt(point);
}

function ascii([value]: readonly SqlValue[]): SqlValue {
  return BigInt(textOf(present(value)).codePointAt(0) ?? 0);
}

function reverse([value]: readonly SqlValue[]): SqlValue {
  if (value instanceof Uint8Array) return value.slice().reverse();
  return Array.from(textOf(present(value)))
    .reverse()
    .join('');
}

/** The first n characters, all but the last -n when n is negative. */
function left([value, count]: readonly SqlValue[]): SqlValue {
  return sliceCharacters(textOf(present(value)), 0, Number(integerOf(present(count))));
}

/** The last n characters, all but the first -n when n is negative. */
function right([value, count]: readonly SqlValue[]): SqlValue {
  const n = Number(integerOf(present(count)));
  return n === 0 ? '' : sliceCharacters(textOf(present(value)), -n);
}

/** Blobs stay blobs, and what carries its own type may be one. */
function blobOrText([{ kind }]: readonly StaticType[]): StaticType {
  return { kind: kind === 'BLOB' || kind === 'ANY' ? kind : 'TEXT' };
}

const substrDefinition = define('substr', [2, 3], blobOrText, substr);
const lengthDefinition = define('length', 1, 'INTEGER', length);

export const CHARACTER_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  lengthDefinition,
  alias(lengthDefinition, 'char_length'),
  alias(lengthDefinition, 'character_length'),
  define('octet_length', 1, 'INTEGER', octetLength),
  define('bit_length', 1, 'INTEGER', (args) => (octetLength(args) as bigint) * 8n),
  define('upper', 1, 'TEXT', upper),
  define('lower', 1, 'TEXT', lower),
  substrDefinition,
  alias(substrDefinition, 'substring'),
  define('instr', 2, 'INTEGER', instr),
  define('strpos', 2, 'INTEGER', instr),
  // position(x IN y), as the parser writes it.
  define('position', 2, 'INTEGER', ([search, value]) => instr([value, search])),
  define('char', [0, Number.POSITIVE_INFINITY], 'TEXT', char, { nullPropagating: false }),
  define('chr', 1, 'TEXT', chr),
  define('unicode', 1, 'INTEGER', unicode),
  define('ascii', 1, 'INTEGER', ascii),
  define('reverse', 1, blobOrText, reverse),
  define('left', 2, 'TEXT', left),
  define('right', 2, 'TEXT', right),
];
