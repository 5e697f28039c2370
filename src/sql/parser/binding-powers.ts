import { Token } from '../lexer/tokens.ts';
import { QUOTED_IDENTIFIER, Word } from '../lexer/words.ts';

/**
 * How tightly operators bind, loosest first: SQLite's table, with PostgreSQL's operators where PostgreSQL has them
 * (looser than arithmetic, tighter than comparison; `::` and subscripts tightest of all).
 */
export const Power = {
  Or: 1,
  And: 2,
  Not: 3,
  Equality: 4,
  Order: 5,
  Other: 6,
  Bits: 7,
  Additive: 8,
  Multiplicative: 9,
  Concat: 10,
  Collate: 11,
  Prefix: 12,
  Postfix: 13,
} as const;

/** By token kind: the power of the infix or postfix operator that the token begins; 0 for the others. */
export const INFIX_POWER = buildInfixPowers();

function buildInfixPowers(): Uint8Array {
  const powers = new Uint8Array(QUOTED_IDENTIFIER + 1);
  const set = (power: number, kinds: readonly number[]): void => {
    for (const kind of kinds) powers[kind] = power;
  };
  set(Power.Or, [Word.OR]);
  set(Power.And, [Word.AND]);
  set(Power.Equality, [Token.Equal, Token.NotEqual, Word.IS, Word.ISNULL, Word.NOTNULL, Word.NOT, Word.IN]);
  set(Power.Equality, [Word.BETWEEN, Word.LIKE, Word.ILIKE, Word.GLOB, Word.REGEXP, Word.MATCH]);
  set(Power.Order, [Token.Less, Token.LessEqual, Token.Greater, Token.GreaterEqual]);
  set(Power.Other, [Token.DistanceL2, Token.DistanceCosine, Token.InnerProduct]);
  set(Power.Other, [Token.BitNot, Token.MatchFold, Token.NotMatch, Token.NotMatchFold]);
  set(Power.Other, [Token.Overlaps, Token.Contains, Token.ContainedBy]);
  set(Power.Bits, [Token.BitAnd, Token.BitOr, Token.ShiftLeft, Token.ShiftRight]);
  set(Power.Additive, [Token.Plus, Token.Minus]);
  set(Power.Multiplicative, [Token.Star, Token.Slash, Token.Percent]);
  set(Power.Concat, [Token.Concat, Token.Arrow, Token.ArrowText]);
  set(Power.Collate, [Word.COLLATE]);
  set(Power.Postfix, [Token.DoubleColon, Token.LeftBracket]);
  return powers;
}
