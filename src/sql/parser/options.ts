import type { StorageOption } from '../ast/node.ts';
import { integerValue, realValue, unquote } from '../lexer/literals.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';

/** `(name = value, name)`: at the parenthesis. */
export function parseOptions(p: Cursor): StorageOption[] {
  const options: StorageOption[] = [];
  p.expect(Token.LeftParen);
  do {
    const position = p.start;
    const name = p.name('an option name').toLowerCase();
    const value = p.accept(Token.Equal) ? parseOptionValue(p) : true;
    options.push({ kind: 'option', name, value, position, end: p.previousEnd });
  } while (p.accept(Token.Comma));
  p.expect(Token.RightParen);
  return options;
}

function parseOptionValue(p: Cursor): StorageOption['value'] {
  const negative = p.accept(Token.Minus);
  if (!negative) p.accept(Token.Plus);
  const text = p.text();
  if (p.kind === Token.Integer || p.kind === Token.Real) {
    const isHexadecimal = text.includes('x') || text.includes('X');
    const value = isHexadecimal ? BigInt(text) : p.kind === Token.Integer ? integerValue(text) : realValue(text);
    p.next();
    return negative ? -value : value;
  }
  if (negative) p.fail('a number');
  const kind = p.kind;
  if (kind === Token.Text) {
    p.next();
    return unquote(text);
  }
  // ON is a reserved word and a setting: WITH (autovacuum = on).
  if (!p.isName() && kind !== Word.ON && kind !== Word.NULL) p.fail('a value');
  const word = p.takeName();
  if (kind === Word.NULL) return null;
  return kind === Word.TRUE || kind === Word.ON ? true : kind === Word.FALSE ? false : word;
}
