import { LIMITS } from '../../base/limits.ts';
import type { Assignment } from '../ast/dml.ts';
import { Token } from '../lexer/tokens.ts';
import type { Cursor } from './cursor.ts';
import { parseAssignedValue } from './insert.ts';
import { parseColumnNames } from './names.ts';

/** What follows SET of an UPDATE or of an upsert. */
export function parseAssignments(p: Cursor): Assignment[] {
  const position = p.start;
  const assignments = [parseAssignment(p)];
  while (p.accept(Token.Comma)) assignments.push(parseAssignment(p));
  p.limitCount(assignments.length, LIMITS.columns, 'columns in set list', position);
  return assignments;
}

function parseAssignment(p: Cursor): Assignment {
  const position = p.start;
  const columns = p.kind === Token.LeftParen ? parseColumnNames(p) : [p.identifier('a column name')];
  p.expect(Token.Equal);
  const value = parseAssignedValue(p);
  return { kind: 'assignment', columns, value, position, end: p.previousEnd };
}
