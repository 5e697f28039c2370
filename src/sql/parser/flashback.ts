import type { FlashbackDatabaseStatement, FlashbackTableStatement, UndropStatement } from '../ast/history.ts';
import type { Identifier } from '../ast/node.ts';
import type { AsOfPoint } from '../ast/table-references.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parsePoint, unitAt } from './history-points.ts';

/** FLASHBACK or UNDROP: at that word. */
export function parseFlashback(p: Cursor): FlashbackTableStatement | FlashbackDatabaseStatement | UndropStatement {
  const position = p.start;
  const isUndrop = p.isWord('undrop');
  p.next();
  if (isUndrop) return parseUndrop(p, position);
  if (p.isWord('database')) {
    p.next();
    const to = parseTarget(p);
    const preview = acceptPreview(p);
    return { kind: 'flashback-database', to, preview, position, end: p.previousEnd };
  }
  if (!p.accept(Word.TABLE)) p.fail('DATABASE');
  const tables = [p.qualifiedName('a table name')];
  while (p.accept(Token.Comma)) tables.push(p.qualifiedName('a table name'));
  const mark = p.mark();
  // TO BEFORE DROP is how Oracle says UNDROP.
  if (tables.length === 1 && p.accept(Word.TO) && p.acceptPair(Word.BEFORE, Word.DROP)) {
    return { kind: 'undrop', table: tables[0], name: parseNewName(p), position, end: p.previousEnd };
  }
  p.reset(mark);
  const to = parseTarget(p);
  const preview = tables.length === 1 && acceptPreview(p);
  return { kind: 'flashback-table', tables, to, preview, position, end: p.previousEnd };
}

function acceptPreview(p: Cursor): boolean {
  const isThere = p.isWord('preview');
  if (isThere) p.next();
  return isThere;
}

function parseUndrop(p: Cursor, position: number): UndropStatement {
  p.expect(Word.TABLE);
  const table = p.qualifiedName('a table name');
  return { kind: 'undrop', table, name: parseNewName(p), position, end: p.previousEnd };
}

function parseNewName(p: Cursor): Identifier | null {
  if (p.accept(Word.RENAME)) p.expect(Word.TO);
  else if (!p.accept(Word.AS)) return null;
  return p.identifier('a table name');
}

/** `TO unit point`. */
function parseTarget(p: Cursor): AsOfPoint {
  p.expect(Word.TO);
  const position = p.start;
  const unit = unitAt(p);
  return unit === null ? p.fail('TIMESTAMP, TRANSACTION, SCN or SNAPSHOT') : parsePoint(p, unit, position);
}
