import type {
  BinaryOperator,
  ComparisonOperator,
  Expression,
  LogicalExpression,
  SliceExpression,
  SubscriptExpression,
} from '../ast/expressions.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { INFIX_POWER, Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { atQuantifier, parseEqualityWord, parseQuantified } from './predicates.ts';
import { parsePrefix } from './primary.ts';
import { parseCastType } from './type-name.ts';

/** A whole expression, operators of every power. */
export function parseExpression(p: Cursor): Expression {
  const expression = parseBinding(p, Power.Or);
  if (p.height > p.tallest) p.tallest = p.height;
  return expression;
}

/** One or more expressions with commas between. */
export function parseExpressionList(p: Cursor): Expression[] {
  const list = [parseExpression(p)];
  while (p.accept(Token.Comma)) list.push(parseExpression(p));
  return list;
}

/**
 * An operand and the operators after it that bind at least as tightly as `minimum` (V. R. Pratt, "Top Down Operator
 * Precedence", POPL 1973). Left-associative chains are a loop here: they do not deepen the stack.
 */
export function parseBinding(p: Cursor, minimum: number): Expression {
  const position = p.start;
  let left = parsePrefix(p);
  for (;;) {
    const power = INFIX_POWER[p.kind];
    if (power < minimum || power === 0) return left;
    left = parseInfix(p, left, position, power);
  }
}

function parseInfix(p: Cursor, left: Expression, position: number, power: number): Expression {
  switch (power) {
    case Power.Or:
    case Power.And:
      return parseLogical(p, left, position, power);
    case Power.Equality:
      if (p.kind !== Token.Equal && p.kind !== Token.NotEqual) return parseEqualityWord(p, left, position);
      return parseComparison(p, left, position, power);
    case Power.Order:
      return parseComparison(p, left, position, power);
    case Power.Collate:
      return parseCollate(p, left, position);
    case Power.Postfix:
      return parsePostfix(p, left, position);
    default:
      return parseBinary(p, left, position, power);
  }
}

/** The whole chain of one operator as one node. */
function parseLogical(p: Cursor, left: Expression, position: number, power: number): LogicalExpression {
  const word = p.kind;
  const operands = [left];
  let tallest = p.height;
  while (p.kind === word) {
    p.next();
    operands.push(parseBinding(p, power + 1));
    if (p.height > tallest) tallest = p.height;
  }
  p.raise(tallest);
  return { kind: 'logical', operator: word === Word.AND ? 'AND' : 'OR', operands, position, end: p.previousEnd };
}

function parseComparison(p: Cursor, left: Expression, position: number, power: number): Expression {
  const operator = comparisonOperator(p.kind);
  const operatorPosition = p.start;
  p.next();
  if (atQuantifier(p)) return parseQuantified(p, left, operator, position);
  const height = p.height;
  const right = parseBinding(p, power + 1);
  p.raise(height);
  return { kind: 'comparison', operator, operatorPosition, left, right, position, end: p.previousEnd };
}

function parseBinary(p: Cursor, left: Expression, position: number, power: number): Expression {
  const operator = BINARY_OPERATORS.get(p.kind)!;
  const operatorPosition = p.start;
  p.next();
  const height = p.height;
  const right = parseBinding(p, power + 1);
  p.raise(height);
  return { kind: 'binary', operator, operatorPosition, left, right, position, end: p.previousEnd };
}

function parseCollate(p: Cursor, operand: Expression, position: number): Expression {
  p.next();
  const collation = p.name('a collation name');
  p.raise(0);
  return { kind: 'collate', operand, collation, position, end: p.previousEnd };
}

function parsePostfix(p: Cursor, operand: Expression, position: number): Expression {
  if (p.kind === Token.LeftBracket) return parseSubscript(p, operand, position);
  p.next();
  const type = parseCastType(p);
  p.raise(0);
  return { kind: 'cast', operand, type, position, end: p.previousEnd };
}

function parseSubscript(p: Cursor, operand: Expression, position: number): SubscriptExpression | SliceExpression {
  const height = p.height;
  const outer = p.open();
  p.next();
  const from = p.kind === Token.Colon ? null : parseExpression(p);
  const isSlice = from === null || p.kind === Token.Colon;
  if (isSlice) p.next();
  const to = isSlice && p.kind !== Token.RightBracket ? parseExpression(p) : null;
  p.expect(Token.RightBracket);
  p.close(outer);
  p.raise(height);
  return isSlice
    ? { kind: 'slice', operand, from, to, position, end: p.previousEnd }
    : { kind: 'subscript', operand, index: from, position, end: p.previousEnd };
}

function comparisonOperator(kind: number): ComparisonOperator {
  switch (kind) {
    case Token.Equal:
      return '=';
    case Token.NotEqual:
      return '<>';
    case Token.Less:
      return '<';
    case Token.LessEqual:
      return '<=';
    case Token.Greater:
      return '>';
    default:
      return '>=';
  }
}

const BINARY_OPERATORS: ReadonlyMap<number, BinaryOperator> = new Map<number, BinaryOperator>([
  [Token.Plus, '+'],
  [Token.Minus, '-'],
  [Token.Star, '*'],
  [Token.Slash, '/'],
  [Token.Percent, '%'],
  [Token.Concat, '||'],
  [Token.BitAnd, '&'],
  [Token.BitOr, '|'],
  [Token.ShiftLeft, '<<'],
  [Token.ShiftRight, '>>'],
  [Token.Arrow, '->'],
  [Token.ArrowText, '->>'],
  [Token.DistanceL2, '<->'],
  [Token.DistanceCosine, '<=>'],
  [Token.InnerProduct, '<#>'],
  [Token.Overlaps, '&&'],
  [Token.Contains, '@>'],
  [Token.ContainedBy, '<@'],
  [Token.BitNot, '~'],
  [Token.MatchFold, '~*'],
  [Token.NotMatch, '!~'],
  [Token.NotMatchFold, '!~*'],
]);
