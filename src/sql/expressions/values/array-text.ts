import type { SqlValue } from '../../../engine/column/types.ts';
import { jsonArrayItems } from './json-text.ts';
import { wholeNumber } from './numeric-text.ts';

/**
 * The elements of an array written as text: PostgreSQL's `{1,NULL,"a b"}` or JSON's `[1,null,"a b"]`; null for other
 * text. With `asJson` an element of the JSON form stays JSON, else a JSON text is what it says. Malformed JSON is
 * INVALID_VALUE.
 */
export function arrayItems(text: string, asJson: boolean): readonly (string | null)[] | null {
  const trimmed = text.trim();
  if (trimmed.startsWith('[')) {
    const items = jsonArrayItems(trimmed);
    return items === null ? null : items.map((item) => (asJson ? item : plainItem(item)));
  }
  return trimmed.startsWith('{') && trimmed.endsWith('}') ? bracedItems(trimmed) : null;
}

function plainItem(json: string): string | null {
  if (json === 'null') return null;
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** One loop over the characters: a backslash takes the next one literally, quotes keep blanks, commas and braces. */
function bracedItems(text: string): readonly (string | null)[] | null {
  const inner = text.slice(1, -1);
  if (inner.trim() === '') return [];
  const items: (string | null)[] = [];
  let item = '';
  /** How much of the item blanks at its end may not take away; -1 before it begins. */
  let kept = -1;
  let isQuoted = false;
  let isInQuotes = false;
  for (let at = 0; at <= inner.length; at++) {
    const character = inner[at];
    if (at === inner.length || (character === ',' && !isInQuotes)) {
      if (isInQuotes || kept < 0) return null;
      const word = item.slice(0, kept);
      items.push(!isQuoted && word.toUpperCase() === 'NULL' ? null : word);
      item = '';
      kept = -1;
      isQuoted = false;
    } else if (character === '"') {
      if (!isInQuotes && kept >= 0) return null;
      isInQuotes = !isInQuotes;
      isQuoted = true;
      kept = item.length;
    } else if (!isInQuotes && /\s/.test(character)) {
      if (kept >= 0 && !isQuoted) item += character;
    } else {
      if (!isInQuotes && (isQuoted || character === '{' || character === '}')) return null;
      if (character === '\\') at++;
      if (at >= inner.length) return null;
      item += inner[at];
      kept = item.length;
    }
  }
  return items;
}

/**
 * The elements of an array of no type, self-typed: JSON's numbers, texts and truth values (as 1 and 0), and of the braced
 * form whatever looks like a number.
 */
export function plainItems(text: string): readonly SqlValue[] | null {
  const isJson = text.trim().startsWith('[');
  return arrayItems(text, isJson)?.map((item) => (isJson ? valueOfJson(item) : valueOfText(item))) ?? null;
}

function valueOfText(item: string | null): SqlValue {
  return item === null ? null : (wholeNumber(item) ?? item);
}

function valueOfJson(item: string | null): SqlValue {
  if (item === null || item === 'null') return null;
  if (item === 'true' || item === 'false') return item === 'true' ? 1n : 0n;
  return item.startsWith('"') ? (JSON.parse(item) as string) : valueOfText(item);
}

/** `{1,NULL,"a b"}`, as PostgreSQL writes it. */
export function formatArray(items: readonly (string | null)[]): string {
  return `{${items.map((item) => (item === null ? 'NULL' : quotedItem(item))).join(',')}}`;
}

function quotedItem(item: string): string {
  const isPlain = item !== '' && !/[{}",\\\s]/.test(item) && item.toUpperCase() !== 'NULL';
  return isPlain ? item : `"${item.replace(/["\\]/g, '\\$&')}"`;
}
