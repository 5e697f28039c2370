import { isHeliosError } from '../../base/errors.ts';
import type { Expression } from '../ast/expressions.ts';
import type { ParsedStatement } from '../ast/statements.ts';
import type { TokenList } from '../lexer/token-list.ts';
import { Token } from '../lexer/tokens.ts';
import { Cursor } from './cursor.ts';
import { parseExpression as parseWholeExpression } from './expression.ts';
import { EXPECTATIONS } from './late-parts.ts';
import { parseStatementBody } from './statement.ts';

/** A statement and where the next one may begin. */
export interface StatementAt {
  readonly statement: ParsedStatement;
  readonly next: number;
}

/**
 * All statements of a text. Empty ones (`;;`) are left out. Throws SYNTAX_ERROR, LIMIT_EXCEEDED, NOT_SUPPORTED or
 * INVALID_STATEMENT, with position and a rendered line; nothing else, whatever the text.
 */
export function parseStatements(sql: string): readonly ParsedStatement[] {
  const statements: ParsedStatement[] = [];
  for (let found = parseStatementAt(sql, 0); found !== null; found = parseStatementAt(sql, found.next)) {
    statements.push(found.statement);
  }
  return statements;
}

/** The one statement of a text. */
export function parseStatement(sql: string): ParsedStatement {
  const found = parseStatementAt(sql, 0);
  if (found === null) throw noStatement(sql);
  checkSole(sql, found.next);
  return found.statement;
}

export function noStatement(sql: string): Error {
  return new Cursor(sql).error('SYNTAX_ERROR', 'the text holds no statement', sql.length);
}

/** Throws unless a text holds one statement, whose text ends in front of `next`. */
export function checkSole(sql: string, next: number): void {
  if (next === sql.length) return;
  const second = skipEmptyStatements(new Cursor(sql, next));
  if (second.kind !== Token.End) {
    const hint = 'run several statements with exec()';
    throw second.error('SYNTAX_ERROR', 'only one statement may stand here', second.start, hint);
  }
}

/**
 * The first statement at or after `offset`, or null where only space and semicolons are left. What follows it is not
 * looked at, so a script can run one statement before the next is parsed. `tokens`: those that were read of it already.
 */
export function parseStatementAt(sql: string, offset: number, tokens: TokenList | null = null): StatementAt | null {
  return withExpectations(sql, offset, parseNext, tokens);
}

function parseNext(p: Cursor): StatementAt | null {
  skipEmptyStatements(p);
  if (p.kind === Token.End) return null;
  p.beginStatement();
  const position = p.start;
  const statement = parseStatementBody(p);
  if (p.kind !== Token.End && !p.at(Token.Semicolon)) p.fail();
  const { count, names } = p.parameters;
  const parsed = { statement, parameterCount: count, parameterNames: names, position, end: statement.end };
  return { statement: parsed, next: p.end };
}

/** A text that is one expression: of a DEFAULT, a CHECK, a generated column. Positions count from its start. */
export function parseExpression(sql: string): Expression {
  return withExpectations(sql, 0, (p) => {
    p.next();
    p.beginStatement();
    const expression = parseWholeExpression(p);
    if (p.kind !== Token.End) p.fail('the end of the expression');
    return expression;
  });
}

/** Moves to the first token that is no semicolon. */
function skipEmptyStatements(p: Cursor): Cursor {
  do {
    p.statementStart = p.end;
    p.next();
  } while (p.kind === Token.Semicolon);
  return p;
}

/**
 * Parses; and where that fails with a SYNTAX_ERROR, once more, keeping note of what the grammar asked for on the way:
 * statements that are right pay nothing for the messages of those that are wrong.
 */
function withExpectations<T>(sql: string, offset: number, parse: (p: Cursor) => T, tokens: TokenList | null = null): T {
  try {
    return parse(new Cursor(sql, offset, null, tokens));
  } catch (error) {
    if (!isHeliosError(error, 'SYNTAX_ERROR')) throw error;
    return parse(new Cursor(sql, offset, new (EXPECTATIONS.get().ExpectationLog)()));
  }
}
