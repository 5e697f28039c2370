import type { ErrorCode } from '../../base/errors.ts';
import { LIMITS } from '../../base/limits.ts';
import type { Identifier, QualifiedName } from '../ast/node.ts';
import { Lexer, type LexerMark } from '../lexer/lexer.ts';
import { unquote } from '../lexer/literals.ts';
import { sqlError } from '../lexer/render-error.ts';
import { shortName } from '../lexer/short-names.ts';
import type { TokenList } from '../lexer/token-list.ts';
import { Token } from '../lexer/tokens.ts';
import { FIRST_BARE_ALIAS, FIRST_NAME, IDENTIFIER, QUOTED_IDENTIFIER } from '../lexer/words.ts';
import type { ExpectationLog } from './expectations.ts';
import { ParameterNumbering } from './parameter-numbering.ts';

/** Keywords are not longer. */
const LONGEST_WORD = 20;

interface CursorMark extends LexerMark {
  readonly index: number;
}

/**
 * What the grammar's functions share: the lexer, the parameters met so far, and two measures that keep recursion safe,
 * here and in whoever walks the tree. `depth` is how many brackets, calls, CASEs, subqueries and prefix operators are
 * open (LIMITS.nestingDepth). `height` is that of the expression parsed last: a chain like a+b+c is parsed by a loop,
 * yet makes a deep tree (LIMITS.expressionHeight). `tallest` is the greatest height since the last `open`.
 */
export class Cursor extends Lexer {
  parameters!: ParameterNumbering;
  height = 0;
  tallest = 0;
  private depth = 0;
  /** Present in the second parse of a wrong statement: collects what could have stood where it fails. */
  readonly log: ExpectationLog | null;
  /** Those that were read already; null: none, or none any more. */
  private tokens: TokenList | null;
  /** The next one of them. */
  private index = 0;

  constructor(sql: string, offset = 0, log: ExpectationLog | null = null, tokens: TokenList | null = null) {
    super(sql, offset);
    this.log = log;
    this.tokens = tokens;
  }

  override next(): void {
    const { tokens, index } = this;
    if (tokens === null || index >= tokens.count) {
      this.tokens = null;
      super.next();
      return;
    }
    this.index = index + 1;
    this.previousEnd = this.end;
    this.kind = tokens.kinds[index];
    this.start = tokens.starts[index];
    this.end = tokens.ends[index];
  }

  override peek(): number {
    const { tokens, index } = this;
    return tokens === null || index >= tokens.count ? super.peek() : tokens.kinds[index];
  }

  override mark(): CursorMark {
    return { kind: this.kind, start: this.start, end: this.end, previousEnd: this.previousEnd, index: this.index };
  }

  override reset(mark: CursorMark): void {
    super.reset(mark);
    this.index = mark.index;
  }

  /** Begins a statement at the current token. */
  beginStatement(): void {
    this.statementStart = this.start;
    this.parameters = new ParameterNumbering();
    this.depth = 0;
    this.tallest = 0;
  }

  at(kind: number): boolean {
    if (this.kind === kind) return true;
    if (this.log !== null) this.log.note(this.start, kind);
    return false;
  }

  /** Consumes the token if it is of the kind. */
  accept(kind: number): boolean {
    if (this.kind === kind) {
      this.next();
      return true;
    }
    if (this.log !== null) this.log.note(this.start, kind);
    return false;
  }

  expect(kind: number): void {
    if (!this.accept(kind)) this.fail();
  }

  /** Consumes the two words if both follow. */
  acceptPair(first: number, second: number): boolean {
    if (!this.at(first) || this.peek() !== second) return false;
    this.next();
    this.next();
    return true;
  }

  isName(): boolean {
    return this.kind >= FIRST_NAME;
  }

  isBareAlias(): boolean {
    return this.kind >= FIRST_BARE_ALIAS;
  }

  /** A name that is no keyword of its own accord: an identifier with or without quotes. */
  isPlainName(): boolean {
    return this.kind === IDENTIFIER || this.kind === QUOTED_IDENTIFIER;
  }

  /** True for the word itself, which is no keyword of the lexer's list. */
  isWord(lowerCase: string): boolean {
    return this.kind === IDENTIFIER && this.text().toLowerCase() === lowerCase;
  }

  /** Consumes a name: an identifier, a keyword that is not reserved, or, as SQLite has it, a text. */
  name(what: string): string {
    if (this.kind < FIRST_NAME && this.kind !== Token.Text) this.fail(what);
    return this.takeName();
  }

  /** Consumes the current token as a name, whatever it is. */
  takeName(): string {
    const isQuoted = this.kind === QUOTED_IDENTIFIER || this.kind === Token.Text;
    const name = isQuoted ? unquote(this.text()) : shortName(this.sql, this.start, this.end);
    this.next();
    return name;
  }

  identifier(what: string): Identifier {
    const position = this.start;
    const name = this.name(what);
    return { kind: 'identifier', name, position, end: this.previousEnd };
  }

  qualifiedName(what: string): QualifiedName {
    const position = this.start;
    const first = this.name(what);
    if (this.kind !== Token.Dot)
      return { kind: 'qualified-name', schema: null, name: first, position, end: this.previousEnd };
    this.next();
    const name = this.name(what);
    return { kind: 'qualified-name', schema: first, name, position, end: this.previousEnd };
  }

  /** Goes one level deeper; hand what it returns to `close`. */
  open(): number {
    if (++this.depth > LIMITS.nestingDepth) {
      this.limit(`nesting is deeper than ${LIMITS.nestingDepth} levels`, this.start);
    }
    const outer = this.tallest;
    this.tallest = 0;
    return outer;
  }

  /** Leaves the level: `height` becomes that of a node over all that was parsed inside. */
  close(outer: number): void {
    this.depth--;
    this.height = this.tallest + 1;
    this.tallest = outer;
    if (this.height > LIMITS.expressionHeight) this.tooTall();
  }

  /** Sets `height` to that of a node over one operand of height `left` and the operand parsed last. */
  raise(left: number): void {
    this.height = Math.max(left, this.height) + 1;
    if (this.height > LIMITS.expressionHeight) this.tooTall();
  }

  private tooTall(): never {
    const message = `the expression tree is higher than ${LIMITS.expressionHeight} levels`;
    this.limit(message, this.previousEnd, 'split the chain of operators with parentheses around groups of operands');
  }

  limit(message: string, position: number, hint?: string): never {
    throw this.error('LIMIT_EXCEEDED', message, position, hint);
  }

  /** Checks a list's length against a limit. */
  limitCount(count: number, limit: number, what: string, position: number): void {
    if (count > limit) this.limit(`too many ${what}: at most ${limit.toLocaleString('en-US')}`, position);
  }

  /** A SYNTAX_ERROR at the current token. `expected` names what is no single token, `advice` what to write instead. */
  fail(expected?: string, advice?: string): never {
    const near = this.kind === Token.End ? 'incomplete input' : `near "${shorten(this.text())}"`;
    const log = this.log;
    if (expected !== undefined) log?.noteText(this.start, expected);
    const list = log === null ? '' : log.describe(this.start);
    const hint = advice ?? log?.hint(this.start, this.kind, this.text(), this.wordBefore());
    throw this.error('SYNTAX_ERROR', `${near}: syntax error${list}`, this.start, hint);
  }

  /** The plain word in front of the current token; '' when there is none. */
  private wordBefore(): string {
    const from = Math.max(0, this.previousEnd - LONGEST_WORD);
    return /[a-z]+$/i.exec(this.sql.slice(from, this.previousEnd))?.[0] ?? '';
  }

  notSupported(what: string, position: number, hint?: string): never {
    throw this.error('NOT_SUPPORTED', `${what} is not supported`, position, hint);
  }

  error(code: ErrorCode, message: string, position: number, hint?: string): Error {
    return sqlError(code, this.sql, position, message, hint);
  }
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
