import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type { Identifier, QualifiedName } from '../ast/node.ts';
import type { AsOfPoint, JoinedTable, NamedTable, SubqueryTable, TableReference } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding, parseExpression, parseExpressionList } from './expression.ts';
import { parseAlias, parseColumnNames } from './names.ts';
import { finishSelect, isQueryStart, isSetOperator, parseSelect } from './select.ts';
import { selectStarFrom } from './star-query.ts';

/** What follows FROM: tables, joins and commas, as one left-deep tree. */
export function parseFrom(p: Cursor): TableReference {
  const position = p.start;
  let left = parseTableReference(p);
  let count = 1;
  for (;;) {
    const join = parseJoinOperator(p);
    if (join === null) {
      if (left.kind !== 'join') rejectLoneCondition(p);
      return left;
    }
    p.limitCount(++count, LIMITS.joinTables, 'tables in one FROM', position);
    left = parseJoin(p, left, join, position);
  }
}

function rejectLoneCondition(p: Cursor): void {
  if (p.kind !== Word.USING && (p.kind !== Word.ON || p.peek() === Word.CONFLICT)) return;
  throw p.error('SYNTAX_ERROR', `a JOIN clause is required before ${p.text().toUpperCase()}`, p.start);
}

type JoinOperator = Pick<JoinedTable, 'join' | 'natural' | 'asof'> & { readonly comma: boolean };

function parseJoinOperator(p: Cursor): JoinOperator | null {
  if (p.accept(Token.Comma)) return { join: 'CROSS', natural: false, asof: false, comma: true };
  const at = p.start;
  const natural = p.accept(Word.NATURAL);
  const asof = p.kind === Word.ASOF && p.accept(Word.ASOF);
  const join = parseJoinKind(p);
  if (p.accept(Word.JOIN)) return { join, natural, asof, comma: false };
  if (p.start !== at) p.fail();
  return null;
}

/** SQLite lets the words stand in any order and number; the standard's spellings are enough here. */
function parseJoinKind(p: Cursor): JoinedTable['join'] {
  if (p.accept(Word.LEFT)) return outer(p, 'LEFT');
  if (p.accept(Word.INNER)) return 'INNER';
  if (p.accept(Word.CROSS)) return 'CROSS';
  if (p.accept(Word.RIGHT)) return outer(p, 'RIGHT');
  if (p.accept(Word.FULL)) return outer(p, 'FULL');
  return 'INNER';
}

function outer(p: Cursor, join: JoinedTable['join']): JoinedTable['join'] {
  p.accept(Word.OUTER);
  return join;
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
  return { kind: 'join', join, natural, asof, left, right, on, using, position, end: p.previousEnd };
}

function parseTableReference(p: Cursor): TableReference {
  const position = p.start;
  const lateral = p.kind === Word.LATERAL && isLateralKeyword(p) && p.accept(Word.LATERAL);
  if (p.accept(Token.LeftParen)) return parseParenthesizedTable(p, position, lateral);
  const table = p.qualifiedName('a table name');
  if (p.kind === Token.LeftParen) return parseTableFunction(p, table, position, lateral);
  return finishNamedTable(p, table, position);
}

function isLateralKeyword(p: Cursor): boolean {
  const mark = p.mark();
  p.next();
  const found = p.kind === Token.LeftParen || p.isName();
  p.reset(mark);
  return found;
}

function parseTableFunction(p: Cursor, name: QualifiedName, position: number, lateral: boolean): TableReference {
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

/** What a table may carry after its name: AS OF, an alias, INDEXED BY. */
function finishNamedTable(p: Cursor, table: QualifiedName, position: number): NamedTable {
  let asOf = parseAsOf(p);
  const { alias, columnAliases } = parseTableAlias(p);
  asOf ??= parseAsOf(p);
  let indexedBy: string | false | null = null;
  if (p.accept(Word.INDEXED)) {
    p.expect(Word.BY);
    indexedBy = p.name('an index name');
  } else if (p.acceptPair(Word.NOT, Word.INDEXED)) {
    indexedBy = false;
  }
  return { kind: 'table', table, alias, columnAliases, asOf, indexedBy, position, end: p.previousEnd };
}

/** The table of UPDATE or DELETE. */
export function parseTargetTable(p: Cursor): NamedTable {
  const position = p.start;
  return finishNamedTable(p, p.qualifiedName('a table name'), position);
}

interface TableAlias {
  readonly alias: string | null;
  readonly columnAliases: readonly Identifier[];
}

function parseTableAlias(p: Cursor): TableAlias {
  const alias = parseAlias(p);
  const columnAliases = alias !== null && p.kind === Token.LeftParen ? parseColumnNames(p) : [];
  return { alias, columnAliases };
}

/** `AS OF unit point`: an alias called `of` needs quotes before one of the four words. */
function parseAsOf(p: Cursor): AsOfPoint | null {
  if (p.kind !== Word.AS) return null;
  const mark = p.mark();
  const position = p.start;
  p.next();
  if (p.kind === Word.OF) {
    p.next();
    const unit = asOfUnit(p.kind);
    if (unit !== null) {
      p.next();
      const point = unit === 'SNAPSHOT' && p.isName() ? snapshotName(p) : parseBinding(p, Power.Other);
      p.tallest = Math.max(p.tallest, p.height);
      return { kind: 'as-of', unit, point, position, end: p.previousEnd };
    }
  }
  p.reset(mark);
  return null;
}

function asOfUnit(kind: number): AsOfPoint['unit'] | null {
  switch (kind) {
    case Word.TIMESTAMP:
      return 'TIMESTAMP';
    case Word.TRANSACTION:
      return 'TRANSACTION';
    case Word.SCN:
      return 'SCN';
    case Word.SNAPSHOT:
      return 'SNAPSHOT';
    default:
      return null;
  }
}

function snapshotName(p: Cursor): Expression {
  const { name, position, end } = p.identifier('a snapshot name');
  p.height = 1;
  return { kind: 'literal', literalType: 'text', value: name, position, end };
}

/** After `(`: a query, or tables and joins that bind together. */
function parseParenthesizedTable(p: Cursor, position: number, lateral: boolean): TableReference {
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
