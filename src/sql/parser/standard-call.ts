import type { Expression } from '../ast/expressions.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding, parseExpression } from './expression.ts';

/** A call whose arguments the SQL standard divides by words, as the call with commas that it stands for. */
export interface StandardCall {
  readonly name: string;
  readonly arguments: readonly Expression[];
}

/** At the first argument of a function that has such a form; null for the others, whose arguments have commas. */
export function parseStandardCall(p: Cursor, name: string): StandardCall | null {
  switch (name.toLowerCase()) {
    case 'position':
      return parsePosition(p);
    case 'substring':
      return parseSubstring(p);
    case 'trim':
      return parseTrim(p);
    case 'overlay':
      return parseOverlay(p);
    default:
      return null;
  }
}

/** `position(part IN text)` */
function parsePosition(p: Cursor): StandardCall {
  const part = parseBinding(p, Power.Equality + 1);
  if (p.height > p.tallest) p.tallest = p.height;
  const list = p.accept(Word.IN) ? [part, parseExpression(p)] : withCommas(p, part);
  return { name: 'position', arguments: list };
}

/** `substring(text FROM start FOR count)`, with either part alone. */
function parseSubstring(p: Cursor): StandardCall {
  const name = 'substring';
  const text = parseExpression(p);
  if (p.kind !== Word.FROM && p.kind !== Word.FOR) return { name, arguments: withCommas(p, text) };
  const { position, end } = text;
  const first: Expression = { kind: 'literal', literalType: 'integer', value: 1n, position, end };
  const start = p.accept(Word.FROM) ? parseExpression(p) : first;
  return { name, arguments: p.accept(Word.FOR) ? [text, start, parseExpression(p)] : [text, start] };
}

const SIDES: Readonly<Record<string, string>> = { both: 'trim', leading: 'ltrim', trailing: 'rtrim' };

/** `trim([BOTH | LEADING | TRAILING] [characters] FROM text)` */
function parseTrim(p: Cursor): StandardCall {
  const word = p.sql.slice(p.start, p.end).toLowerCase();
  const next = p.peek();
  const isSide = Object.hasOwn(SIDES, word) && next !== Token.Comma && next !== Token.RightParen && next !== Token.Dot;
  if (isSide) p.next();
  const name = isSide ? SIDES[word] : 'trim';
  if (p.accept(Word.FROM)) return { name, arguments: [parseExpression(p)] };
  const first = parseExpression(p);
  if (p.accept(Word.FROM)) return { name, arguments: [parseExpression(p), first] };
  return { name, arguments: withCommas(p, first) };
}

/** `overlay(text PLACING part FROM start FOR count)` */
function parseOverlay(p: Cursor): StandardCall {
  const list = [parseExpression(p)];
  if (p.sql.slice(p.start, p.end).toLowerCase() !== 'placing') {
    return { name: 'overlay', arguments: withCommas(p, list[0]) };
  }
  p.next();
  list.push(parseExpression(p));
  p.expect(Word.FROM);
  list.push(parseExpression(p));
  if (p.accept(Word.FOR)) list.push(parseExpression(p));
  return { name: 'overlay', arguments: list };
}

function withCommas(p: Cursor, first: Expression): Expression[] {
  const list = [first];
  while (p.accept(Token.Comma)) list.push(parseExpression(p));
  return list;
}
