import type { ComparisonOperator, Expression, InSubqueryExpression, MatchExpression } from '../ast/expressions.ts';
import type { SelectStatement } from '../ast/select.ts';
import type { TableReference } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word, wordOfKind } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding, parseExpression } from './expression.ts';
import { RELATIONAL_PARSING } from './late-parts.ts';
import { parseParameter } from './primary.ts';
import { isQueryStart, parseQueryAfterSubquery, parseSelect } from './select.ts';
import { selectStarFrom } from './star-query.ts';

const OPERAND = Power.Equality + 1;

/** The operators of the power of `=` that are words: IS, IN, LIKE, BETWEEN and their negations. */
export function parseEqualityWord(p: Cursor, left: Expression, position: number): Expression {
  const word = p.kind;
  p.next();
  switch (word) {
    case Word.IS:
      return parseIs(p, left, position);
    case Word.ISNULL:
      return nullTest(p, left, position, false);
    case Word.NOTNULL:
      return nullTest(p, left, position, true);
    case Word.NOT:
      return parseNegated(p, left, position);
    default:
      return parsePredicate(p, left, position, word, false);
  }
}

function parseNegated(p: Cursor, left: Expression, position: number): Expression {
  if (p.accept(Word.NULL)) return nullTest(p, left, position, true);
  const word = p.kind;
  const negatable =
    p.at(Word.IN) || p.at(Word.LIKE) || p.at(Word.BETWEEN) || p.at(Word.GLOB) || p.at(Word.ILIKE) || isMatchWord(word);
  if (!negatable) p.fail();
  p.next();
  return parsePredicate(p, left, position, word, true);
}

function isMatchWord(word: number): boolean {
  return word === Word.REGEXP || word === Word.MATCH;
}

function parsePredicate(p: Cursor, left: Expression, position: number, word: number, negated: boolean): Expression {
  switch (word) {
    case Word.IN:
      return parseIn(p, left, position, negated);
    case Word.BETWEEN:
      return parseBetween(p, left, position, negated);
    default:
      return parseMatch(p, left, position, word, negated);
  }
}

function nullTest(p: Cursor, operand: Expression, position: number, negated: boolean): Expression {
  p.raise(0);
  return { kind: 'null-test', operand, negated, position, end: p.previousEnd };
}

function parseIs(p: Cursor, left: Expression, position: number): Expression {
  const hasNot = p.accept(Word.NOT);
  // As in SQLite, IS DISTINCT FROM TRUE is IS NOT TRUE.
  const negated = p.acceptPair(Word.DISTINCT, Word.FROM) ? !hasNot : hasNot;
  const height = p.height;
  const right = parseBinding(p, OPERAND);
  p.raise(height);
  const plain = right.kind === 'collate' ? right.operand : right;
  const bare = plain.kind === 'row' && plain.items.length === 1 ? plain.items[0] : plain;
  if (bare.kind === 'literal' && bare.value === null) return nullTest(p, left, position, negated);
  // As in SQLite, TRUE and FALSE in brackets ask for truth, too, whatever collation stands behind them.
  if (bare.kind === 'literal' && bare.literalType === 'boolean') {
    return { kind: 'truth-test', operand: left, value: bare.value === 1n, negated, position, end: p.previousEnd };
  }
  return { kind: 'is', left, right, negated, position, end: p.previousEnd };
}

function parseBetween(p: Cursor, operand: Expression, position: number, negated: boolean): Expression {
  let height = p.height;
  const low = parseBinding(p, Power.And + 1);
  height = Math.max(height, p.height);
  p.expect(Word.AND);
  const high = parseBinding(p, OPERAND);
  p.raise(height);
  return { kind: 'between', operand, low, high, negated, position, end: p.previousEnd };
}

function parseMatch(p: Cursor, operand: Expression, position: number, word: number, negated: boolean): Expression {
  const operator = wordOfKind(word) as MatchExpression['operator'];
  if (atQuantifier(p) && operator !== 'REGEXP' && operator !== 'MATCH') {
    return RELATIONAL_PARSING.get().parseQuantifiedMatch(p, operand, operator, negated, position);
  }
  let height = p.height;
  const pattern = parseBinding(p, OPERAND);
  let escapedBy: Expression | null = null;
  if (p.accept(Word.ESCAPE)) {
    height = Math.max(height, p.height);
    escapedBy = parseBinding(p, OPERAND);
  }
  p.raise(height);
  return { kind: 'match', operator, operand, pattern, escape: escapedBy, negated, position, end: p.previousEnd };
}

function parseIn(p: Cursor, operand: Expression, position: number, negated: boolean): Expression {
  const height = p.height;
  if (p.kind === Token.Parameter) {
    const array = parseParameter(p);
    p.raise(height);
    return { kind: 'in-array', operand, array, negated, position, end: p.previousEnd };
  }
  const outer = p.open();
  let items: Expression[] = [];
  let query: SelectStatement | null = null;
  if (p.accept(Token.LeftParen)) {
    if (isQueryStart(p)) {
      query = parseSelect(p);
    } else if (p.kind !== Token.RightParen) {
      const first = parseExpression(p);
      query = parseQueryAfterSubquery(p, first);
      if (query === null) items = parseRest(p, first);
    }
    p.expect(Token.RightParen);
  } else {
    query = parseInTable(p);
  }
  p.close(outer);
  p.raise(height);
  const end = p.previousEnd;
  if (query === null) return { kind: 'in-list', operand, items, negated, position, end };
  return { kind: 'in-subquery', operand, query, negated, position, end } satisfies InSubqueryExpression;
}

function parseRest(p: Cursor, first: Expression): Expression[] {
  const items = [first];
  while (p.accept(Token.Comma)) items.push(parseExpression(p));
  return items;
}

/** SQLite's `IN table` and `IN function(…)`, as the query that they stand for. */
function parseInTable(p: Cursor): SelectStatement {
  if (!p.isName() && p.kind !== Token.Text) p.fail('"(", a parameter or a table name');
  const position = p.start;
  const name = p.qualifiedName('a table name');
  const plain = { alias: null, columnAliases: [] };
  let from: TableReference = {
    kind: 'table',
    table: name,
    ...plain,
    asOf: null,
    indexedBy: null,
    position,
    end: name.end,
  };
  if (p.accept(Token.LeftParen)) {
    const argumentList = p.kind === Token.RightParen ? [] : parseRest(p, parseExpression(p));
    p.expect(Token.RightParen);
    const flags = { lateral: false, withOrdinality: false };
    const end = p.previousEnd;
    from = { kind: 'table-function', name, arguments: argumentList, ...flags, ...plain, position, end };
  }
  return selectStarFrom(from);
}

export function atQuantifier(p: Cursor): boolean {
  return (p.kind === Word.ANY || p.kind === Word.SOME || p.kind === Word.ALL) && p.peek() === Token.LeftParen;
}

/** `= ANY (…)`: at the quantifier, which a parenthesis follows. */
export function parseQuantified(
  p: Cursor,
  operand: Expression,
  operator: ComparisonOperator,
  position: number,
): Expression {
  const height = p.height;
  const quantifier = p.kind === Word.ALL ? 'ALL' : 'ANY';
  p.next();
  const outer = p.open();
  p.expect(Token.LeftParen);
  let query: SelectStatement | null = null;
  let array: Expression | null = null;
  if (isQueryStart(p)) {
    query = parseSelect(p);
  } else {
    array = parseExpression(p);
    query = parseQueryAfterSubquery(p, array);
    if (query !== null) array = null;
  }
  p.expect(Token.RightParen);
  p.close(outer);
  p.raise(height);
  const negated = false;
  return { kind: 'quantified', operator, negated, quantifier, operand, query, array, position, end: p.previousEnd };
}
