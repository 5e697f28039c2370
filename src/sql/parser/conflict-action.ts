import type { ConflictAction } from '../ast/dml.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';

/** The word after OR, or after ON CONFLICT of a constraint. */
export function parseConflictAction(p: Cursor): ConflictAction {
  if (p.accept(Word.REPLACE)) return 'REPLACE';
  if (p.accept(Word.IGNORE)) return 'IGNORE';
  if (p.accept(Word.ABORT)) return 'ABORT';
  if (p.accept(Word.FAIL)) return 'FAIL';
  p.expect(Word.ROLLBACK);
  return 'ROLLBACK';
}

/** `ON CONFLICT action` after a constraint; null where there is none. */
export function parseOnConflict(p: Cursor): ConflictAction | null {
  return p.acceptPair(Word.ON, Word.CONFLICT) ? parseConflictAction(p) : null;
}
