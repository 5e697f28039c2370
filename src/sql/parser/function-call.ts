import type { Expression, FunctionExpression, LiteralExpression } from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import type { WindowReference } from '../ast/windows.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseExpressionList } from './expression.ts';
import { WINDOW_PARSING } from './late-parts.ts';
import { parseOrderBy } from './ordering.ts';
import { parseStandardCall } from './standard-call.ts';

/** A call: at the parenthesis after the name. Aggregates may hold DISTINCT and ORDER BY; FILTER and OVER may follow. */
export function parseFunctionCall(p: Cursor, name: string, position: number): FunctionExpression {
  const outer = p.open();
  p.next();
  let star = false;
  let distinct = false;
  let argumentList: Expression[] = [];
  let orderBy: OrderingTerm[] = [];
  if (p.kind === Token.Star) {
    p.next();
    star = true;
  } else if (p.kind !== Token.RightParen) {
    distinct = p.accept(Word.DISTINCT);
    if (!distinct) p.accept(Word.ALL);
    const call = distinct ? null : parseStandardCall(p, name);
    if (call !== null) name = call.name;
    argumentList = call === null ? parseExpressionList(p) : [...call.arguments];
    orderBy = parseOrderBy(p);
  }
  p.expect(Token.RightParen);
  let withinGroup = false;
  if (p.kind === Word.WITHIN && p.peek() === Word.GROUP) {
    withinGroup = true;
    p.next();
    p.next();
    p.expect(Token.LeftParen);
    orderBy = parseOrderBy(p);
    if (orderBy.length === 0) p.fail('ORDER BY');
    p.expect(Token.RightParen);
  }
  const filter = parseFilter(p);
  const nulls = parseNullTreatment(p);
  const over = parseOver(p);
  p.close(outer);
  const call: FunctionExpression = {
    kind: 'function',
    name,
    arguments: argumentList,
    star,
    distinct,
    orderBy,
    withinGroup,
    filter,
    over,
    position,
    end: p.previousEnd,
  };
  return nulls === null ? call : { ...call, nulls };
}

/** `FILTER (WHERE …)`. Without the parenthesis, FILTER is a name: an alias. */
function parseFilter(p: Cursor): Expression | null {
  if (p.kind !== Word.FILTER || p.peek() !== Token.LeftParen) return null;
  p.next();
  p.next();
  p.expect(Word.WHERE);
  const filter = parseExpression(p);
  p.expect(Token.RightParen);
  return filter;
}

/** Without NULLS behind it, either word is a name. */
function parseNullTreatment(p: Cursor): 'IGNORE' | 'RESPECT' | null {
  if ((p.kind !== Word.IGNORE && p.kind !== Word.RESPECT) || p.peek() !== Word.NULLS) return null;
  const nulls = p.kind === Word.IGNORE ? 'IGNORE' : 'RESPECT';
  p.next();
  p.next();
  return nulls;
}

function parseOver(p: Cursor): WindowReference | null {
  if (p.kind !== Word.OVER) return null;
  const mark = p.mark();
  p.next();
  if (p.kind === Token.LeftParen || p.isName()) return WINDOW_PARSING.get().parseWindowReference(p);
  p.reset(mark);
  return null;
}

/** `EXTRACT(year FROM x)` as extract('year', x); an ordinary call where no FROM follows the first word. */
export function parseExtract(p: Cursor): FunctionExpression {
  const position = p.start;
  const name = p.takeName();
  const mark = p.mark();
  p.next();
  const isField = p.isName() || p.kind === Token.Text;
  if (!isField || p.peek() !== Word.FROM) {
    p.reset(mark);
    return parseFunctionCall(p, name, position);
  }
  const outer = p.open();
  const { start, end } = p;
  const field: LiteralExpression = { kind: 'literal', literalType: 'text', value: p.takeName(), position: start, end };
  p.next();
  const source = parseExpression(p);
  p.expect(Token.RightParen);
  p.close(outer);
  const modifiers = { star: false, distinct: false, orderBy: [], withinGroup: false, filter: null, over: null };
  return { kind: 'function', name, arguments: [field, source], ...modifiers, position, end: p.previousEnd };
}
