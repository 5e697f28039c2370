/**
 * The tokens of a statement, so that its text is read once for its shape and for the parser. Used again for the next
 * statement. They may end before the statement does: the parser then goes on by itself.
 */
export class TokenList {
  /** As {@link Lexer.kind}, {@link Lexer.start} and {@link Lexer.end}; those behind `count` are of earlier statements. */
  readonly kinds: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Which of them are literals of the statement's shape, in front; its {@link StatementShape.literalCount} says how many. */
  readonly literals: number[] = [];
  count = 0;

  add(kind: number, start: number, end: number): void {
    const { count } = this;
    this.kinds[count] = kind;
    this.starts[count] = start;
    this.ends[count] = end;
    this.count = count + 1;
  }
}
