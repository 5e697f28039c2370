import type { Collation, SqlValue } from './types.ts';

/**
 * The order of values: NULL, then numbers, then text, then blobs, as SQLite. Numbers and bigints compare exactly with
 * each other, so the functions take self-typed values as well as the values of a column.
 */
export function compareValues(a: SqlValue, b: SqlValue, collation: Collation = 'BINARY'): number {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareCollated(a, b, collation);
  const rankA = storageRank(a);
  const rankB = storageRank(b);
  if (rankA !== rankB) return rankA - rankB;
  switch (rankA) {
    case 0:
      return 0;
    case 1:
      return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
    default:
      return compareBytes(a as Uint8Array, b as Uint8Array);
  }
}

function storageRank(value: SqlValue): number {
  if (value === null) return 0;
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return 1;
    case 'string':
      return 2;
    default:
      return 3;
  }
}

/** By code point, which is the order of the UTF-8 bytes: surrogates sort above the rest of the basic plane. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    let x = a.charCodeAt(i);
    let y = b.charCodeAt(i);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      x = x >= 0xe000 ? x - 0x800 : x + 0x2000;
      y = y >= 0xe000 ? y - 0x800 : y + 0x2000;
    }
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

export function compareCollated(a: string, b: string, collation: Collation): number {
  return collation === 'BINARY'
    ? compareText(a, b)
    : compareText(collationKey(a, collation), collationKey(b, collation));
}

/** Texts that are equal under the collation have the same key, and keys compare as the texts do. */
export function collationKey(text: string, collation: Collation): string {
  switch (collation) {
    case 'BINARY':
      return text;
    case 'NOCASE':
      return foldAscii(text);
    case 'RTRIM': {
      let end = text.length;
      while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
      return text.slice(0, end);
    }
  }
}

/** Lower-cases A to Z only: what NOCASE and the matching of names mean by case. */
export function foldAscii(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 65 && unit <= 90) return isAscii(text) ? text.toLowerCase() : foldLetters(text);
  }
  return text;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function foldLetters(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
