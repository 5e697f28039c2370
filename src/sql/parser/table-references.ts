import type { Identifier, QualifiedName } from '../ast/node.ts';
import type { NamedTable, TableReference } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { RELATIONAL_PARSING, TIME_TRAVEL_PARSING } from './late-parts.ts';
import { parseAlias, parseColumnNames } from './names.ts';

/** What follows FROM: tables, joins and commas, as one left-deep tree. */
export function parseFrom(p: Cursor): TableReference {
  const position = p.start;
  const first = parseTableReference(p);
  if (startsJoin(p)) return RELATIONAL_PARSING.get().parseJoins(p, first, position);
  if (first.kind !== 'join') rejectLoneCondition(p, first);
  return first;
}

/** In the order in which an error lists what could follow. */
const JOIN_STARTS = [
  ...[Token.Comma, Word.NATURAL, Word.LEFT, Word.INNER, Word.CROSS, Word.RIGHT, Word.FULL, Word.JOIN],
  Word.OUTER,
];

function startsJoin(p: Cursor): boolean {
  for (const kind of JOIN_STARTS) if (p.at(kind)) return true;
  return p.kind === Word.ASOF;
}

function rejectLoneCondition(p: Cursor, first: TableReference): void {
  if (p.kind !== Word.USING && (p.kind !== Word.ON || p.peek() === Word.CONFLICT)) return;
  if (first.kind === 'table' && first.alias?.toLowerCase() === 'latest') p.notSupported('LATEST ON', first.position);
  throw p.error('SYNTAX_ERROR', `a JOIN clause is required before ${p.text().toUpperCase()}`, p.start);
}

export function parseTableReference(p: Cursor): TableReference {
  const position = p.start;
  const lateral = p.kind === Word.LATERAL && isLateralKeyword(p) && p.accept(Word.LATERAL);
  if (p.accept(Token.LeftParen)) return RELATIONAL_PARSING.get().parseParenthesizedTable(p, position, lateral);
  const table = p.qualifiedName('a table name');
  if (p.kind === Token.LeftParen) return RELATIONAL_PARSING.get().parseTableFunction(p, table, position, lateral);
  return finishNamedTable(p, table, position);
}

function isLateralKeyword(p: Cursor): boolean {
  const mark = p.mark();
  p.next();
  const found = p.kind === Token.LeftParen || p.isName();
  p.reset(mark);
  return found;
}

/** What a table may carry after its name: AS OF or VERSIONS BETWEEN, an alias, INDEXED BY. */
function finishNamedTable(p: Cursor, table: QualifiedName, position: number): NamedTable {
  let asOf = parseHistory(p);
  const { alias, columnAliases } = parseTableAlias(p);
  asOf ??= parseHistory(p);
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
  const target = finishNamedTable(p, p.qualifiedName('a table name'), position);
  if (target.asOf !== null) {
    const what = target.asOf.kind === 'as-of' ? 'AS OF a table' : 'VERSIONS of a table';
    p.notSupported(`${what} that is changed`, target.asOf.position, 'the past stays as it was');
  }
  return target;
}

interface TableAlias {
  readonly alias: string | null;
  readonly columnAliases: readonly Identifier[];
}

export function parseTableAlias(p: Cursor): TableAlias {
  const alias = parseAlias(p);
  const columnAliases = alias !== null && p.kind === Token.LeftParen ? parseColumnNames(p) : [];
  return { alias, columnAliases };
}

/** What says at which point of the history, or over which stretch of it, the table is read. */
function parseHistory(p: Cursor): NamedTable['asOf'] {
  const mayBegin = p.kind === Word.AS ? p.peek() === Word.OF : p.kind === Word.FOR || p.isWord('versions');
  return mayBegin ? TIME_TRAVEL_PARSING.get().parseHistory(p) : null;
}
