import { LIMITS } from '../../base/limits.ts';
import type { GroupingElement, GroupingSet } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';

/** `GROUP BY a, ROLLUP (b, c)`; empty where there is none. */
export function parseGroupBy(p: Cursor): GroupingElement[] {
  if (!p.accept(Word.GROUP)) return [];
  p.expect(Word.BY);
  const position = p.start;
  const elements = [parseGroupingElement(p)];
  while (p.accept(Token.Comma)) elements.push(parseGroupingElement(p));
  p.limitCount(elements.length, LIMITS.columns, 'terms in GROUP BY clause', position);
  return elements;
}

function parseGroupingElement(p: Cursor): GroupingElement {
  const position = p.start;
  if ((p.kind === Word.ROLLUP || p.kind === Word.CUBE) && p.peek() === Token.LeftParen) {
    const operator = p.kind === Word.ROLLUP ? 'ROLLUP' : 'CUBE';
    p.next();
    return parseItems(p, operator, position);
  }
  if (p.kind === Word.GROUPING && p.peek() === Word.SETS) {
    p.next();
    p.next();
    return parseItems(p, 'GROUPING SETS', position);
  }
  return parseExpression(p);
}

function parseItems(p: Cursor, operator: GroupingSet['operator'], position: number): GroupingSet {
  const outer = p.open();
  p.expect(Token.LeftParen);
  const items: (readonly GroupingElement[])[] = [];
  do items.push(parseItem(p));
  while (p.accept(Token.Comma));
  p.expect(Token.RightParen);
  p.close(outer);
  p.tallest = Math.max(p.tallest, p.height);
  p.limitCount(items.length, LIMITS.columns, `items in ${operator}`, position);
  return { kind: 'grouping-set', operator, items, position, end: p.previousEnd };
}

/** `a`, `(a, b)`, `()` or, of GROUPING SETS, another grouping set. */
function parseItem(p: Cursor): readonly GroupingElement[] {
  if (p.kind === Token.LeftParen && p.peek() === Token.RightParen) {
    p.next();
    p.next();
    return [];
  }
  const element = parseGroupingElement(p);
  return element.kind === 'row' ? element.items : [element];
}
