import type { ColumnConstraint, DefaultConstraint, GeneratedConstraint } from '../ast/ddl.ts';
import type { Expression } from '../ast/expressions.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import { parseOnConflict } from './conflict-action.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding, parseExpression } from './expression.ts';
import { parseForeignKeyReference } from './foreign-key.ts';

/** The constraints after a column's type. SQLite takes a CONSTRAINT name that names nothing; so is it here. */
export function parseColumnConstraints(p: Cursor): ColumnConstraint[] {
  const constraints: ColumnConstraint[] = [];
  for (;;) {
    const position = p.start;
    const name = p.accept(Word.CONSTRAINT) ? p.name('a constraint name') : null;
    const constraint = parseColumnConstraint(p, name, position);
    if (constraint !== null) constraints.push(constraint);
    else if (name === null) return constraints;
  }
}

function parseColumnConstraint(p: Cursor, name: string | null, position: number): ColumnConstraint | null {
  if (p.acceptPair(Word.NOT, Word.NULL)) {
    return { kind: 'not-null', name, onConflict: parseOnConflict(p), position, end: p.previousEnd };
  }
  if (p.accept(Word.PRIMARY)) return parsePrimaryKey(p, name, position);
  if (p.accept(Word.UNIQUE)) {
    return { kind: 'unique-column', name, onConflict: parseOnConflict(p), position, end: p.previousEnd };
  }
  if (p.accept(Word.DEFAULT)) return parseDefault(p, name, position);
  if (p.accept(Word.CHECK)) {
    const expression = parseParenthesizedExpression(p);
    return { kind: 'check', name, expression, position, end: p.previousEnd };
  }
  if (p.accept(Word.COLLATE)) {
    const collation = p.name('a collation name');
    return { kind: 'collate-constraint', name, collation, position, end: p.previousEnd };
  }
  if (p.accept(Word.REFERENCES)) {
    const reference = parseForeignKeyReference(p);
    return { kind: 'references', name, reference, position, end: p.previousEnd };
  }
  if (p.accept(Word.NULL)) {
    parseOnConflict(p);
    return { kind: 'null', name, position, end: p.previousEnd };
  }
  if (p.at(Word.GENERATED) || p.at(Word.AS)) return parseGenerated(p, name, position);
  return null;
}

function parsePrimaryKey(p: Cursor, name: string | null, position: number): ColumnConstraint {
  p.expect(Word.KEY);
  const descending = p.accept(Word.DESC);
  if (!descending) p.accept(Word.ASC);
  const onConflict = parseOnConflict(p);
  const autoincrement = p.accept(Word.AUTOINCREMENT);
  return { kind: 'primary-key-column', name, descending, autoincrement, onConflict, position, end: p.previousEnd };
}

/** A literal, a signed number, a call, or anything in parentheses. A bare word is a text, as in SQLite. */
export function parseDefault(p: Cursor, name: string | null, position: number): DefaultConstraint {
  const isParenthesized = p.kind === Token.LeftParen;
  let expression = isParenthesized ? parseParenthesizedExpression(p) : parseBinding(p, Power.Prefix);
  if (!isParenthesized && expression.kind === 'column' && expression.table === null) {
    const { name: value, position: at, end } = expression;
    expression = { kind: 'literal', literalType: 'text', value, position: at, end };
  }
  return { kind: 'default', name, expression, position, end: p.previousEnd };
}

/** `(expression)`, without the parentheses in the node's range. */
export function parseParenthesizedExpression(p: Cursor): Expression {
  p.expect(Token.LeftParen);
  const expression = parseExpression(p);
  p.expect(Token.RightParen);
  return expression;
}

function parseGenerated(p: Cursor, name: string | null, position: number): GeneratedConstraint {
  if (p.accept(Word.GENERATED) && !p.accept(Word.ALWAYS)) {
    p.expect(Word.BY);
    p.expect(Word.DEFAULT);
  }
  p.expect(Word.AS);
  if (p.accept(Word.IDENTITY)) {
    return { kind: 'generated', name, expression: null, stored: true, position, end: p.previousEnd };
  }
  const expression = parseParenthesizedExpression(p);
  const stored = p.accept(Word.STORED);
  if (!stored) p.accept(Word.VIRTUAL);
  return { kind: 'generated', name, expression, stored, position, end: p.previousEnd };
}
