import type { Expression, MatchExpression } from '../ast/expressions.ts';
import type { SelectStatement } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { isQueryStart, parseSelect } from './select.ts';
import { selectStarFrom } from './star-query.ts';

type QuantifiedOperator = Extract<MatchExpression['operator'], 'LIKE' | 'ILIKE' | 'GLOB'>;

/**
 * `LIKE ANY ('a%', 'b%')` is an OR, `LIKE ALL (…)` an AND of the patterns. Those of a query, or of an array, are summed up
 * as other comparisons are.
 */
export function parseQuantifiedMatch(
  p: Cursor,
  operand: Expression,
  operator: QuantifiedOperator,
  negated: boolean,
  position: number,
): Expression {
  const height = p.height;
  const quantifier = p.kind === Word.ALL ? 'ALL' : 'ANY';
  p.next();
  const outer = p.open();
  p.expect(Token.LeftParen);
  const patterns = isQueryStart(p) ? parseSelect(p) : parsePatterns(p);
  p.expect(Token.RightParen);
  p.close(outer);
  p.raise(height);
  const place = { position, end: p.previousEnd };
  if ('kind' in patterns) {
    return { kind: 'quantified', operator, negated, quantifier, operand, query: patterns, array: null, ...place };
  }
  const operands = patterns.map((pattern): MatchExpression => {
    return { kind: 'match', operator, operand, pattern, escape: null, negated, ...place };
  });
  return { kind: 'logical', operator: quantifier === 'ALL' ? 'AND' : 'OR', operands, ...place };
}

/** A text that is no array stands for itself; any other expression alone is an array. */
function parsePatterns(p: Cursor): readonly Expression[] | SelectStatement {
  const first = parseExpression(p);
  const patterns = [first];
  while (p.accept(Token.Comma)) patterns.push(parseExpression(p));
  if (patterns.length > 1 || isPlainText(first)) return patterns;
  const { position, end } = first;
  const place = { position, end };
  const type = {
    kind: 'type-name',
    name: 'TEXT',
    arguments: [],
    arrayDimensions: 1,
    declared: 'TEXT[]',
    ...place,
  } as const;
  const name = { kind: 'qualified-name', schema: null, name: 'unnest', ...place } as const;
  const flags = { lateral: false, withOrdinality: false, alias: null, columnAliases: [] };
  const array = { kind: 'cast', operand: first, type, ...place } as const;
  return selectStarFrom({ kind: 'table-function', name, arguments: [array], ...flags, ...place });
}

function isPlainText(pattern: Expression): boolean {
  return pattern.kind === 'literal' && !/^[{[]/.test(String(pattern.value));
}
