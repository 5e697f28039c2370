import type { SqlValue } from '../../../engine/column/types.ts';
import { beforeNul, bytesToText, textOf } from '../../expressions/values/text.ts';
import { checkTextLength } from '../define.ts';
import type { Directive } from './directive.ts';

const encoder = new TextEncoder();
const BEYOND_ASCII = /[^\0-\x7f]/;
/** What %#q escapes. */
const CONTROL = /[^ -\u{10ffff}]/u;

/** Width and precision count bytes of UTF-8, with the flag `!` characters. */
function sizeOf(text: string, wide: boolean): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  return wide ? Array.from(text).length : encoder.encode(text).length;
}

function cut(text: string, { precision, wide }: Directive): string {
  if (precision === null || precision >= text.length * 3) return text;
  if (!BEYOND_ASCII.test(text)) return text.slice(0, precision);
  if (!wide) return bytesToText(encoder.encode(text).subarray(0, precision));
  return Array.from(text).slice(0, precision).join('');
}

/** `broken`: bytes by which the text is longer than what was cut, because half a character became U+FFFD. */
function padded(text: string, { leftJustified, wide, width }: Directive, broken = 0): string {
  const missing = width === 0 ? 0 : width - (sizeOf(text, wide) - broken);
  if (missing <= 0) return text;
  return leftJustified ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

function brokenBytes(cutText: string, { precision, wide }: Directive): number {
  return precision === null || wide ? 0 : Math.max(0, sizeOf(cutText, false) - precision);
}

/** %s */
export function formatText(directive: Directive, value: SqlValue): string {
  const text = cut(value === null ? '' : beforeNul(textOf(value)), directive);
  return padded(text, directive, brokenBytes(text, directive));
}

/** %c: the first character, as often as the precision says. */
export function repeatedCharacter(directive: Directive, value: SqlValue): string {
  const point = value === null ? undefined : textOf(value).codePointAt(0);
  const count = Math.max(1, directive.precision ?? 1);
  const character = String.fromCodePoint(point ?? 0);
  checkTextLength(character.length * count, 'printf');
  return padded(character.repeat(count), { ...directive, wide: true });
}

/** %q, %Q and %w: quotes doubled, with %Q quotes around; with `#` control characters as unistr() reads them. */
export function formatQuoted(directive: Directive, value: SqlValue): string {
  const { conversion } = directive;
  const isLiteral = conversion === 'Q' && value !== null;
  const source = value === null ? (conversion === 'Q' ? 'NULL' : '(NULL)') : beforeNul(textOf(value));
  const kept = cut(source, directive);
  checkTextLength(2 * kept.length, 'printf');
  const quote = conversion === 'w' ? '"' : "'";
  let text = kept.replaceAll(quote, quote + quote);
  const escapes = directive.alternate && conversion !== 'w' && (conversion === 'q' || CONTROL.test(text));
  if (escapes) {
    checkTextLength(6 * text.length, 'printf');
    text = text.replace(/\\|[^ -\u{10ffff}]/gu, (c) => (c === '\\' ? '\\\\' : `\\u00${hexByte(c)}`));
  }
  if (isLiteral) text = escapes ? `unistr('${text}')` : `'${text}'`;
  return padded(text, directive, brokenBytes(kept, directive));
}

/** %j and %J: a JSON text, with %J quotes around; NULL is nothing, and null. */
export function formatJson(directive: Directive, value: SqlValue): string {
  const isWhole = directive.conversion === 'J';
  if (value === null) return padded(isWhole ? 'null' : '', directive);
  const kept = cut(beforeNul(textOf(value)), directive);
  checkTextLength(6 * kept.length, 'printf');
  const text = JSON.stringify(kept);
  return padded(isWhole ? text : text.slice(1, -1), directive, brokenBytes(kept, directive));
}

function hexByte(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}

/** The SQL text of a text value: what %Q yields; `escapes` as with `#`. */
export function quotedText(text: string, escapes: boolean): string {
  const plain = { leftJustified: false, prefix: '', wide: false, zeroPadded: false, grouped: false };
  return formatQuoted({ ...plain, alternate: escapes, width: 0, precision: null, conversion: 'Q', end: 0 }, text);
}
