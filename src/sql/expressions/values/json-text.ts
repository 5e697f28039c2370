import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import { formatDecimal, parseDecimal, trimmedDecimal } from './decimal.ts';

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPED = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const WORD = /true|false|null/y;

/** An array or object that is being read. */
interface Open {
  readonly items: string[] | Map<string, string>;
  key: string;
}

/**
 * JSON (RFC 8259) without blanks, each text in its shortest form; of equal keys the last one counts. `sorted` (JSONB)
 * puts keys in order, shorter ones first as PostgreSQL, and writes equal numbers alike. Reads without recursion.
 * INVALID_VALUE with the offset of what is wrong.
 */
export function canonicalJson(text: string, sorted = false): string {
  const reader = new JsonReader(text, sorted);
  return reader.read();
}

/** The keys (as JSON texts) and values of a JSON object as canonical JSON; null when the text is another JSON value. */
export function jsonEntries(text: string): ReadonlyMap<string, string> | null {
  if (!text.startsWith('{')) return null;
  const reader = new JsonReader(text, false);
  reader.read();
  return reader.topEntries;
}

/** The items of a JSON array as canonical JSON each; null when the text is another JSON value. */
export function jsonArrayItems(text: string): readonly string[] | null {
  const reader = new JsonReader(text, false);
  reader.read();
  return reader.topItems;
}

class JsonReader {
  topItems: readonly string[] | null = null;
  topEntries: ReadonlyMap<string, string> | null = null;
  private readonly text: string;
  private readonly sorted: boolean;
  private readonly open: Open[] = [];
  private at = 0;

  constructor(text: string, sorted: boolean) {
    this.text = text;
    this.sorted = sorted;
  }

  read(): string {
    let value = this.value();
    for (let top = this.open.at(-1); top !== undefined; top = this.open.at(-1)) {
      value = value === null ? this.first(top) : this.behind(top, value);
    }
    this.take(BLANKS);
    if (this.at < this.text.length) this.fail('the end');
    return value as string;
  }

  /** A value as canonical text; null: an array or object has begun. */
  private value(): string | null {
    this.take(BLANKS);
    const code = this.text.charCodeAt(this.at);
    if (code === 0x7b || code === 0x5b) {
      if (this.open.length >= LIMITS.jsonDepth) {
        throw new HeliosError('INVALID_VALUE', `JSON is nested deeper than ${LIMITS.jsonDepth} levels`);
      }
      this.at++;
      this.open.push({ items: code === 0x5b ? [] : new Map(), key: '' });
      return null;
    }
    if (code === 0x22) return this.string();
    const number = this.take(NUMBER);
    if (number !== '') return this.sorted ? canonicalNumber(number) : number;
    return this.take(WORD) || this.fail('a JSON value');
  }

  /** What follows an opening bracket: the first value, or the end. */
  private first(top: Open): string | null {
    this.take(BLANKS);
    const isArray = Array.isArray(top.items);
    if (this.text.charCodeAt(this.at) === (isArray ? 0x5d : 0x7d)) return this.close(top);
    if (!isArray) this.key(top);
    return this.value();
  }

  /** What follows a value inside of brackets: a comma and the next one, or the end. */
  private behind(top: Open, value: string): string | null {
    const isArray = Array.isArray(top.items);
    if (Array.isArray(top.items)) top.items.push(value);
    else top.items.set(top.key, value);
    this.take(BLANKS);
    const code = this.text.charCodeAt(this.at);
    if (code === (isArray ? 0x5d : 0x7d)) return this.close(top);
    if (code !== 0x2c) this.fail(isArray ? '"," or "]"' : '"," or "}"');
    this.at++;
    if (!isArray) this.key(top);
    return this.value();
  }

  private close({ items }: Open): string {
    this.at++;
    this.open.pop();
    if (Array.isArray(items)) {
      if (this.open.length === 0) this.topItems = items;
      return `[${items.join(',')}]`;
    }
    if (this.open.length === 0) this.topEntries = items;
    const entries = [...items];
    if (this.sorted) entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`;
  }

  private key(top: Open): void {
    this.take(BLANKS);
    if (this.text.charCodeAt(this.at) !== 0x22) this.fail('a key in double quotes');
    top.key = this.string();
    this.take(BLANKS);
    if (this.text.charCodeAt(this.at) !== 0x3a) this.fail('":"');
    this.at++;
  }

  /** A text in double quotes. A loop, since a pattern over megabytes of text overflows the stack of a regular expression. */
  private string(): string {
    const { text, at: start } = this;
    let hasEscape = false;
    for (this.at++; text.charCodeAt(this.at) !== 0x22; this.at++) {
      const code = text.charCodeAt(this.at);
      if (!(code >= 0x20)) this.fail('the rest of a text and a double quote');
      if (code !== 0x5c) continue;
      hasEscape = true;
      this.at++;
      const escaped = this.take(ESCAPED);
      if (escaped === '') this.fail('an escape sequence of JSON');
      this.at--;
    }
    this.at++;
    const token = text.slice(start, this.at);
    return hasEscape ? JSON.stringify(JSON.parse(token)) : token;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return '';
    this.at += match[0].length;
    return match[0];
  }

  private fail(expected: string): never {
    const found =
      this.at < this.text.length ? `found ${JSON.stringify(this.text.slice(this.at, this.at + 12))}` : 'it ends';
    throw new HeliosError('INVALID_VALUE', `malformed JSON at offset ${this.at}: ${expected} is expected, ${found}`);
  }
}

/** 1.50 and 15e-1 as 1.5; numbers of very many digits stay as they are. */
function canonicalNumber(text: string): string {
  const decimal = /[eE][+-]?\d{3}/.test(text) ? null : parseDecimal(text);
  return decimal === null ? text : formatDecimal(trimmedDecimal(decimal));
}

/** A JavaScript value as JSON text; null when it holds what JSON cannot say. BigInts are numbers, Dates ISO text. */
export function jsonOfJavascript(value: unknown, depth = 0): string | null {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : 'null';
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return 'null';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : JSON.stringify(value);
  if (depth >= LIMITS.jsonDepth) {
    throw new HeliosError('INVALID_VALUE', `a value is nested deeper than ${LIMITS.jsonDepth} levels, or holds itself`);
  }
  return Array.isArray(value) ? jsonOfArray(value, depth + 1) : jsonOfObject(value, depth + 1);
}

function jsonOfArray(items: readonly unknown[], depth: number): string | null {
  const parts: string[] = [];
  for (const item of items) {
    const part = jsonOfJavascript(item ?? null, depth);
    if (part === null) return null;
    parts.push(part);
  }
  return `[${parts.join(',')}]`;
}

/** Of plain objects only: a Map or a class of the user's would lose what makes it one. */
function jsonOfObject(value: object, depth: number): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null;
  const parts: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const part = jsonOfJavascript(item, depth);
    if (part === null) return null;
    parts.push(`${JSON.stringify(key)}:${part}`);
  }
  return `{${parts.join(',')}}`;
}
