import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';

/** True where FOR begins a clause about locks, and is no alias. */
export function startsRowLocks(p: Cursor): boolean {
  const mark = p.mark();
  p.next();
  const found = [Word.UPDATE, Word.NO, Word.KEY].includes(p.kind) || p.isWord('share');
  p.reset(mark);
  return found;
}

/**
 * PostgreSQL's `FOR UPDATE | NO KEY UPDATE | SHARE | KEY SHARE [OF tables] [NOWAIT | SKIP LOCKED]`. There is nothing to lock: a
 * transaction that may write has the writer's place from its BEGIN on.
 */
export function skipRowLocks(p: Cursor): void {
  while (p.accept(Word.FOR)) {
    const no = p.accept(Word.NO);
    const key = p.accept(Word.KEY);
    if (no && !key) p.fail('KEY');
    if (no || !acceptWord(p, 'share')) p.expect(Word.UPDATE);
    if (p.accept(Word.OF)) {
      do p.qualifiedName('a table name');
      while (p.accept(Token.Comma));
    }
    if (acceptWord(p, 'skip')) {
      if (!acceptWord(p, 'locked')) p.fail('LOCKED');
    } else {
      acceptWord(p, 'nowait');
    }
  }
}

function acceptWord(p: Cursor, word: string): boolean {
  const found = p.isWord(word);
  if (found) p.next();
  return found;
}
