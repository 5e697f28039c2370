import { LIMITS } from '../../base/limits.ts';
import type {
  CaseBranch,
  Expression,
  LiteralExpression,
  ParameterExpression,
  RaiseExpression,
} from '../ast/expressions.ts';
import { blobValue, hexadecimalValue, integerValue, realValue, unquote } from '../lexer/literals.ts';
import { Token } from '../lexer/tokens.ts';
import { IDENTIFIER, QUOTED_IDENTIFIER, Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding, parseExpression, parseExpressionList } from './expression.ts';
import { parseExtract, parseFunctionCall } from './function-call.ts';
import { INTERVAL_PARSING, RELATIONAL_PARSING } from './late-parts.ts';
import { isQueryStart, parseQueryAfterSubquery, parseQueryInParentheses, parseSelect } from './select.ts';
import { parseCastType, parseTypeName } from './type-name.ts';

/** What may stand where an operand is due: a value, a name, a call, a prefix operator or something in parentheses. */
export function parsePrefix(p: Cursor): Expression {
  switch (p.kind) {
    case IDENTIFIER:
    case QUOTED_IDENTIFIER:
      return parseNamed(p);
    case Token.Integer:
    case Token.Real:
    case Token.Text:
    case Token.Blob:
      return parseLiteral(p);
    case Token.Parameter:
      return parseParameter(p);
    case Token.LeftParen:
      return parseParenthesized(p);
    case Token.Minus:
    case Token.Plus:
    case Token.BitNot:
      return parseUnary(p);
    default:
      return parseWord(p);
  }
}

function parseWord(p: Cursor): Expression {
  const kind = p.kind;
  switch (kind) {
    case Word.NULL:
      return wordLiteral(p, 'null');
    case Word.NOT:
      return parseNot(p);
    case Word.CASE:
      return parseCase(p);
    case Word.EXISTS:
      return parseExists(p);
  }
  if (!p.isName()) p.fail('an expression');
  const next = p.peek();
  if (next === Token.LeftParen) {
    if (kind === Word.CAST) return parseCast(p);
    if (kind === Word.EXTRACT) return parseExtract(p);
    if (kind === Word.ROW) return parseRow(p);
    if (kind === Word.RAISE) return parseRaise(p);
    if (kind === Word.ARRAY) return RELATIONAL_PARSING.get().parseArraySubquery(p);
  } else if (next === Token.LeftBracket && kind === Word.ARRAY) {
    return parseArray(p);
  } else if (next === Token.Text && (kind === Word.DATE || kind === Word.TIMESTAMP)) {
    return parseTypedText(p);
  } else if (next !== Token.Dot) {
    if (kind === Word.TRUE || kind === Word.FALSE) return wordLiteral(p, 'boolean');
    if (kind === Word.CURRENT_TIMESTAMP || kind === Word.CURRENT_DATE || kind === Word.CURRENT_TIME) {
      return parseCurrentTime(p);
    }
  }
  return parseNamed(p);
}

/** A column with up to two qualifiers, or a function call. */
function parseNamed(p: Cursor): Expression {
  const position = p.start;
  const doubleQuoted = p.kind === QUOTED_IDENTIFIER && p.sql.charCodeAt(position) === 34;
  const first = p.takeName();
  if (p.kind === Token.LeftParen) return parseFunctionCall(p, first, position);
  p.height = 1;
  if (p.kind !== Token.Dot) {
    if (mayFollowInterval(p.kind) && /^interval$/i.test(p.sql.slice(position, p.previousEnd))) {
      return INTERVAL_PARSING.get().parseInterval(p, position);
    }
    return { kind: 'column', schema: null, table: null, name: first, doubleQuoted, position, end: p.previousEnd };
  }
  p.next();
  let schema: string | null = null;
  let table = first;
  let name = p.name('a column name');
  if (p.kind === Token.Dot) {
    p.next();
    schema = first;
    table = name;
    name = p.name('a column name');
  }
  return { kind: 'column', schema, table, name, doubleQuoted: false, position, end: p.previousEnd };
}

/** Behind a name they are no part of a query otherwise, but for a text that is an alias. */
function mayFollowInterval(kind: number): boolean {
  return kind === Token.Text || kind === Token.Integer || kind === Token.Real;
}

function parseLiteral(p: Cursor): LiteralExpression {
  const position = p.start;
  const end = p.end;
  const text = p.text();
  const kind = p.kind;
  p.height = 1;
  p.next();
  switch (kind) {
    case Token.Text:
      return { kind: 'literal', literalType: 'text', value: unquote(text), position, end };
    case Token.Blob:
      return { kind: 'literal', literalType: 'blob', value: blobValue(text), position, end };
    case Token.Real:
      return { kind: 'literal', literalType: 'real', value: realValue(text), numeral: digitsOf(text), position, end };
  }
  if (text.length < 3 || (text.charCodeAt(1) | 32) !== 120) {
    const value = integerValue(text);
    if (typeof value === 'bigint') return { kind: 'literal', literalType: 'integer', value, position, end };
    return { kind: 'literal', literalType: 'real', value, numeral: digitsOf(text), position, end };
  }
  const value = hexadecimalValue(text);
  if (value === null) throw p.error('SYNTAX_ERROR', `hex literal too big: ${text.slice(0, 40)}`, position);
  return { kind: 'literal', literalType: 'integer', value, position, end };
}

function digitsOf(numeral: string): string {
  return numeral.replaceAll('_', '');
}

function wordLiteral(p: Cursor, literalType: 'null' | 'boolean'): LiteralExpression {
  const { start: position, end } = p;
  const value = literalType === 'null' ? null : p.kind === Word.TRUE ? 1n : 0n;
  p.next();
  p.height = 1;
  return { kind: 'literal', literalType, value, position, end };
}

export function parseParameter(p: Cursor): ParameterExpression {
  const { start: position, end } = p;
  const token = p.text();
  const sigil = token.charCodeAt(0);
  const digit = token.charCodeAt(1);
  const isNumber = sigil !== 58 && sigil !== 64 && digit >= 48 && digit <= 57;
  let index: number;
  if (token === '?') {
    index = p.parameters.anonymous();
  } else if (isNumber) {
    index = Number(token.slice(1));
    if (!(index >= 1)) throw p.error('SYNTAX_ERROR', `${token}: parameters count from 1`, position);
    p.limitCount(index, LIMITS.parameters, 'parameters', position);
    p.parameters.numbered(index);
  } else {
    index = p.parameters.named(token);
  }
  p.limitCount(index, LIMITS.parameters, 'parameters', position);
  p.next();
  p.height = 1;
  return { kind: 'parameter', index, name: isNumber || token === '?' ? null : token.slice(1), position, end };
}

/** `(x)`, `(a, b)` or `(SELECT …)`. */
function parseParenthesized(p: Cursor): Expression {
  const position = p.start;
  const outer = p.open();
  p.next();
  if (isQueryStart(p)) {
    const query = parseSelect(p);
    p.expect(Token.RightParen);
    p.close(outer);
    return { kind: 'subquery', query, position, end: p.previousEnd };
  }
  const first = parseExpression(p);
  const query = parseQueryAfterSubquery(p, first);
  if (query !== null) {
    p.expect(Token.RightParen);
    p.close(outer);
    return { kind: 'subquery', query, position, end: p.previousEnd };
  }
  if (p.kind !== Token.Comma) {
    p.expect(Token.RightParen);
    p.close(outer);
    p.height--;
    return first;
  }
  const items = [first];
  while (p.accept(Token.Comma)) items.push(parseExpression(p));
  p.expect(Token.RightParen);
  p.close(outer);
  return { kind: 'row', items, position, end: p.previousEnd };
}

function parseUnary(p: Cursor): Expression {
  const position = p.start;
  const kind = p.kind;
  const outer = p.open();
  p.next();
  const operand = parseBinding(p, Power.Prefix);
  p.tallest = p.height;
  p.close(outer);
  const end = p.previousEnd;
  if (kind === Token.Minus && operand.kind === 'literal') {
    const negated = negatedLiteral(p, operand);
    if (negated !== null) return { ...operand, ...negated, position, end };
  }
  return {
    kind: 'unary',
    operator: kind === Token.Minus ? '-' : kind === Token.Plus ? '+' : '~',
    operand,
    position,
    end,
  };
}

const SMALLEST_INTEGER = -(2n ** 63n);

/** A numeral with its sign as one literal: how the smallest integer is written, and cheaper everywhere else. */
function negatedLiteral(
  p: Cursor,
  literal: LiteralExpression,
): Pick<LiteralExpression, 'literalType' | 'value' | 'numeral'> | null {
  const value = literal.value;
  if (literal.literalType === 'integer' && typeof value === 'bigint') {
    if (value > SMALLEST_INTEGER) return { literalType: 'integer', value: -value };
    const numeral = p.sql.slice(literal.position, literal.end);
    // The smallest integer with its sign, in parentheses, has no negation either: that is an overflow when it runs.
    if (numeral.startsWith('-')) return null;
    throw p.error('SYNTAX_ERROR', `hex literal too big: -${numeral}`, literal.position);
  }
  if (typeof value !== 'number' || !(value > 0)) return null;
  const numeral = literal.numeral ?? String(value);
  if (numeral === '9223372036854775808') return { literalType: 'integer', value: SMALLEST_INTEGER };
  return { literalType: 'real', value: -value, numeral: `-${numeral}` };
}

function parseNot(p: Cursor): Expression {
  const position = p.start;
  const outer = p.open();
  p.next();
  const operand = parseBinding(p, Power.Not);
  p.tallest = p.height;
  p.close(outer);
  return { kind: 'not', operand, position, end: p.previousEnd };
}

function parseCase(p: Cursor): Expression {
  const position = p.start;
  const outer = p.open();
  p.next();
  const operand = p.at(Word.WHEN) ? null : parseExpression(p);
  const branches: CaseBranch[] = [];
  do {
    const branchPosition = p.start;
    p.expect(Word.WHEN);
    const when = parseExpression(p);
    p.expect(Word.THEN);
    const then = parseExpression(p);
    branches.push({ when, then, position: branchPosition, end: p.previousEnd });
  } while (p.at(Word.WHEN));
  const otherwise = p.accept(Word.ELSE) ? parseExpression(p) : null;
  p.expect(Word.END);
  p.close(outer);
  return { kind: 'case', operand, branches, otherwise, position, end: p.previousEnd };
}

function parseExists(p: Cursor): Expression {
  const position = p.start;
  p.next();
  const query = parseQueryInParentheses(p);
  return { kind: 'exists', query, position, end: p.previousEnd };
}

function parseCast(p: Cursor): Expression {
  const position = p.start;
  p.next();
  const outer = p.open();
  p.next();
  const operand = parseExpression(p);
  p.expect(Word.AS);
  const type = parseTypeName(p);
  p.expect(Token.RightParen);
  p.close(outer);
  return { kind: 'cast', operand, type, position, end: p.previousEnd };
}

/** `DATE '2024-01-01'`: at the type, which a text follows. */
function parseTypedText(p: Cursor): Expression {
  const position = p.start;
  const type = parseCastType(p);
  const operand = parseLiteral(p);
  p.raise(0);
  return { kind: 'cast', operand, type, position, end: p.previousEnd };
}

function parseCurrentTime(p: Cursor): Expression {
  const { kind, start: position, end } = p;
  p.next();
  p.height = 1;
  if (kind === Word.CURRENT_DATE) return { kind: 'current-time', what: 'CURRENT_DATE', position, end };
  if (kind === Word.CURRENT_TIME) return { kind: 'current-time', what: 'CURRENT_TIME', position, end };
  return { kind: 'current-time', what: 'CURRENT_TIMESTAMP', position, end };
}

function parseRow(p: Cursor): Expression {
  const position = p.start;
  p.next();
  const outer = p.open();
  p.next();
  const items = p.at(Token.RightParen) ? [] : parseExpressionList(p);
  p.expect(Token.RightParen);
  p.close(outer);
  return { kind: 'row', items, position, end: p.previousEnd };
}

function parseArray(p: Cursor): Expression {
  const position = p.start;
  p.next();
  const outer = p.open();
  p.next();
  const items = p.at(Token.RightBracket) ? [] : parseExpressionList(p);
  p.expect(Token.RightBracket);
  p.close(outer);
  return { kind: 'array', items, position, end: p.previousEnd };
}

const RAISE_ACTIONS: ReadonlyMap<number, RaiseExpression['action']> = new Map([
  [Word.IGNORE, 'IGNORE'],
  [Word.ROLLBACK, 'ROLLBACK'],
  [Word.ABORT, 'ABORT'],
  [Word.FAIL, 'FAIL'],
]);

function parseRaise(p: Cursor): Expression {
  const position = p.start;
  p.next();
  const outer = p.open();
  p.next();
  const action = RAISE_ACTIONS.get(p.kind);
  if (action === undefined) p.fail('IGNORE, ROLLBACK, ABORT or FAIL');
  p.next();
  let message: Expression | null = null;
  if (action !== 'IGNORE') {
    p.expect(Token.Comma);
    message = parseExpression(p);
  }
  p.expect(Token.RightParen);
  p.close(outer);
  return { kind: 'raise', action, message, position, end: p.previousEnd };
}
