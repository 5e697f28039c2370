import { LIMITS } from '../../base/limits.ts';
import { classOf, DIGIT, HEX, SPACE, WORD_PART, WORD_START } from './characters.ts';
import { sqlError } from './render-error.ts';
import { Token } from './tokens.ts';
import { IDENTIFIER, QUOTED_IDENTIFIER, Word, wordKind } from './words.ts';

const SHOWN_CHARACTERS = 60;

/** What the index of a subscript may begin with: a digit, `(`, `-`, `?`, `$` or `:`. */
const SUBSCRIPT_STARTS: readonly number[] = [...'0123456789(-?$:'].map((character) => character.charCodeAt(0));

/** Kinds of tokens that end the first bound of a slice. */
const ENDS_OF_VALUES: ReadonlySet<number> = new Set([
  Token.Integer,
  Token.RightParen,
  Token.RightBracket,
  Token.Parameter,
  IDENTIFIER,
  QUOTED_IDENTIFIER,
]);

/** Where a {@link Lexer} stands, to come back to. */
export interface LexerMark {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly previousEnd: number;
}

/**
 * Reads a text token by token. `kind`, `start` and `end` describe the current one; nothing is allocated for it.
 * Comments and space are skipped. Only what the grammar can use is a token; anything else is a SYNTAX_ERROR.
 */
export class Lexer {
  readonly sql: string;
  kind = Token.End;
  start: number;
  end: number;
  /** The end of the token before the current one. */
  previousEnd: number;
  /** Where the current statement begins: its length is limited, the length of a script is not. */
  statementStart: number;
  /** Of the word read last: the same for words that differ in case. */
  wordHash = 0;

  constructor(sql: string, offset = 0) {
    this.sql = sql;
    this.start = offset;
    this.end = offset;
    this.previousEnd = offset;
    this.statementStart = offset;
  }

  /** The current token's text, quotes and all. */
  text(): string {
    return this.sql.slice(this.start, this.end);
  }

  mark(): LexerMark {
    return { kind: this.kind, start: this.start, end: this.end, previousEnd: this.previousEnd };
  }

  reset(mark: LexerMark): void {
    this.kind = mark.kind;
    this.start = mark.start;
    this.end = mark.end;
    this.previousEnd = mark.previousEnd;
  }

  /** The kind of the token after the current one. */
  peek(): number {
    const { kind, start, end, previousEnd } = this;
    this.next();
    const found = this.kind;
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.previousEnd = previousEnd;
    return found;
  }

  /** Moves to the next token. At the end it stays at the end. */
  next(): void {
    const sql = this.sql;
    this.previousEnd = this.end;
    const start = skipSpace(sql, this.end);
    this.start = start;
    if (start >= sql.length) {
      this.set(Token.End, start);
      return;
    }
    const code = sql.charCodeAt(start);
    const bits = classOf(code);
    if ((bits & WORD_START) !== 0) this.word(code);
    else if ((bits & DIGIT) !== 0) this.number();
    else this.symbol(code);
    if (this.end - this.statementStart > LIMITS.sqlLength) this.tooLong();
  }

  private set(kind: number, end: number): void {
    this.kind = kind;
    this.end = end;
  }

  private word(first: number): void {
    const sql = this.sql;
    if ((first | 32) === 120 && sql.charCodeAt(this.start + 1) === 39) {
      this.blob();
      return;
    }
    let hash = 0;
    let at = this.start;
    for (let code = first; (classOf(code) & WORD_PART) !== 0; code = sql.charCodeAt(++at)) {
      hash = (Math.imul(hash, 31) + (code | 32)) | 0;
    }
    this.end = at;
    this.wordHash = hash;
    this.kind = wordKind(sql, this.start, at, hash);
  }

  /** A token that begins with neither a letter nor a digit. */
  private symbol(code: number): void {
    const next = this.sql.charCodeAt(this.start + 1);
    const single = SINGLE_KINDS[code];
    if (single !== 0) this.set(single, this.start + 1);
    else if (code === 39) this.quoted(39, Token.Text);
    else if (code === 34 || code === 96) this.quoted(code, QUOTED_IDENTIFIER);
    else if (code === 91) this.bracket(next);
    else if (code === 63) this.set(Token.Parameter, skipDigits(this.sql, this.start + 1));
    else if (code === 46) this.dot(next);
    else if (code === 58 && next === 58) this.set(Token.DoubleColon, this.start + 2);
    else if (code === 58 && this.isSliceColon(next)) this.set(Token.Colon, this.start + 1);
    else if (code === 64 && next === 62) this.set(Token.Contains, this.start + 2);
    else if (code === 36 || code === 58 || code === 64) this.namedParameter();
    else this.operator(code, next);
  }

  private dot(next: number): void {
    if ((classOf(next) & DIGIT) !== 0) this.number();
    else this.set(Token.Dot, this.start + 1);
  }

  /** An operator that another one begins with. */
  private operator(code: number, next: number): void {
    switch (code) {
      case 61:
        this.set(Token.Equal, next === 61 ? this.start + 2 : this.start + 1);
        break;
      case 124:
        this.either(next === 124, Token.Concat, Token.BitOr);
        break;
      case 38:
        this.either(next === 38, Token.Overlaps, Token.BitAnd);
        break;
      case 62:
        if (next === 61) this.set(Token.GreaterEqual, this.start + 2);
        else this.either(next === 62, Token.ShiftRight, Token.Greater);
        break;
      case 45:
        this.minus(next);
        break;
      case 60:
        this.less(next);
        break;
      case 126:
        this.either(next === 42, Token.MatchFold, Token.BitNot);
        break;
      case 33:
        this.not(next);
        break;
      default:
        this.unrecognized();
    }
  }

  private either(isPair: boolean, pair: number, single: number): void {
    if (isPair) this.set(pair, this.start + 2);
    else this.set(single, this.start + 1);
  }

  private not(next: number): void {
    if (next === 61) this.set(Token.NotEqual, this.start + 2);
    else if (next !== 126) this.unrecognized();
    else if (this.sql.charCodeAt(this.start + 2) === 42) this.set(Token.NotMatchFold, this.start + 3);
    else this.set(Token.NotMatch, this.start + 2);
  }

  private minus(next: number): void {
    if (next !== 62) this.set(Token.Minus, this.start + 1);
    else if (this.sql.charCodeAt(this.start + 2) === 62) this.set(Token.ArrowText, this.start + 3);
    else this.set(Token.Arrow, this.start + 2);
  }

  private less(next: number): void {
    const start = this.start;
    const third = this.sql.charCodeAt(start + 2);
    if (next === 61 && third === 62) this.set(Token.DistanceCosine, start + 3);
    else if (next === 61) this.set(Token.LessEqual, start + 2);
    else if (next === 62) this.set(Token.NotEqual, start + 2);
    else if (next === 60) this.set(Token.ShiftLeft, start + 2);
    else if (next === 45 && third === 62) this.set(Token.DistanceL2, start + 3);
    else if (next === 35 && third === 62) this.set(Token.InnerProduct, start + 3);
    // a<@b compares with the parameter @b, as in SQLite; a <@ b asks whether b contains a.
    else if (next === 64 && (classOf(third) & WORD_PART) === 0) this.set(Token.ContainedBy, start + 2);
    else this.set(Token.Less, start + 1);
  }

  /** `[2:5]`, `[(i):j]`, `[:5]`: behind a value no parameter can stand, and `[:n]` is a subscript by the parameter `:n`. */
  private isSliceColon(next: number): boolean {
    if (this.kind === Token.LeftBracket) return (classOf(next) & WORD_START) === 0;
    return ENDS_OF_VALUES.has(this.kind);
  }

  private unrecognized(): never {
    const code = this.sql.codePointAt(this.start)!;
    const character = String.fromCodePoint(code);
    this.rejectToken(this.start + character.length, 'no token begins with this character');
  }

  /** [name] is an identifier unless it follows ARRAY, is empty (a type), or hugs what it follows like a subscript. */
  private bracket(next: number): void {
    const subscript = this.start === this.previousEnd && SUBSCRIPT_STARTS.includes(next);
    if (this.kind === Word.ARRAY || next === 93 || subscript) {
      this.set(Token.LeftBracket, this.start + 1);
      return;
    }
    const close = this.sql.indexOf(']', this.start);
    if (close === -1) this.rejectToken(this.sql.length, 'a closing ] is missing');
    this.set(QUOTED_IDENTIFIER, close + 1);
  }

  private quoted(quote: number, kind: number): void {
    const sql = this.sql;
    const character = String.fromCharCode(quote);
    let at = sql.indexOf(character, this.start + 1);
    while (at !== -1 && sql.charCodeAt(at + 1) === quote) at = sql.indexOf(character, at + 2);
    if (at === -1) {
      this.rejectToken(sql.length, `a closing ${character} is missing`);
    }
    this.set(kind, at + 1);
  }

  private blob(): void {
    const from = this.start + 2;
    let at = from;
    while ((classOf(this.sql.charCodeAt(at)) & HEX) !== 0) at++;
    if (this.sql.charCodeAt(at) !== 39 || (at - from) % 2 !== 0) {
      const close = this.sql.indexOf("'", from);
      const end = close === -1 ? this.sql.length : close + 1;
      this.rejectToken(end, "x'…' holds pairs of hexadecimal digits");
    }
    this.set(Token.Blob, at + 1);
  }

  /** `:name`, `@name`, `$name`; Tcl's `$::name` is one, too. */
  private namedParameter(): void {
    const sql = this.sql;
    let at = this.start + 1;
    const isDollar = sql.charCodeAt(this.start) === 36;
    for (;;) {
      if ((classOf(sql.charCodeAt(at)) & WORD_PART) !== 0) at++;
      else if (isDollar && this.isTclSeparator(at)) at += 2;
      else break;
    }
    if (at === this.start + 1) this.unrecognized();
    this.set(Token.Parameter, at);
  }

  /** The `::` right after the sigil; after a name or a number it is a cast. */
  private isTclSeparator(at: number): boolean {
    const sql = this.sql;
    const isCast = (classOf(sql.charCodeAt(this.start + 1)) & (DIGIT | WORD_START)) !== 0;
    return !isCast && sql.charCodeAt(at) === 58 && sql.charCodeAt(at + 1) === 58;
  }

  /** Digits with underscores between them, a fraction, an exponent; or 0x and hexadecimal digits. */
  private number(): void {
    const sql = this.sql;
    const start = this.start;
    if (sql.charCodeAt(start) === 48 && (sql.charCodeAt(start + 1) | 32) === 120) {
      const end = skipSeparated(sql, start + 2, HEX);
      this.set(Token.Integer, end);
      if (end === start + 2) this.malformedNumber();
    } else {
      this.decimal();
    }
    if ((classOf(sql.charCodeAt(this.end)) & WORD_PART) !== 0) this.malformedNumber();
  }

  private decimal(): void {
    const sql = this.sql;
    let at = skipSeparated(sql, this.start, DIGIT);
    let kind = Token.Integer;
    if (sql.charCodeAt(at) === 46) {
      kind = Token.Real;
      at = skipSeparated(sql, at + 1, DIGIT);
    }
    if ((sql.charCodeAt(at) | 32) === 101) {
      const sign = sql.charCodeAt(at + 1);
      const digits = sign === 43 || sign === 45 ? at + 2 : at + 1;
      if ((classOf(sql.charCodeAt(digits)) & DIGIT) !== 0) {
        kind = Token.Real;
        at = skipSeparated(sql, digits, DIGIT);
      }
    }
    this.set(kind, at);
  }

  private malformedNumber(): never {
    let at = this.end;
    while ((classOf(this.sql.charCodeAt(at)) & WORD_PART) !== 0) at++;
    this.rejectToken(at, 'a number ends where a letter begins');
  }

  private tooLong(): never {
    const limit = LIMITS.sqlLength.toLocaleString('en-US');
    throw sqlError(
      'LIMIT_EXCEEDED',
      this.sql,
      this.statementStart,
      `the statement is longer than ${limit} characters`,
      'pass the data as parameters, or split the statement',
    );
  }

  /** No token begins at `start`; what reaches to `end` is shown, and `why` says what is wrong with it. */
  private rejectToken(end: number, why: string): never {
    const shown = this.sql.slice(this.start, Math.min(end, this.start + SHOWN_CHARACTERS));
    throw sqlError('SYNTAX_ERROR', this.sql, this.start, `unrecognized token: "${shown}": ${why}`);
  }
}

/** By character: the kind of the operator or bracket that it is, where nothing longer begins with it. */
const SINGLE_KINDS = buildSingleKinds();

function buildSingleKinds(): Uint8Array {
  const kinds = new Uint8Array(128);
  kinds[40] = Token.LeftParen;
  kinds[41] = Token.RightParen;
  kinds[93] = Token.RightBracket;
  kinds[44] = Token.Comma;
  kinds[59] = Token.Semicolon;
  kinds[43] = Token.Plus;
  kinds[42] = Token.Star;
  kinds[47] = Token.Slash;
  kinds[37] = Token.Percent;
  return kinds;
}

/** The offset of the first character at or after `at` that is neither space nor comment. */
function skipSpace(sql: string, at: number): number {
  while (at < sql.length) {
    const code = sql.charCodeAt(at);
    if ((classOf(code) & SPACE) !== 0) {
      at++;
    } else if (code === 45 && sql.charCodeAt(at + 1) === 45) {
      const close = sql.indexOf('\n', at + 2);
      at = close === -1 ? sql.length : close + 1;
    } else if (code === 47 && sql.charCodeAt(at + 1) === 42) {
      const close = sql.indexOf('*/', at + 2);
      at = close === -1 ? sql.length : close + 2;
    } else {
      break;
    }
  }
  return at;
}

function skipDigits(sql: string, at: number): number {
  while ((classOf(sql.charCodeAt(at)) & DIGIT) !== 0) at++;
  return at;
}

/** Digits of one class; an underscore counts where a digit stands on either side. */
function skipSeparated(sql: string, at: number, digit: number): number {
  const from = at;
  for (;;) {
    const code = sql.charCodeAt(at);
    const separates = code === 95 && at > from && (classOf(sql.charCodeAt(at + 1)) & digit) !== 0;
    if ((classOf(code) & digit) === 0 && !separates) return at;
    at++;
  }
}
