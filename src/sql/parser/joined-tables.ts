import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type { Identifier, QualifiedName } from '../ast/node.ts';
import type { JoinedTable, SubqueryTable, TableReference } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression, parseExpressionList } from './expression.ts';
import { parseColumnNames } from './names.ts';
import { finishSelect, isQueryStart, isSetOperator, parseSelect } from './select.ts';
import { selectStarFrom } from './star-query.ts';
import { parseFrom, parseTableAlias, parseTableReference } from './table-references.ts';

/** The joins and commas behind the first table, as one left-deep tree. */
export function parseJoins(p: Cursor, first: TableReference, position: number): TableReference {
  let left = first;
  let count = 1;
  for (;;) {
    const join = parseJoinOperator(p);
    if (join === null) return left;
    p.limitCount(++count, LIMITS.joinTables, 'tables in one FROM', position);
    left = parseJoin(p, left, join, position);
  }
}

type JoinOperator = Pick<JoinedTable, 'join' | 'natural' | 'asof'> & { readonly comma: boolean };

function parseJoinOperator(p: Cursor): JoinOperator | null {
  if (p.accept(Token.Comma)) return { join: 'CROSS', natural: false, asof: false, comma: true };
  const at = p.start;
  const asof = p.kind === Word.ASOF && p.accept(Word.ASOF);
  const words = new Set<number>();
  // In any order, as in SQLite: LEFT NATURAL, OUTER LEFT.
  for (let word = joinWord(p); word !== undefined; word = joinWord(p)) words.add(word);
  const end = p.previousEnd;
  if (!p.accept(Word.JOIN)) {
    if (p.start !== at) p.fail();
    return null;
  }
  const join = joinOf(words);
  if (join === null) {
    const written = p.sql.slice(at, end).toUpperCase();
    throw p.error('SYNTAX_ERROR', `unknown join type: ${written}`, at);
  }
  return { join, natural: words.has(Word.NATURAL), asof, comma: false };
}

const JOIN_WORDS = [Word.NATURAL, Word.LEFT, Word.INNER, Word.CROSS, Word.RIGHT, Word.FULL, Word.OUTER];

function joinWord(p: Cursor): number | undefined {
  return JOIN_WORDS.find((word) => p.accept(word));
}

/** LEFT and RIGHT together are FULL; null: the words contradict each other, or OUTER does not say which side. */
function joinOf(words: ReadonlySet<number>): JoinedTable['join'] | null {
  const left = words.has(Word.LEFT) || words.has(Word.FULL);
  const right = words.has(Word.RIGHT) || words.has(Word.FULL);
  const isOuter = left || right;
  if (isOuter ? words.has(Word.INNER) || words.has(Word.CROSS) : words.has(Word.OUTER)) return null;
  if (isOuter) return left && right ? 'FULL' : left ? 'LEFT' : 'RIGHT';
  return words.has(Word.CROSS) ? 'CROSS' : 'INNER';
}

function parseJoin(p: Cursor, left: TableReference, operator: JoinOperator, position: number): JoinedTable {
  const right = parseTableReference(p);
  let on: Expression | null = null;
  let using: Identifier[] | null = null;
  if (p.kind !== Word.ON || p.peek() !== Word.CONFLICT) {
    if (p.accept(Word.ON)) on = parseExpression(p);
    else if (p.accept(Word.USING)) using = parseColumnNames(p);
  }
  const { join, natural, asof } = operator;
  if (natural && (on !== null || using !== null)) {
    throw p.error('SYNTAX_ERROR', 'a NATURAL join may not have an ON or USING clause', right.end);
  }
  return { kind: 'join', join, natural, asof, left, right, alias: null, on, using, position, end: p.previousEnd };
}

/** `name(…)`: at the parenthesis. */
export function parseTableFunction(p: Cursor, name: QualifiedName, position: number, lateral: boolean): TableReference {
  const outerHeight = p.open();
  p.next();
  const argumentList = p.kind === Token.RightParen ? [] : parseExpressionList(p);
  p.expect(Token.RightParen);
  leave(p, outerHeight);
  let withOrdinality = false;
  if (p.kind === Word.WITH && p.peek() === Word.ORDINALITY) {
    p.next();
    p.next();
    withOrdinality = true;
  }
  const { alias, columnAliases } = parseTableAlias(p);
  const rest = { lateral, withOrdinality, alias, columnAliases };
  return { kind: 'table-function', name, arguments: argumentList, ...rest, position, end: p.previousEnd };
}

function leave(p: Cursor, outerHeight: number): void {
  p.close(outerHeight);
  p.tallest = Math.max(p.tallest, p.height);
}

/** After `(`: a query, or tables and joins that bind together. */
export function parseParenthesizedTable(p: Cursor, position: number, lateral: boolean): TableReference {
  const outerHeight = p.open();
  if (isQueryStart(p)) {
    const query = parseSelect(p);
    return finishSubquery(p, query, position, lateral, outerHeight);
  }
  const inner = parseFrom(p);
  if (isPlainSubquery(inner) && (isSetOperator(p) || p.kind === Word.ORDER || p.kind === Word.LIMIT)) {
    const first = { kind: 'nested-query', query: inner.query, position: inner.position, end: inner.end } as const;
    const query = finishSelect(p, null, first, inner.position);
    return finishSubquery(p, query, position, lateral, outerHeight);
  }
  p.expect(Token.RightParen);
  leave(p, outerHeight);
  const { alias, columnAliases } = parseTableAlias(p);
  if (alias === null) return inner;
  const end = p.previousEnd;
  if (inner.kind !== 'join') return { ...inner, alias, columnAliases, position, end };
  if (columnAliases.length === 0 && !lateral) return { ...inner, alias, position, end };
  return { kind: 'subquery-table', query: selectStarFrom(inner), lateral, alias, columnAliases, position, end };
}

function isPlainSubquery(table: TableReference): table is SubqueryTable {
  return table.kind === 'subquery-table' && table.alias === null && !table.lateral;
}

function finishSubquery(
  p: Cursor,
  query: SubqueryTable['query'],
  position: number,
  lateral: boolean,
  outerHeight: number,
): SubqueryTable {
  p.expect(Token.RightParen);
  leave(p, outerHeight);
  const { alias, columnAliases } = parseTableAlias(p);
  return { kind: 'subquery-table', query, lateral, alias, columnAliases, position, end: p.previousEnd };
}
