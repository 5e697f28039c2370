import { isHeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { Lexer } from './lexer.ts';
import { blobValue, EXACT_DIGITS, realValue, unquote } from './literals.ts';
import type { TokenList } from './token-list.ts';
import { Token } from './tokens.ts';
import { IDENTIFIER, Word } from './words.ts';

/** Longer texts are scripts of values: they do not come again, and their plan costs little beside them. */
const LONGEST_SHAPE = 8192;
const MOST_LITERALS = 100;
/** That of FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo). */
const HASH_FACTOR = 16777619;
/** What is left of 32 bits is a small integer to every engine. */
const UNUSED_BITS = 2;

/** What stands for a literal in a shape, by its kind: no token begins with one of these characters. */
const PLACEHOLDERS: readonly string[] = ['', '\u0001', '\u0002', '\u0003', '\u0004'];

/** A statement's text without the values of its literals. Texts of one shape mean the same of other values. */
export interface StatementShape {
  readonly sql: string;
  /** Equal for texts that differ in nothing but the values of their literals, and for few others. Not negative. */
  readonly hash: number;
  /** Where the text begins and ends, without what lies around it. */
  readonly start: number;
  readonly end: number;
  /** Its tokens, and how many of them are literals; see {@link TokenList.literals}. */
  readonly tokens: TokenList;
  readonly literalCount: number;
  /** Where the next statement of the text may begin. */
  readonly next: number;
}

/**
 * The shape of the statement at `offset`, which may lie before semicolons and space. null: there is none, as for
 * statements that define something, for long ones, and for what no lexer takes. `tokens` receives what has been read, whether
 * there is a shape or not, and is to stay as it is while the shape is used.
 */
export function shapeOf(sql: string, offset: number, tokens: TokenList): StatementShape | null {
  tokens.count = 0;
  try {
    return shape(new Lexer(sql, offset), tokens);
  } catch (error) {
    if (isHeliosError(error)) return null;
    throw error;
  }
}

function shape(lexer: Lexer, tokens: TokenList): StatementShape | null {
  const { sql } = lexer;
  do {
    lexer.statementStart = lexer.end;
    lexer.next();
  } while (lexer.kind === Token.Semicolon);
  if (!FIRST_WORDS.has(lexer.kind)) return null;
  const from = lexer.start;
  const longest = from + LONGEST_SHAPE;
  let literalCount = 0;
  let hash = 0;
  for (; lexer.kind !== Token.End && lexer.kind !== Token.Semicolon; lexer.next()) {
    const { kind, start, end } = lexer;
    if (end > longest) return null;
    tokens.add(kind, start, end);
    hash = Math.imul(hash ^ (kind === IDENTIFIER ? lexer.wordHash : kind), HASH_FACTOR);
    if (kind > Token.Blob || (kind === Token.Integer && !isPlain(sql, start, end))) continue;
    if (literalCount === MOST_LITERALS) return null;
    tokens.literals[literalCount++] = tokens.count - 1;
  }
  tokens.add(lexer.kind, lexer.start, lexer.end);
  return {
    sql,
    hash: hash >>> UNUSED_BITS,
    start: from,
    end: lexer.previousEnd,
    tokens,
    literalCount,
    next: lexer.end,
  };
}

/** The same for texts that differ in nothing but the values of their literals. */
export function keyOf({ sql, start, end, tokens, literalCount }: StatementShape): string {
  const { literals, starts, ends, kinds } = tokens;
  let key = '';
  let from = start;
  for (let i = 0; i < literalCount; i++) {
    const literal = literals[i];
    key += sql.slice(from, starts[literal]) + PLACEHOLDERS[kinds[literal]];
    from = ends[literal];
  }
  return key + sql.slice(from, end);
}

/** Words that what programs ask again and again begins with. */
const FIRST_WORDS: ReadonlySet<number> = new Set([
  ...[Word.SELECT, Word.INSERT, Word.UPDATE, Word.DELETE, Word.WITH, Word.REPLACE],
  ...[Word.BEGIN, Word.COMMIT, Word.END, Word.ROLLBACK, Word.SAVEPOINT, Word.RELEASE],
]);

/** Decimal digits and few of them: numerals with more are part of the shape. */
function isPlain(sql: string, start: number, end: number): boolean {
  if (end - start > EXACT_DIGITS) return false;
  for (let at = start; at < end; at++) {
    const code = sql.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Where the literal stands. */
export function literalStart({ tokens }: StatementShape, i: number): number {
  return tokens.starts[tokens.literals[i]];
}

/** The literal as it is written. */
export function literalText({ sql, tokens }: StatementShape, i: number): string {
  const literal = tokens.literals[i];
  return sql.slice(tokens.starts[literal], tokens.ends[literal]);
}

/** True when the literal is written so. */
export function isLiteralText({ sql, tokens }: StatementShape, i: number, text: string): boolean {
  const literal = tokens.literals[i];
  const start = tokens.starts[literal];
  return tokens.ends[literal] - start === text.length && sql.startsWith(text, start);
}

/** What the literal is read as. */
export function literalValue(shape: StatementShape, i: number): Exclude<SqlValue, null> {
  const text = literalText(shape, i);
  switch (shape.tokens.kinds[shape.tokens.literals[i]]) {
    case Token.Integer:
      return BigInt(Number(text));
    case Token.Real:
      return realValue(text);
    case Token.Text:
      return unquote(text);
    default:
      return blobValue(text);
  }
}
