import { isAlphanumeric, isDigit, isHexAt, isHexDigit, isLabelCharacter, skipSpace5 } from './characters.ts';
import { JSON_FALSE, JSON_NULL, JSON_TRUE, JsonKind, type JsonNode, scalarNode } from './node.ts';

/** What {@link Scanner.token} finds where no scalar stands. A scalar yields its end, which is greater than 0. */
export const Found = { End: 0, Error: -1, CloseBrace: -2, CloseBracket: -3, Comma: -4, Colon: -5, Open: -6 } as const;

/** What closes and separates, by character. */
export const PUNCTUATION: { readonly [code: number]: number | undefined } = {
  44: Found.Comma,
  58: Found.Colon,
  93: Found.CloseBracket,
  125: Found.CloseBrace,
};

/** Words beyond true, false and null that are numbers, or null for want of one, in any case. */
const NUMBER_WORDS: readonly (readonly [word: string, isInfinite: boolean])[] = [
  ['infinity', true],
  ['inf', true],
  ['nan', false],
  ['qnan', false],
  ['snan', false],
];

/** Reads scalars and punctuation of a JSON5 text. */
export class Scanner {
  readonly text: string;
  /** The scalar that was read last. */
  node: JsonNode = JSON_NULL;
  /** Where the bracket stands that the last token was. */
  openAt = 0;
  /** Where an error lies; until there is one, where the last punctuation was met that closes or separates. */
  at = 0;
  /** Something was read that is JSON5, and no JSON. */
  isExtended = false;

  constructor(text: string) {
    this.text = text;
  }

  /** The token at or behind a position: where it ends, for a scalar, or one of {@link Found}. */
  token(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      switch (code) {
        case 34:
        case 39:
          return this.quoted(at, code);
        case 44:
        case 58:
        case 93:
        case 125:
          this.at = at;
          return PUNCTUATION[code] as number;
        case 91:
        case 123:
          this.openAt = at;
          return Found.Open;
        case 32:
        case 10:
        case 13:
        case 9:
          at++;
          continue;
        case 43:
        case 45:
        case 46:
          return this.signed(at, code);
      }
      if (isDigit(code)) return this.number(at, at, at);
      if (isAlphanumeric(code)) return this.word(at);
      if (at >= text.length || code === 0) return Found.End;
      const end = skipSpace5(text, at);
      if (end === at) return this.fail(at);
      this.isExtended = true;
      at = end;
    }
  }

  /** A label without quotes: where it ends, or its begin when there is none. */
  label(from: number): number {
    const { text } = this;
    let at = from;
    let kind: number = JsonKind.Text;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 92 && text.charCodeAt(at + 1) === 117 && isHexAt(text, at + 2, 4)) kind = JsonKind.TextJ;
      else if (!isLabelCharacter(code) || (at === from && isDigit(code)) || skipSpace5(text, at) > at) break;
    }
    if (at > from) {
      this.isExtended = true;
      this.node = scalarNode(kind, text.slice(from, at));
    }
    return at;
  }

  fail(at: number): number {
    this.at = at;
    return Found.Error;
  }

  private scalar(kind: number, from: number, end: number): number {
    this.node = scalarNode(kind, this.text.slice(from, end));
    return end;
  }

  private quoted(from: number, delimiter: number): number {
    const { text } = this;
    let kind: number = JsonKind.Text;
    let at = from + 1;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === delimiter) break;
      if (code === 92) {
        const escaped = escapeKind(text, ++at);
        if (escaped === null) return this.fail(at);
        kind = Math.max(kind, escaped);
      } else if (code <= 0x1f) {
        if (code === 0) return this.fail(at);
        kind = JsonKind.Text5;
      } else if (code === 34) kind = JsonKind.Text5;
      else if (at >= text.length) return this.fail(at);
    }
    if (delimiter === 39 || kind === JsonKind.Text5) this.isExtended = true;
    this.scalar(kind, from + 1, at);
    return at + 1;
  }

  private word(at: number): number {
    const { text } = this;
    const ends = (length: number): boolean => !isAlphanumeric(text.charCodeAt(at + length));
    const literal = (node: JsonNode, end: number): number => {
      this.node = node;
      return end;
    };
    if (text.startsWith('true', at) && ends(4)) return literal(JSON_TRUE, at + 4);
    if (text.startsWith('false', at) && ends(5)) return literal(JSON_FALSE, at + 5);
    if (text.startsWith('null', at) && ends(4)) return literal(JSON_NULL, at + 4);
    const lowered = text.slice(at, at + 9).toLowerCase();
    for (const [word, isInfinite] of NUMBER_WORDS) {
      if (!lowered.startsWith(word) || !ends(word.length)) continue;
      this.isExtended = true;
      return literal(isInfinite ? scalarNode(JsonKind.Float, '9e999') : JSON_NULL, at + word.length);
    }
    return this.fail(at);
  }

  /** A number that begins with a sign or a point. */
  private signed(at: number, code: number): number {
    const { text } = this;
    const next = text.charCodeAt(at + 1);
    if (code === 46) {
      if (!isDigit(next)) return this.fail(at);
      this.isExtended = true;
      return this.decimal(at, at, true, true);
    }
    if (code === 43) this.isExtended = true;
    const start = code === 43 ? at + 1 : at;
    if (isDigit(next)) return this.number(at, start, at + 1);
    if (/^inf(inity)?/i.test(text.slice(at + 1, at + 9))) {
      this.isExtended = true;
      this.node = scalarNode(JsonKind.Float, code === 45 ? '-9e999' : '9e999');
      return at + (/^infinity/i.test(text.slice(at + 1, at + 9)) ? 9 : 4);
    }
    if (next !== 46) return this.fail(at);
    this.isExtended = true;
    return this.decimal(start, at + 1, true, false);
  }

  /** `digits` is where the digits begin, `start` where the payload does: it keeps a minus, and no plus. */
  private number(at: number, start: number, digits: number): number {
    const { text } = this;
    if (text.charCodeAt(digits) === 48) {
      const next = text.charCodeAt(digits + 1);
      if (isDigit(next)) return this.fail(at + 1);
      if ((next | 32) === 120 && isHexDigit(text.charCodeAt(digits + 2))) {
        let end = digits + 3;
        while (isHexDigit(text.charCodeAt(end))) end++;
        this.isExtended = true;
        return this.scalar(JsonKind.Int5, start, end);
      }
    }
    return this.decimal(start, digits, false, false);
  }

  private decimal(start: number, from: number, extended: boolean, hasPoint: boolean): number {
    const { text } = this;
    let isExtended = extended;
    let isFloat = hasPoint;
    let seenPoint = hasPoint;
    let seenExponent = false;
    let at = from + (hasPoint ? 1 : 0);
    /** A point without digits behind it is JSON5, if digits stand before it. */
    const endsInPoint = (): boolean => text.charCodeAt(at - 1) === 46;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (isDigit(code)) continue;
      if (code === 46) {
        if (seenPoint || seenExponent) return this.fail(at);
        seenPoint = true;
        isFloat = true;
      } else if ((code | 32) === 101) {
        if (endsInPoint()) {
          if (!isDigit(text.charCodeAt(at - 2))) return this.fail(at);
          isExtended = true;
        }
        if (seenExponent) return this.fail(at);
        isFloat = true;
        seenExponent = true;
        const sign = text.charCodeAt(at + 1);
        if (sign === 43 || sign === 45) at++;
        if (!isDigit(text.charCodeAt(at + 1))) return this.fail(at);
      } else break;
    }
    if (endsInPoint()) {
      if (!isDigit(text.charCodeAt(at - 2))) return this.fail(at);
      isExtended = true;
    }
    if (isExtended) this.isExtended = true;
    const kind = isFloat ? JsonKind.Float : JsonKind.Int;
    return this.scalar(isExtended ? kind + 1 : kind, start, at);
  }
}

/** The kind of text that the escape behind a backslash makes; null: it is none. */
function escapeKind(text: string, at: number): number | null {
  const code = text.charCodeAt(at);
  switch (code) {
    case 34: // "
    case 47: // /
    case 92: // \
    case 98: // b
    case 102: // f
    case 110: // n
    case 114: // r
    case 116: // t
      return JsonKind.TextJ;
    case 117: // u
      return isHexAt(text, at + 1, 4) ? JsonKind.TextJ : null;
    case 39: // '
    case 118: // v
    case 10:
    case 13:
    case 0x2028:
    case 0x2029:
      return JsonKind.Text5;
    case 48: // 0
      return isDigit(text.charCodeAt(at + 1)) ? null : JsonKind.Text5;
    case 120: // x
      return isHexAt(text, at + 1, 2) ? JsonKind.Text5 : null;
    default:
      return null;
  }
}
