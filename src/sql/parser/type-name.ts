import type { TypeName } from '../ast/node.ts';
import { integerValue, realValue } from '../lexer/literals.ts';
import { Token } from '../lexer/tokens.ts';
import { FIRST_BARE_ALIAS, Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';

/** Words that may follow the first one of a type without parentheses around: `x::double precision`. */
const SECOND_WORDS: ReadonlyMap<string, string> = new Map([
  ['DOUBLE', 'PRECISION'],
  ['CHARACTER', 'VARYING'],
]);

/** A type where only a type can stand: any number of words, as SQLite has it (`UNSIGNED BIG INT`). */
export function parseTypeName(p: Cursor): TypeName {
  return finishType(p, (words) => {
    while (isTypeWord(p)) words.push(p.takeName());
  });
}

/** A type after `::` or before a text: one word, or one of the standard's phrases, since a name may follow. */
export function parseCastType(p: Cursor): TypeName {
  return finishType(p, (words) => {
    const second = SECOND_WORDS.get(words[0].toUpperCase());
    if (second !== undefined && p.isWord(second.toLowerCase())) words.push(p.takeName());
  });
}

function finishType(p: Cursor, takeMoreWords: (words: string[]) => void): TypeName {
  const position = p.start;
  if (!isTypeWord(p)) p.fail('a type name');
  const words = [p.takeName()];
  takeMoreWords(words);
  const sizes = p.kind === Token.LeftParen ? parseSizes(p) : [];
  parseTimeZone(p, words);
  let arrayDimensions = 0;
  while (p.kind === Token.LeftBracket) {
    p.next();
    if (p.kind === Token.Integer) p.next();
    p.expect(Token.RightBracket);
    arrayDimensions++;
  }
  const end = p.previousEnd;
  const text = p.sql.slice(position, end);
  const name = words.join(' ').toUpperCase();
  return {
    kind: 'type-name',
    name,
    arguments: sizes,
    arrayDimensions,
    // A type in quotes is what stands between them.
    declared: words.length === 1 && /^["'`]|^\[[^\]]*\]$/.test(text) ? words[0] : text,
    position,
    end,
  };
}

/** GENERATED and AS begin a constraint. A quoted name or a text is a type, too: `a "my type"`. */
function isTypeWord(p: Cursor): boolean {
  return (p.kind >= FIRST_BARE_ALIAS && p.kind !== Word.GENERATED) || p.kind === Token.Text;
}

function parseTimeZone(p: Cursor, words: string[]): void {
  if (p.kind !== Word.WITH && p.kind !== Word.WITHOUT) return;
  const mark = p.mark();
  const first = p.takeName();
  if (p.isWord('time')) {
    p.next();
    if (p.isWord('zone')) {
      p.next();
      words.push(first, 'TIME', 'ZONE');
      return;
    }
  }
  p.reset(mark);
}

/** `(20)` or `(15, 2)`; the numbers may carry a sign. */
function parseSizes(p: Cursor): number[] {
  const sizes: number[] = [];
  do {
    p.next();
    const sign = p.kind === Token.Minus ? -1 : 1;
    if (p.kind === Token.Minus || p.kind === Token.Plus) p.next();
    if (p.kind === Token.Integer) sizes.push(sign * Number(integerValue(p.text())));
    else if (p.kind === Token.Real) sizes.push(sign * realValue(p.text()));
    else p.fail('a number');
    p.next();
  } while (p.at(Token.Comma));
  p.expect(Token.RightParen);
  return sizes;
}
