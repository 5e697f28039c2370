import type { Expression } from '../ast/expressions.ts';
import type { Identifier, QualifiedName } from '../ast/node.ts';
import type { AsOfPoint, NamedTable, TableReference } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { Power } from './binding-powers.ts';
import type { Cursor } from './cursor.ts';
import { parseBinding } from './expression.ts';
import { RELATIONAL_PARSING } from './late-parts.ts';
import { parseAlias, parseColumnNames } from './names.ts';

/** What follows FROM: tables, joins and commas, as one left-deep tree. */
export function parseFrom(p: Cursor): TableReference {
  const position = p.start;
  const first = parseTableReference(p);
  if (startsJoin(p)) return RELATIONAL_PARSING.get().parseJoins(p, first, position);
  if (first.kind !== 'join') rejectLoneCondition(p);
  return first;
}

/** In the order in which an error lists what could follow. */
const JOIN_STARTS = [Token.Comma, Word.NATURAL, Word.LEFT, Word.INNER, Word.CROSS, Word.RIGHT, Word.FULL, Word.JOIN];

function startsJoin(p: Cursor): boolean {
  return JOIN_STARTS.some((kind) => p.at(kind)) || p.kind === Word.ASOF;
}

function rejectLoneCondition(p: Cursor): void {
  if (p.kind !== Word.USING && (p.kind !== Word.ON || p.peek() === Word.CONFLICT)) return;
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
  const target = finishNamedTable(p, p.qualifiedName('a table name'), position);
  if (target.asOf !== null)
    p.notSupported('AS OF a table that is changed', target.asOf.position, 'the past stays as it was');
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

/**
 * `AS OF unit point`: an alias called `of` needs quotes before one of the four words. `FOR SYSTEM_TIME AS OF point` is the
 * standard's way to write it, where the unit may be left out.
 */
function parseAsOf(p: Cursor): AsOfPoint | null {
  const mark = p.mark();
  const position = p.start;
  const isStandard = p.kind === Word.FOR && isSystemTime(p);
  if (p.accept(Word.AS) && p.accept(Word.OF)) {
    const written = asOfUnit(p.kind);
    const unit = written ?? (isStandard ? 'TIMESTAMP' : null);
    if (unit !== null) {
      if (written !== null) p.next();
      const point = unit === 'SNAPSHOT' && p.isName() ? snapshotName(p) : parseBinding(p, Power.Other);
      p.tallest = Math.max(p.tallest, p.height);
      return { kind: 'as-of', unit, point, position, end: p.previousEnd };
    }
  }
  p.reset(mark);
  return null;
}

function isSystemTime(p: Cursor): boolean {
  p.next();
  if (p.text().toUpperCase() !== 'SYSTEM_TIME') return false;
  p.next();
  return true;
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
