const kinds = {
  End: 0,
  Integer: 1,
  Real: 2,
  Text: 3,
  Blob: 4,
  Parameter: 5,
  LeftParen: 6,
  RightParen: 7,
  LeftBracket: 8,
  RightBracket: 9,
  Comma: 10,
  Semicolon: 11,
  Dot: 12,
  Plus: 13,
  Minus: 14,
  Star: 15,
  Slash: 16,
  Percent: 17,
  Concat: 18,
  BitAnd: 19,
  BitOr: 20,
  BitNot: 21,
  ShiftLeft: 22,
  ShiftRight: 23,
  Equal: 24,
  NotEqual: 25,
  Less: 26,
  LessEqual: 27,
  Greater: 28,
  GreaterEqual: 29,
  Arrow: 30,
  ArrowText: 31,
  DistanceL2: 32,
  DistanceCosine: 33,
  InnerProduct: 34,
  Overlaps: 35,
  Contains: 36,
  ContainedBy: 37,
  DoubleColon: 38,
  MatchFold: 39,
  NotMatch: 40,
  NotMatchFold: 41,
  Colon: 42,
} as const;

/** Kinds of the tokens that are no words. Keywords follow from {@link FIRST_WORD} on, then the identifiers. */
export const Token: Readonly<Record<keyof typeof kinds, number>> = kinds;

export const FIRST_WORD = 43;

/** What an error message calls a kind that is no word. */
export const TOKEN_NAMES: readonly string[] = [
  ...['the end of the statement', 'a number', 'a number', 'a text', 'a blob', 'a parameter'],
  ...['"("', '")"', '"["', '"]"', '","', '";"', '"."', '"+"', '"-"', '"*"', '"/"', '"%"', '"||"', '"&"', '"|"', '"~"'],
  ...['"<<"', '">>"', '"="', '"<>"', '"<"', '"<="', '">"', '">="', '"->"', '"->>"', '"<->"', '"<=>"', '"<#>"', '"&&"'],
  ...['"@>"', '"<@"', '"::"', '"~*"', '"!~"', '"!~*"', '":"'],
];
