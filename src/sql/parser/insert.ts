import type {
  AssignedValue,
  ConflictAction,
  InsertSource,
  InsertStatement,
  InsertValues,
  UpsertClause,
  UpsertUpdate,
} from '../ast/dml.ts';
import type { Expression } from '../ast/expressions.ts';
import type { OrderingTerm, WithClause } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseAssignments } from './assignments.ts';
import { parseConflictAction } from './conflict-action.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseColumnNames } from './names.ts';
import { parseOrderingTerms } from './ordering.ts';
import { parseReturning } from './result-columns.ts';
import { finishSelect, isSetOperator, parseRows, parseSelect } from './select.ts';

/** INSERT or REPLACE, after its WITH. */
export function parseInsert(p: Cursor, withClause: WithClause | null, position: number): InsertStatement {
  let conflictAction: ConflictAction | null = null;
  if (p.accept(Word.REPLACE)) {
    conflictAction = 'REPLACE';
  } else {
    p.expect(Word.INSERT);
    if (p.accept(Word.OR)) conflictAction = parseConflictAction(p);
  }
  p.expect(Word.INTO);
  const table = p.qualifiedName('a table name');
  const alias = p.accept(Word.AS) ? p.name('an alias name') : null;
  const columns = p.at(Token.LeftParen) ? parseColumnNames(p) : [];
  skipOverriding(p);
  const source = parseSource(p);
  const upserts: UpsertClause[] = [];
  while (p.at(Word.ON)) upserts.push(parseUpsert(p));
  const returning = parseReturning(p);
  const target = { with: withClause, conflictAction, table, alias, columns };
  return { kind: 'insert', ...target, source, upserts, returning, position, end: p.previousEnd };
}

/** `OVERRIDING SYSTEM VALUE`, as in PostgreSQL's dumps: an identity column takes what it is given anyway. */
function skipOverriding(p: Cursor): void {
  if (!p.isWord('overriding')) return;
  p.next();
  for (const word of ['system', 'value']) {
    if (!p.isWord(word)) p.fail('SYSTEM VALUE');
    p.next();
  }
}

function parseSource(p: Cursor): InsertSource {
  const position = p.start;
  if (p.at(Word.VALUES)) return parseInsertValues(p);
  if (p.at(Word.SELECT) || p.kind === Word.WITH || p.kind === Token.LeftParen) return parseSelect(p);
  p.expect(Word.DEFAULT);
  p.expect(Word.VALUES);
  return { kind: 'insert-defaults', position, end: p.previousEnd };
}

/** VALUES as the rows of an INSERT, unless it is the first operand of a longer query. */
function parseInsertValues(p: Cursor): InsertSource {
  const position = p.start;
  p.next();
  const rows = parseRows(p, parseAssignedValue);
  const end = p.previousEnd;
  if (!isSetOperator(p) && p.kind !== Word.ORDER && p.kind !== Word.LIMIT) {
    return { kind: 'insert-values', rows, position, end } satisfies InsertValues;
  }
  return finishSelect(
    p,
    null,
    { kind: 'values', rows: rows.map((row) => onlyExpressions(p, row)), position, end },
    position,
  );
}

function onlyExpressions(p: Cursor, row: readonly AssignedValue[]): Expression[] {
  return row.map((value) => {
    if (value.kind !== 'default-value') return value;
    throw p.error('SYNTAX_ERROR', 'DEFAULT cannot stand in a query', value.position);
  });
}

/** An expression or the word DEFAULT. */
export function parseAssignedValue(p: Cursor): AssignedValue {
  if (p.kind !== Word.DEFAULT) return parseExpression(p);
  const position = p.start;
  p.next();
  return { kind: 'default-value', position, end: p.previousEnd };
}

function parseUpsert(p: Cursor): UpsertClause {
  const position = p.start;
  p.next();
  p.expect(Word.CONFLICT);
  let target: OrderingTerm[] = [];
  let targetWhere: Expression | null = null;
  let constraint: string | null = null;
  if (p.accept(Token.LeftParen)) {
    target = parseOrderingTerms(p, 'columns in ON CONFLICT');
    const ordered = target.find(({ nulls }) => nulls !== null);
    if (ordered !== undefined)
      throw p.error('NOT_SUPPORTED', `unsupported use of NULLS ${ordered.nulls}`, ordered.position);
    p.expect(Token.RightParen);
    targetWhere = p.accept(Word.WHERE) ? parseExpression(p) : null;
  } else if (p.accept(Word.ON)) {
    p.expect(Word.CONSTRAINT);
    constraint = p.name('a constraint name');
  }
  p.expect(Word.DO);
  const update = p.accept(Word.NOTHING) ? null : parseUpsertUpdate(p);
  return { kind: 'upsert', target, targetWhere, constraint, update, position, end: p.previousEnd };
}

function parseUpsertUpdate(p: Cursor): UpsertUpdate {
  const position = p.start;
  p.expect(Word.UPDATE);
  p.expect(Word.SET);
  const assignments = parseAssignments(p);
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  return { kind: 'upsert-update', assignments, where, position, end: p.previousEnd };
}
