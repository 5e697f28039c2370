import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type {
  CompoundPart,
  NestedQuery,
  OrderingTerm,
  QueryOperand,
  SelectCore,
  SelectStatement,
  ValuesCore,
  WithClause,
} from '../ast/select.ts';
import type { NamedWindow } from '../ast/windows.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseExpressionList } from './expression.ts';
import { parseGroupBy } from './grouping.ts';
import { RELATIONAL_PARSING, WINDOW_PARSING } from './late-parts.ts';
import { parseOrderBy } from './ordering.ts';
import { parseResultColumns } from './result-columns.ts';
import { parseFrom } from './table-references.ts';

/** `(SELECT …)` behind a word that nothing else can follow, as EXISTS. */
export function parseQueryInParentheses(p: Cursor): SelectStatement {
  const outer = p.open();
  p.expect(Token.LeftParen);
  const query = parseSelect(p);
  p.expect(Token.RightParen);
  p.close(outer);
  return query;
}

/** True at a token that only a query begins with. A parenthesis may begin one, too. */
export function isQueryStart(p: Cursor): boolean {
  return p.kind === Word.SELECT || p.kind === Word.VALUES || p.kind === Word.WITH;
}

/** A whole query, WITH included. */
export function parseSelect(p: Cursor): SelectStatement {
  const position = p.start;
  const withClause = p.kind === Word.WITH ? RELATIONAL_PARSING.get().parseWith(p) : null;
  return parseSelectBody(p, withClause, position);
}

/** The query after its WITH. */
export function parseSelectBody(p: Cursor, withClause: WithClause | null, position: number): SelectStatement {
  return finishSelect(p, withClause, parseOperand(p), position);
}

/**
 * The rest of a query whose first operand is at hand. What comes after the operands belongs to the whole compound.
 */
export function finishSelect(
  p: Cursor,
  withClause: WithClause | null,
  first: QueryOperand,
  position: number,
): SelectStatement {
  const compound = parseCompound(p);
  const orderBy = parseOrderBy(p);
  const limits = parseLimit(p);
  const { limit } = limits;
  if (limits.withTies && orderBy.length === 0) {
    throw p.error('INVALID_STATEMENT', 'WITH TIES needs ORDER BY', limit?.position ?? position);
  }
  if ((orderBy.length > 0 || limit !== null) && isSetOperator(p)) failBeforeOperator(p, orderBy.length > 0);
  if (p.kind === Word.FOR) RELATIONAL_PARSING.get().skipRowLocks(p);
  const { offset, withTies } = limits;
  const end = p.previousEnd;
  return { kind: 'select', with: withClause, first, compound, orderBy, limit, offset, withTies, position, end };
}

/**
 * After an opening parenthesis and an expression: if the expression was itself a query in parentheses and goes on as
 * one, `((SELECT 1) UNION SELECT 2)`, the whole query; null otherwise.
 */
export function parseQueryAfterSubquery(p: Cursor, expression: Expression): SelectStatement | null {
  if (expression.kind !== 'subquery') return null;
  if (!isSetOperator(p) && p.kind !== Word.ORDER && p.kind !== Word.LIMIT) return null;
  const { query, position, end } = expression;
  return finishSelect(p, null, { kind: 'nested-query', query, position, end }, position);
}

function failBeforeOperator(p: Cursor, isOrdered: boolean): never {
  const position = p.start;
  const word = p.text().toUpperCase();
  p.next();
  const operator = p.kind === Word.ALL ? `${word} ALL` : word;
  const clause = isOrdered ? 'ORDER BY' : 'LIMIT';
  throw p.error('SYNTAX_ERROR', `${clause} clause should come after ${operator} not before`, position);
}

export function isSetOperator(p: Cursor): boolean {
  return p.kind === Word.UNION || p.kind === Word.INTERSECT || p.kind === Word.EXCEPT;
}

function parseCompound(p: Cursor): CompoundPart[] {
  const parts: CompoundPart[] = [];
  for (;;) {
    const position = p.start;
    let operator: CompoundPart['operator'];
    if (p.accept(Word.UNION)) operator = 'UNION';
    else if (p.accept(Word.INTERSECT)) operator = 'INTERSECT';
    else if (p.accept(Word.EXCEPT)) operator = 'EXCEPT';
    else return parts;
    const all = p.accept(Word.ALL);
    if (!all) p.accept(Word.DISTINCT);
    const operand = parseOperand(p);
    parts.push({ kind: 'compound-part', operator, all, operand, position, end: p.previousEnd });
    p.limitCount(parts.length + 1, LIMITS.compoundSelects, 'terms in compound SELECT', position);
  }
}

function parseOperand(p: Cursor): QueryOperand {
  if (p.at(Word.SELECT)) return parseSelectCore(p);
  if (p.at(Word.VALUES)) return parseValues(p);
  if (p.kind === Token.LeftParen) return parseNestedQuery(p);
  return p.fail();
}

function parseNestedQuery(p: Cursor): NestedQuery {
  const position = p.start;
  const outer = p.open();
  p.next();
  const query = parseSelect(p);
  p.expect(Token.RightParen);
  p.close(outer);
  p.tallest = Math.max(p.tallest, p.height);
  return { kind: 'nested-query', query, position, end: p.previousEnd };
}

function parseSelectCore(p: Cursor): SelectCore {
  const position = p.start;
  p.next();
  const distinct = p.accept(Word.DISTINCT);
  let distinctOn: Expression[] | null = null;
  if (!distinct) {
    p.accept(Word.ALL);
  } else if (p.accept(Word.ON)) {
    p.expect(Token.LeftParen);
    distinctOn = parseExpressionList(p);
    p.expect(Token.RightParen);
  }
  const columns = parseResultColumns(p);
  const from = p.accept(Word.FROM) ? parseFrom(p) : null;
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  const groupBy = parseGroupBy(p);
  const having = p.accept(Word.HAVING) ? parseExpression(p) : null;
  let windows: NamedWindow[] = [];
  if (p.accept(Word.WINDOW)) windows = WINDOW_PARSING.get().parseNamedWindows(p);
  const qualify = p.accept(Word.QUALIFY) ? parseExpression(p) : null;
  return {
    kind: 'select-core',
    distinct,
    distinctOn,
    columns,
    from,
    where,
    groupBy,
    having,
    windows,
    qualify,
    position,
    end: p.previousEnd,
  };
}

function parseValues(p: Cursor): ValuesCore {
  const position = p.start;
  p.next();
  const rows = parseRows(p, parseExpression);
  return { kind: 'values', rows, position, end: p.previousEnd };
}

/** `(a, b), (c, d)`. That they are of one width, the binder sees to: as in SQLite, a trigger may be made that is wrong there. */
export function parseRows<T>(p: Cursor, parseValue: (p: Cursor) => T): T[][] {
  const rows: T[][] = [];
  const listPosition = p.start;
  do {
    p.expect(Token.LeftParen);
    const row = [parseValue(p)];
    while (p.accept(Token.Comma)) row.push(parseValue(p));
    p.expect(Token.RightParen);
    rows.push(row);
    p.limitCount(row.length, LIMITS.columns, 'columns in VALUES', listPosition);
  } while (p.accept(Token.Comma));
  p.limitCount(rows.length, LIMITS.valuesRows, 'rows in VALUES', listPosition);
  return rows;
}

interface LimitClause {
  readonly limit: Expression | null;
  readonly offset: Expression | null;
  readonly withTies: boolean;
}

/** LIMIT and OFFSET in either order, `LIMIT offset, count`, the standard's OFFSET … FETCH FIRST … ONLY or WITH TIES. */
function parseLimit(p: Cursor): LimitClause {
  let limit: Expression | null = null;
  let offset: Expression | null = null;
  if (p.accept(Word.LIMIT)) {
    if (!p.accept(Word.ALL)) limit = parseExpression(p);
    if (limit !== null && p.accept(Token.Comma)) {
      offset = limit;
      limit = parseExpression(p);
    }
  }
  if (offset === null && p.accept(Word.OFFSET)) {
    offset = parseExpression(p);
    if (!p.accept(Word.ROWS)) p.accept(Word.ROW);
    if (limit === null && p.accept(Word.LIMIT)) limit = parseExpression(p);
  }
  if (limit !== null || !p.accept(Word.FETCH)) return { limit, offset, withTies: false };
  const { limit: count, withTies } = parseFetch(p);
  return { limit: count, offset, withTies };
}

function parseFetch(p: Cursor): Pick<LimitClause, 'limit' | 'withTies'> {
  if (!p.accept(Word.FIRST)) p.expect(Word.NEXT);
  const { start: position } = p;
  let count: Expression = { kind: 'literal', literalType: 'integer', value: 1n, position, end: position };
  if (p.kind !== Word.ROW && p.kind !== Word.ROWS) count = parseExpression(p);
  if (!p.accept(Word.ROWS)) p.expect(Word.ROW);
  const withTies = p.accept(Word.WITH);
  p.expect(withTies ? Word.TIES : Word.ONLY);
  return { limit: count, withTies };
}

/** ORDER BY and LIMIT of UPDATE and DELETE. */
export interface RowLimits {
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expression | null;
  readonly offset: Expression | null;
}

export function parseRowLimits(p: Cursor): RowLimits {
  const orderBy = parseOrderBy(p);
  const position = p.start;
  const { limit, offset, withTies } = parseLimit(p);
  if (withTies) throw p.error('INVALID_STATEMENT', 'WITH TIES is for queries: UPDATE and DELETE take LIMIT', position);
  return { orderBy, limit, offset };
}
