import type { EraseStatement } from '../ast/history.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';

/** At ERASE. An alias needs its AS: without, REASON would be one. */
export function parseErase(p: Cursor): EraseStatement {
  const position = p.start;
  p.next();
  p.expect(Word.FROM);
  const table = p.qualifiedName('a table name');
  const alias = p.accept(Word.AS) ? p.name('an alias') : null;
  const where = p.accept(Word.WHERE) ? parseExpression(p) : null;
  if (!p.isWord('reason')) p.fail('REASON');
  p.next();
  const reason = parseExpression(p);
  return { kind: 'erase', table, alias, where, reason, position, end: p.previousEnd };
}
