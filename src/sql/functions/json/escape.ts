import { isHexAt } from './characters.ts';

const SHORT_ESCAPES: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' };

function escapeOf(code: number): string {
  if (code === 34) return '\\"';
  if (code === 92) return '\\\\';
  return SHORT_ESCAPES[code] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const TO_ESCAPE = /["\\\u0000-\u001f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const ALL_TO_ESCAPE = /["\\\u0000-\u001f]/g;

/** A text as JSON, without the quotes around it. */
export function escapeText(text: string): string {
  return TO_ESCAPE.test(text) ? text.replace(ALL_TO_ESCAPE, (found) => escapeOf(found.charCodeAt(0))) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be escaped
const NOT_JSON = /\\(?:\r\n|[\s\S])|["\u0000-\u001f]/g;

/** The payload of a JSON5 text as JSON writes it: escapes that JSON does not have are replaced. */
export function escapeText5(payload: string): string {
  return payload.replace(NOT_JSON, (found, at: number) => {
    if (found.length === 1) return escapeOf(found.charCodeAt(0));
    switch (found[1]) {
      case "'":
        return "'";
      case 'v':
        return '\\u000b';
      case 'x':
        return isHexAt(payload, at + 2, 2) ? '\\u00' : found;
      case '0':
        return '\\u0000';
      case '\r':
      case '\n':
      case '\u2028':
      case '\u2029':
        return '';
      default:
        return found;
    }
  });
}

const SINGLE_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
  '\r\n': '',
  '\r': '',
  '\n': '',
  '\u2028': '',
  '\u2029': '',
};

const ESCAPE = /\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|[\s\S])/g;

/** What a payload with escapes, JSON's or JSON5's, stands for. */
export function unescapeText(payload: string): string {
  if (!payload.includes('\\')) return payload;
  return payload.replace(ESCAPE, (_found, escaped: string) => {
    if (escaped.length > 2) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return SINGLE_ESCAPES[escaped] ?? escaped;
  });
}
