import { LIMITS } from '../../base/limits.ts';
import type { ResultColumn, StarColumn } from '../ast/select.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseAlias } from './names.ts';

/** The columns of SELECT or RETURNING. */
export function parseResultColumns(p: Cursor): ResultColumn[] {
  const position = p.start;
  const columns = [parseResultColumn(p)];
  while (p.accept(Token.Comma)) columns.push(parseResultColumn(p));
  p.limitCount(columns.length, LIMITS.columns, 'columns in result set', position);
  return columns;
}

/** RETURNING and its columns; empty where there is none. */
export function parseReturning(p: Cursor): ResultColumn[] {
  return p.accept(Word.RETURNING) ? parseResultColumns(p) : [];
}

function parseResultColumn(p: Cursor): ResultColumn {
  const position = p.start;
  if (p.kind === Token.Star) {
    p.next();
    return { kind: 'star-column', schema: null, table: null, position, end: p.previousEnd };
  }
  const star = p.isName() ? parseQualifiedStar(p) : null;
  if (star !== null) return star;
  const expression = parseExpression(p);
  const alias = parseAlias(p);
  return { kind: 'expression-column', expression, alias, position, end: p.previousEnd };
}

/** `t.*` or `s.t.*`; null, and nothing consumed, at anything else. */
function parseQualifiedStar(p: Cursor): StarColumn | null {
  if (!mayBeQualified(p)) return null;
  const mark = p.mark();
  const position = p.start;
  let schema: string | null = null;
  let table = p.takeName();
  for (let parts = 0; parts < 2 && p.kind === Token.Dot; parts++) {
    p.next();
    if (p.kind === Token.Star) {
      p.next();
      return { kind: 'star-column', schema, table, position, end: p.previousEnd };
    }
    if (!p.isName()) break;
    schema = table;
    table = p.takeName();
  }
  p.reset(mark);
  return null;
}

/** Rules out at a glance most names that no dot follows. */
function mayBeQualified(p: Cursor): boolean {
  let at = p.end;
  while (p.sql.charCodeAt(at) === 32) at++;
  const code = p.sql.charCodeAt(at);
  const isWord = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return !isWord && code !== 44 && code !== 40 && code !== 41;
}
