import { LIMITS } from '../../base/limits.ts';
import type { Identifier } from '../ast/node.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { RELATIONAL_PARSING } from './late-parts.ts';

/** `(a, b)`: at the parenthesis. */
export function parseColumnNames(p: Cursor): Identifier[] {
  const position = p.start;
  p.expect(Token.LeftParen);
  const names = [p.identifier('a column name')];
  while (p.accept(Token.Comma)) names.push(p.identifier('a column name'));
  p.expect(Token.RightParen);
  p.limitCount(names.length, LIMITS.columns, 'columns', position);
  return names;
}

/** `AS alias` or a bare alias, which no word that begins the next clause can be; null where there is none. */
export function parseAlias(p: Cursor): string | null {
  if (p.accept(Word.AS)) return p.name('an alias name');
  if (!p.isBareAlias() && p.kind !== Token.Text) return null;
  return startsClause(p) ? null : p.takeName();
}

/** The words that begin a clause or are an alias, depending on what follows. */
function startsClause(p: Cursor): boolean {
  switch (p.kind) {
    case Word.WINDOW:
      return startsWindowClause(p);
    case Word.OFFSET:
      return OFFSET_STARTS.includes(p.peek());
    case Word.ASOF:
      return ASOF_FOLLOWERS.includes(p.peek());
    case Word.FOR:
      return RELATIONAL_PARSING.get().startsRowLocks(p);
    default:
      return false;
  }
}

const OFFSET_STARTS: readonly number[] = [Token.Integer, Token.Parameter, Token.LeftParen];
const ASOF_FOLLOWERS: readonly number[] = [Word.JOIN, Word.INNER, Word.LEFT];

/** WINDOW is a clause where `name AS` follows. */
function startsWindowClause(p: Cursor): boolean {
  const mark = p.mark();
  p.next();
  const found = p.isName() && p.peek() === Word.AS;
  p.reset(mark);
  return found;
}

/** `IF NOT EXISTS`. */
export function parseIfNotExists(p: Cursor): boolean {
  if (!p.at(Word.IF) || p.peek() !== Word.NOT) return false;
  p.next();
  p.next();
  p.expect(Word.EXISTS);
  return true;
}

/** `IF EXISTS`. */
export function parseIfExists(p: Cursor): boolean {
  return p.acceptPair(Word.IF, Word.EXISTS);
}
