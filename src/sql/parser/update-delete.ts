import type { DeleteStatement, TruncateStatement, UpdateStatement } from '../ast/dml.ts';
import type { ResultColumn, WithClause } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseAssignments } from './assignments.ts';
import { parseConflictAction } from './conflict-action.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseReturning } from './result-columns.ts';
import { parseRowLimits, type RowLimits } from './select.ts';
import { parseFrom, parseTargetTable } from './table-references.ts';

/** UPDATE, after its WITH. */
export function parseUpdate(p: Cursor, withClause: WithClause | null, position: number): UpdateStatement {
  p.next();
  const conflictAction = p.accept(Word.OR) ? parseConflictAction(p) : null;
  const table = parseTargetTable(p);
  p.expect(Word.SET);
  const assignments = parseAssignments(p);
  const from = p.accept(Word.FROM) ? parseFrom(p) : null;
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  const head = { with: withClause, conflictAction, table, assignments, from, where };
  return { kind: 'update', ...head, ...parseReturningAndLimits(p), position, end: p.previousEnd };
}

/** DELETE, after its WITH. */
export function parseDelete(p: Cursor, withClause: WithClause | null, position: number): DeleteStatement {
  p.next();
  p.expect(Word.FROM);
  const table = parseTargetTable(p);
  const using = p.accept(Word.USING) ? parseFrom(p) : null;
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  const head = { with: withClause, table, using, where };
  return { kind: 'delete', ...head, ...parseReturningAndLimits(p), position, end: p.previousEnd };
}

/** SQLite writes RETURNING before ORDER BY and LIMIT; after them it means the same. */
function parseReturningAndLimits(p: Cursor): RowLimits & { readonly returning: readonly ResultColumn[] } {
  const before = parseReturning(p);
  const limits = parseRowLimits(p);
  return { ...limits, returning: before.length > 0 ? before : parseReturning(p) };
}

export function parseTruncate(p: Cursor): TruncateStatement {
  const position = p.start;
  p.next();
  p.accept(Word.TABLE);
  const tables = [p.qualifiedName('a table name')];
  while (p.accept(Token.Comma)) tables.push(p.qualifiedName('a table name'));
  return { kind: 'truncate', tables, position, end: p.previousEnd };
}
