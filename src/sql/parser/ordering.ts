import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type { OrderingTerm } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';

/** `ORDER BY a, b DESC NULLS LAST`; empty where there is none. */
export function parseOrderBy(p: Cursor): OrderingTerm[] {
  if (!p.accept(Word.ORDER)) return [];
  p.expect(Word.BY);
  return parseOrderingTerms(p, 'terms in ORDER BY clause');
}

/** Terms with commas between: of ORDER BY, of an index, of a key, of a conflict target. */
export function parseOrderingTerms(p: Cursor, what: string): OrderingTerm[] {
  const position = p.start;
  const terms: OrderingTerm[] = [];
  do terms.push(parseOrderingTerm(p));
  while (p.accept(Token.Comma));
  p.limitCount(terms.length, LIMITS.columns, what, position);
  return terms;
}

/** Terms of an index or a key: a lone text names a column there, as in SQLite. */
export function parseKeyTerms(p: Cursor): OrderingTerm[] {
  return parseOrderingTerms(p, 'columns in index').map((term) => ({
    ...term,
    expression: textAsColumn(term.expression),
  }));
}

function textAsColumn(expression: Expression): Expression {
  if (expression.kind === 'collate') return { ...expression, operand: textAsColumn(expression.operand) };
  if (expression.kind !== 'literal' || typeof expression.value !== 'string') return expression;
  const { value: name, position, end } = expression;
  return { kind: 'column', schema: null, table: null, name, doubleQuoted: false, position, end };
}

function parseOrderingTerm(p: Cursor): OrderingTerm {
  const position = p.start;
  const expression = parseExpression(p);
  const descending = p.accept(Word.DESC);
  if (!descending) p.accept(Word.ASC);
  let nulls: OrderingTerm['nulls'] = null;
  if (p.accept(Word.NULLS)) {
    if (p.accept(Word.FIRST)) nulls = 'FIRST';
    else if (p.accept(Word.LAST)) nulls = 'LAST';
    else p.fail();
  }
  return { kind: 'ordering-term', expression, descending, nulls, position, end: p.previousEnd };
}
