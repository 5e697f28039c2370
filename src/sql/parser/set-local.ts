import type { SetLocalStatement } from '../ast/history.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';

const OTHERWISE = 'PRAGMA name = value sets what lasts; SET LOCAL transaction_label names the open transaction';

/** SET LOCAL name = value, or TO value as PostgreSQL has it. */
export function parseSetLocal(p: Cursor): SetLocalStatement {
  const position = p.start;
  p.next();
  if (!p.isWord('local')) p.fail('LOCAL', OTHERWISE);
  p.next();
  const setting = p.identifier('a setting');
  if (!p.accept(Word.TO)) p.expect(Token.Equal);
  const value = parseExpression(p);
  return { kind: 'set-local', setting, value, position, end: p.previousEnd };
}
