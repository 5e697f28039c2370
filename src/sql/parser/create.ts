import type { DdlStatement } from '../ast/ddl.ts';
import type { HistoryStatement } from '../ast/history.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { DEFINITION_PARSING, TABLE_PARSING } from './late-parts.ts';

export function parseCreate(p: Cursor): DdlStatement | HistoryStatement {
  const position = p.start;
  p.next();
  const orReplace = p.acceptPair(Word.OR, Word.REPLACE);
  const temporary = !orReplace && (p.accept(Word.TEMP) || p.accept(Word.TEMPORARY));
  if (!orReplace && p.accept(Word.TABLE)) return TABLE_PARSING.get().parseCreateTable(p, position, temporary);
  return DEFINITION_PARSING.get().parseCreateOther(p, { position, orReplace, temporary });
}
